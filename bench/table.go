package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// print writes what was measured of a model.
func (r *report) print(w io.Writer, model string) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "%s\trows\tms\tof python\tof oneDNN\tof shap\tof forward\tof grad*input\toff\t\n", model)
	for _, c := range r.Cells {
		if c.Model != model {
			continue
		}
		fmt.Fprintf(out, "%s\t%d\t%s\t", c.Method, c.Rows, milliseconds(c.Taken[ours]))
		for _, column := range columns[1:] {
			fmt.Fprintf(out, "%s\t", quotient(c.Taken[ours], c.Taken[column]))
		}
		for _, method := range []string{"forward", "grad*input"} {
			other, _ := r.find(model, method, c.Rows)
			fmt.Fprintf(out, "%s\t", quotient(c.Taken[ours], other.Taken[ours]))
		}
		fmt.Fprintf(out, "%s\t\n", share(c.Off))
	}
	return out.Flush()
}

func milliseconds(t taken) string {
	if t.Seconds == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", t.Seconds*1e3)
}

func quotient(a, b taken) string {
	x, ok := ratio(a, b)
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%.2f", x)
}

func share(x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%.0e", *x)
}
