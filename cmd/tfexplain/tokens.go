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
func (p *plan) namedTokens(runs []methodRun) ([]tensorfile.Objects, error) {
	var all []tensorfile.Objects
	for _, run := range runs {
		prefix := ""
		if len(runs) > 1 {
			prefix = run.method.Name() + "."
		}
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

const (
	mostTokens = 5  // of a row are printed, the strongest
	mostWidth  = 80 // columns of a terminal
)

// printTokens prints the strongest tokens of each row that the table shows.
func (p *plan) printTokens(w io.Writer, runs []methodRun, s *summary) error {
	for i, x := range runs[0].explained {
		var all []*tokens
		for _, run := range runs {
			t, err := p.tokensOf(run.result, run.explained[i])
			if err != nil {
				return err
			}
			if t != nil {
				all = append(all, t)
			}
		}
		if len(all) < len(runs) {
			continue
		}
		fmt.Fprintf(w, "strongest tokens of %s\n", x.IDs)
		wide, name := 0, 0
		for row := range s.shown() {
			wide = max(wide, utf8.RuneCountInString(s.labels[row]))
		}
		for _, run := range runs {
			name = max(name, len(run.method.Name()))
		}
		for row := range s.shown() {
			for k, t := range all {
				start := fmt.Sprintf("%-*s", wide, s.labels[row])
				if k > 0 {
					start = strings.Repeat(" ", wide)
				}
				if len(runs) > 1 {
					start += fmt.Sprintf("  %-*s", name, runs[k].method.Name())
				}
				line, err := t.line(start, row)
				if err != nil {
					return err
				}
				fmt.Fprintln(w, line)
			}
		}
	}
	return nil
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
		if k > 0 && (values[i] == 0 || utf8.RuneCountInString(line+next) > mostWidth) {
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
