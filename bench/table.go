package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// heads are those of cells.
func heads() []string {
	return []string{"method", "rows", "ms", "of Python", "of Python with oneDNN", "of shap", "of our forward", "of our grad*input", "off"}
}

// cells is a line of the table. notes gets why numbers are missing.
func (r *report) cells(c cell, notes *notes) []string {
	mine := c.Taken[ours]
	line := []string{c.Method, fmt.Sprint(c.Rows), milliseconds(mine, notes)}
	for _, name := range append(slices.Clone(columns[1:]), "forward", "grad*input") {
		other := r.beside(c, name)
		x, ok := ratio(mine, other)
		switch {
		case ok:
			line = append(line, strings.TrimSpace(fmt.Sprintf("%.2f %s", x, verdict(c, name, x))))
		case other.Missing == "":
			line = append(line, notes.mark(mine.Missing))
		default:
			line = append(line, notes.mark(other.Missing))
		}
	}
	if c.Off == nil {
		return append(line, "-")
	}
	return append(line, fmt.Sprintf("%.1g", *c.Off))
}

// notes collects reasons and numbers them from 1.
type notes struct{ texts []string }

func (n *notes) mark(reason string) string {
	if reason == "" {
		return "-"
	}
	for i, t := range n.texts {
		if t == reason {
			return fmt.Sprintf("- (%d)", i+1)
		}
	}
	n.texts = append(n.texts, reason)
	return fmt.Sprintf("- (%d)", len(n.texts))
}

func milliseconds(t taken, n *notes) string {
	if t.Seconds == 0 {
		return n.mark(t.Missing)
	}
	return fmt.Sprintf("%.2f", t.Seconds*1e3)
}

// print writes what was measured of a model as text.
func (r *report) print(w io.Writer, model string) error {
	var why notes
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "\n%s\n%s\t\n", model, strings.Join(heads(), "\t"))
	for _, c := range r.Cells {
		if c.Model == model {
			fmt.Fprintf(out, "%s\t\n", strings.Join(r.cells(c, &why), "\t"))
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	for i, t := range why.texts {
		fmt.Fprintf(w, "(%d) %s\n", i+1, t)
	}
	return nil
}

// printGoals writes the goals as text.
func (r *report) printGoals(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "\n%s\n", strings.Join(goalHeads(), "\t"))
	for _, g := range r.goals() {
		fmt.Fprintln(out, strings.Join(g.cells(), "\t"))
	}
	return out.Flush()
}

func goalHeads() []string { return []string{"goal", "at most", "worst", "where", "within", "verdict"} }

func (g goal) cells() []string {
	line := []string{g.name, strings.TrimSpace(fmt.Sprintf("%.4g %s", g.limit, g.unit))}
	if len(g.measured) == 0 {
		return append(line, "-", "-", "-", g.verdict())
	}
	w := g.worst()
	return append(line, strings.TrimSpace(fmt.Sprintf("%.3g %s", w.value, g.unit)), w.where, fmt.Sprintf("%d of %d", g.met(), len(g.measured)), g.verdict())
}
