package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// tokens are the ids or strings of an input, row by row, with the attribution
// of each.
type tokens struct {
	ids         *tensor.Tensor // [rows, tokens]
	attribution *tensor.Tensor // the same shape
	text        []string
}

// tokensOf adds up what was explained of ids; nil if it embeds none.
func (p *plan) tokensOf(r *tfexplain.Result, x tfexplain.Explained) (*tokens, error) {
	ids := p.in.values[x.IDs]
	if x.IDs == "" || ids == nil {
		return nil, nil
	}
	sums, err := r.Summed(x.Name)
	if err != nil {
		return nil, err
	}
	if sums.Len() != ids.Len() { // a lookup that does not give one vector for each id
		return nil, nil
	}
	shape := []int{ids.Shape()[0], ids.Len() / max(1, ids.Shape()[0])}
	t := &tokens{}
	if t.ids, err = ids.Reshape(shape...); err != nil {
		return nil, err
	}
	if t.attribution, err = sums.Reshape(shape...); err != nil {
		return nil, err
	}
	t.text, err = p.words.spell(x.IDs, ids)
	return t, err
}

// namedTokens are the tokens of a result file.
func (p *plan) namedTokens(found []explanation) ([]tensorfile.Objects, error) {
	var all []tensorfile.Objects
	for prefix, run := range prefixed(found) {
		for _, x := range run.explained {
			t, err := p.tokensOf(run.result, x)
			if err != nil {
				return nil, err
			}
			if t == nil {
				continue
			}
			fields := []tensorfile.Named{{Name: "token", Tensor: t.ids}, {Name: "attribution", Tensor: t.attribution}}
			if p.words.of[x.IDs] != nil {
				word, err := tensor.New(t.text, t.ids.Shape()...)
				if err != nil {
					return nil, err
				}
				fields = slices.Insert(fields, 1, tensorfile.Named{Name: "word", Tensor: word})
			}
			all = append(all, tensorfile.Objects{Name: prefix + "tokens." + x.Name, Fields: fields})
		}
	}
	return all, nil
}

// mostTokens of a row are printed, the strongest.
const mostTokens = 5

// printTokens prints the strongest tokens of each row that the table shows.
func (p *plan) printTokens(w io.Writer, found []explanation) error {
	s := found[0].summary
	for i, x := range found[0].runs[0].explained {
		var all []*tokens
		var starts [][]string // of the lines of each row: label, class, method
		for _, e := range found {
			for _, run := range e.runs {
				t, err := p.tokensOf(run.result, run.explained[i])
				if err != nil {
					return err
				}
				if t == nil {
					continue
				}
				all = append(all, t)
				starts = append(starts, e.tokenStarts(run, len(found) > 1, len(all) == 1))
			}
		}
		if len(all) < len(found)*len(found[0].runs) {
			continue
		}
		fmt.Fprintf(w, "strongest tokens of %s\n", x.IDs)
		wide := 0
		for _, list := range starts {
			for _, start := range list {
				wide = max(wide, utf8.RuneCountInString(start))
			}
		}
		for row := range s.shown() {
			for k, t := range all {
				line, err := t.line(fmt.Sprintf("%-*s", wide, starts[k][row]), row)
				if err != nil {
					return err
				}
				fmt.Fprintln(w, line)
			}
		}
	}
	return nil
}

// tokenStarts are what the lines of a run's rows start with: the row, where this
// is its first line, and the class and the method, where there are several.
func (e explanation) tokenStarts(run methodRun, classes, first bool) []string {
	label, class := 0, 0
	for row := range e.shown() {
		label, class = max(label, utf8.RuneCountInString(e.labels[row])), max(class, len(e.classes[row]))
	}
	starts := make([]string, e.shown())
	for row := range starts {
		name := ""
		if first {
			name = e.labels[row]
		}
		starts[row] = fmt.Sprintf("%-*s", label, name)
		if classes {
			starts[row] += fmt.Sprintf("  class %-*s", class, e.classes[row])
		}
		if len(e.runs) > 1 {
			starts[row] += "  " + run.method.Name()
		}
	}
	return starts
}

// line adds the strongest tokens of a row to the start of a line, as many as
// count and there is room for, one at least.
func (t *tokens) line(start string, row int) (string, error) {
	n := t.ids.Shape()[1]
	values, err := t.attribution.Float64s()
	if err != nil {
		return "", err
	}
	values, text := values[row*n:(row+1)*n], t.text[row*n:(row+1)*n]
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(math.Abs(values[b]), math.Abs(values[a])) })
	line := start
	for k, i := range order[:min(mostTokens, n)] {
		next := fmt.Sprintf("  %s %+.4g", printed(text[i]), values[i])
		if k > 0 && (values[i] == 0 || utf8.RuneCountInString(line+next) > columns) {
			break
		}
		line += next
	}
	return line, nil
}

// printed is a token as a terminal shows it: quoted if it is empty or has
// blanks, and cut where it is long.
func printed(token string) string {
	const most = 24 // a long word, half a line with its number
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r == 0x7f }) || !utf8.ValidString(token) {
		token = fmt.Sprintf("%q", token)
	}
	if runes := []rune(token); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return token
}
