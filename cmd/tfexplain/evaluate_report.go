package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/render"
)

// report is what evaluate found.
type report struct {
	Model, Target string
	Rows          int
	Methods       []methodScores
}

// methodScores is what the metrics say of a method.
type methodScores struct {
	Method    string
	Metrics   []namedMeasurement
	Fallbacks []graphops.Refusal
}

type namedMeasurement struct {
	name string
	measurement
}

// print prints a line for each method.
func (r *report) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, method := range r.Methods {
		heads, cells := []string{"method"}, []string{method.Method}
		for _, m := range method.Metrics {
			heads = append(heads, m.heads...)
			for _, v := range m.cells {
				cells = append(cells, score(v))
			}
		}
		if i == 0 {
			fmt.Fprintln(t, strings.Join(heads, "\t"))
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, strings.Join(r.notes(), "\n"))
	return err
}

// notes are what a reader must know to read the table.
func (r *report) notes() (notes []string) {
	for _, method := range r.Methods {
		for _, m := range method.Metrics {
			if m.note != "" {
				notes = append(notes, method.Method+": "+m.note)
			}
		}
	}
	for _, m := range r.Methods {
		if len(m.Fallbacks) > 0 {
			notes = append(notes, tookGradient(m.Method, m.Fallbacks))
		}
	}
	better := map[bool][]string{} // heads, by whether higher is
	for _, m := range allMetrics() {
		for _, n := range r.Methods[0].Metrics {
			if n.name == m.name {
				better[m.higher] = append(better[m.higher], n.heads...)
			}
		}
	}
	for _, side := range []struct {
		word   string
		higher bool
	}{{"higher", true}, {"lower", false}} {
		if heads := better[side.higher]; len(heads) > 0 {
			notes = append(notes, fmt.Sprintf("%s is better: %s", side.word, listed(heads)))
		}
	}
	return notes
}

// score is a number in the table.
func score(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return number(v)
}

// write writes the numbers or the picture, by the file's suffix.
func (r *report) write(f outFile) error {
	if suffix(f.path) == ".png" {
		img, err := r.curves().Draw()
		if err != nil {
			return err
		}
		return render.SavePNG(f.dest, img)
	}
	methods := []any{}
	for _, m := range r.Methods {
		found := map[string]any{}
		for _, n := range m.Metrics {
			found[n.name] = n.detail
		}
		methods = append(methods, map[string]any{"method": m.Method, "metrics": found})
	}
	all := map[string]any{"model": r.Model, "target": r.Target, "rows": r.Rows, "methods": methods}
	return tensorfile.ReplaceFile(f.dest, func(w io.Writer) error { return printJSON(w, all) })
}

// curves draws Sensitivity-n.
func (r *report) curves() render.Curves {
	panel := render.Panel{Title: "Sensitivity-n of " + r.Target}
	c := render.Curves{XLabel: "n, features removed", YLabel: "correlation r(n)"}
	for _, method := range r.Methods {
		for _, m := range method.Metrics {
			if m.name == sensitivityN {
				c.Names = append(c.Names, method.Method)
				panel.X, panel.Y = m.x, append(panel.Y, m.y)
			}
		}
	}
	c.Panels = []render.Panel{panel}
	return c
}
