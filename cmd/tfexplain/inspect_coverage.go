package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// coverage says whether a method goes from the inputs to a target.
type coverage struct {
	Method    string          `json:"method"`
	Works     bool            `json:"works"`
	Refused   []refusalReport `json:"refused"`
	Fallbacks []refusalReport `json:"fallbacks"` // those of refused that --allow-gradient-fallback lets pass
	Problem   string          `json:"problem,omitempty"`
}

func coverageOf(r tfexplain.Report) coverage {
	c := coverage{Method: r.Method, Works: len(r.Refused) == 0 && r.Err == nil, Refused: refusals(r.Refused), Fallbacks: refusals(r.Passable)}
	if r.Err != nil {
		c.Problem = problem(r.Err)
	}
	return c
}

// printCoverage prints a line for each method.
func printCoverage(w io.Writer, methods []coverage) {
	rows := [][]string{{"method", "works"}}
	if slices.ContainsFunc(methods, func(m coverage) bool { return len(m.Refused) > 0 }) {
		rows[0] = append(rows[0], "refused by", "gradient fallback possible at")
	}
	var problems []string
	notes := map[string][]string{} // the methods of each problem
	for _, m := range methods {
		row := []string{m.Method, "yes"}
		if !m.Works {
			row = []string{m.Method, "no", opCounts(m.Refused), "none"}
			if m.Problem != "" {
				row[2], row[3] = "", ""
				if notes[m.Problem] == nil {
					problems = append(problems, m.Problem)
				}
				notes[m.Problem] = append(notes[m.Problem], m.Method)
			} else if len(m.Fallbacks) == len(m.Refused) {
				row[3] = "all"
			} else if len(m.Fallbacks) > 0 {
				row[3] = opCounts(m.Fallbacks)
			}
		}
		rows = append(rows, row)
	}
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		row = append(row, "", "")[:len(rows[0])] // or the columns would begin anew
		fmt.Fprintln(table, "    "+strings.Join(row, "\t"))
	}
	table.Flush()
	for line := range strings.Lines(text.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	for _, p := range problems {
		fmt.Fprintf(w, "    %s: %s\n", strings.Join(notes[p], ", "), p)
	}
}

// opCounts is "Softmax 2, Exit": op types and how often they stand there.
func opCounts(list []refusalReport) string {
	counts := map[string]int{}
	var ops []string
	for _, f := range list {
		if counts[f.Op]++; counts[f.Op] == 1 {
			ops = append(ops, f.Op)
		}
	}
	slices.SortFunc(ops, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	for i, op := range ops {
		if counts[op] > 1 {
			ops[i] = fmt.Sprintf("%s %d", op, counts[op])
		}
	}
	return strings.Join(ops, ", ")
}

func refusals(list []graphops.Refusal) []refusalReport {
	out := []refusalReport{}
	for _, f := range list {
		out = append(out, refusalReport{Op: f.Op, Node: f.Node, Reason: f.Reason, Help: withFlags(f.Help)})
	}
	return out
}
