package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

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

// printCoverage says which methods work, and of the others together what stands in
// their way.
func printCoverage(w io.Writer, methods []coverage) {
	var verdicts []string
	names := map[string][]string{} // of the methods of each verdict
	for _, m := range methods {
		v := m.verdict()
		if names[v] == nil {
			verdicts = append(verdicts, v)
		}
		names[v] = append(names[v], m.Method)
	}
	if len(verdicts) == 1 && methods[0].Works {
		fmt.Fprintf(w, "    all %d methods work\n", len(methods))
		return
	}
	for _, v := range verdicts {
		fmt.Fprintln(w, wrap(strings.Join(names[v], ", ")+": "+v, 4, 6))
	}
}

// verdict ends a line that begins with the names of methods.
func (c coverage) verdict() string {
	switch {
	case c.Works:
		return "work"
	case c.Problem != "":
		return c.Problem
	case len(c.Fallbacks) == 0:
		return "refused by " + opCounts(c.Refused)
	case len(c.Fallbacks) == len(c.Refused):
		return "refused by " + opCounts(c.Refused) + "; a gradient fallback is possible"
	}
	return "refused by " + opCounts(c.Refused) + "; a gradient fallback is possible at " + opCounts(c.Fallbacks)
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
