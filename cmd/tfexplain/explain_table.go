package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/tfexplain/tfexplain-go/graphops"
)

const (
	mostRows  = 40 // more are not all printed
	firstRows = 20 // but only these
)

// printTable prints a line for each row, choice and method. What is the same for
// all lines of a row or choice stands in the first of them only.
func printTable(w io.Writer, found []explanation) error {
	s := found[0].summary
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	heads := []string{"row", "class", "target"}
	if s.choosesEntry() {
		heads = append(heads, "prediction")
	}
	if s.predict != "" {
		heads = append(heads, s.predict)
	}
	if len(s.methods) > 1 {
		heads = append(heads, "method")
	}
	heads = append(heads, "sum")
	if s.hasDelta() {
		heads = append(heads, "delta")
	}
	fmt.Fprintln(t, strings.Join(append(heads, "top 5%"), "\t"))
	shown := s.shown()
	for row := range shown {
		for k, e := range found {
			for i := range e.methods {
				cells := e.line(row, i)
				if k > 0 {
					cells[0] = ""
				}
				fmt.Fprintln(t, strings.Join(cells, "\t"))
			}
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if more := len(s.labels) - shown; more > 0 {
		fmt.Fprintf(w, "and %d more rows\n", more)
	}
	if err := printNotes(w, found); err != nil {
		return err
	}
	return s.printFallbacks(w)
}

// printNotes says what a reader must know of the methods to read the table.
func printNotes(w io.Writer, found []explanation) error {
	var free []string
	for _, m := range found[0].methods {
		if m.delta != nil && !m.complete {
			free = append(free, m.name)
		}
	}
	for _, e := range found {
		for _, m := range e.methods {
			if m.players == "" {
				continue
			}
			name := m.name
			if len(found) > 1 {
				name += " of " + e.name
			}
			if _, err := fmt.Fprintf(w, "%s: %s\n", name, m.players); err != nil {
				return err
			}
		}
	}
	if len(free) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "delta is sum - (f(x) - f(x0)), x0 the baseline; nothing binds the sum of %s to that\n", strings.Join(free, ", "))
	return err
}

// choosesEntry says whether the output of --predict has several entries to choose
// one of.
func (s *summary) choosesEntry() bool { return len(s.answers) > 0 && s.answers[0].index != "" }

// shown is how many rows are printed.
func (s *summary) shown() int {
	if len(s.labels) > mostRows {
		return firstRows
	}
	return len(s.labels)
}

// line is the line of a row and a method.
func (s *summary) line(row, method int) []string {
	cells := []string{s.labels[row], s.classes[row], number(s.target[row])}
	if s.choosesEntry() {
		cells = append(cells, s.answers[row].index)
	}
	if s.predict != "" {
		cells = append(cells, number(s.answers[row].value))
	}
	if method > 0 {
		cells = make([]string, len(cells))
	}
	m := s.methods[method]
	if len(s.methods) > 1 {
		cells = append(cells, m.name)
	}
	cells = append(cells, number(m.sums[row]))
	if s.hasDelta() {
		cells = append(cells, rough(m.delta[row]))
	}
	return append(cells, fmt.Sprintf("%.1f%%", 100*m.shares[row]))
}

// printFallbacks says where the plain gradient stood in for a rule.
func (s *summary) printFallbacks(w io.Writer) error {
	for _, m := range s.methods {
		if len(m.fallbacks) == 0 {
			continue
		}
		if _, err := fmt.Fprintln(w, tookGradient(m.name, m.fallbacks)); err != nil {
			return err
		}
	}
	return nil
}

// tookGradient says where the plain gradient stood in for a method's rule.
func tookGradient(method string, at []graphops.Refusal) string {
	return fmt.Sprintf("%s took the plain gradient, where it has no rule, at %s", method, places(at))
}

// places lists ops and nodes.
func places(list []graphops.Refusal) string {
	const few = 5 // enough to recognise a part of a model by
	var words []string
	for _, f := range list[:min(few, len(list))] {
		words = append(words, fmt.Sprintf("%s (node %s)", f.Op, f.Node))
	}
	if more := len(list) - len(words); more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}

// number is what a table needs of a number.
func number(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 5e-5 || a >= 1e6) { // four decimals would show nothing, or too much
		return strconv.FormatFloat(v, 'e', 3, 64)
	}
	return strconv.FormatFloat(v, 'f', 4, 64)
}

// rough is enough of a delta, of which the size matters.
func rough(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return "0"
	case a < 5e-3 || a >= 1e6:
		return strconv.FormatFloat(v, 'e', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}
