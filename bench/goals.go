package main

import (
	"fmt"
	"slices"
)

// goal is one number to reach, and what was measured of it.
type goal struct {
	name     string
	limit    float64
	unit     string
	measured []measured
}

type measured struct {
	where string
	value float64
}

// met is how many of the measured values are within the limit.
func (g goal) met() int {
	n := 0
	for _, m := range g.measured {
		if m.value <= g.limit {
			n++
		}
	}
	return n
}

// verdict is "met" if all are.
func (g goal) verdict() string {
	switch {
	case len(g.measured) == 0:
		return "not measured"
	case g.met() == len(g.measured):
		return "met"
	}
	return "not met"
}

// worst is the largest value.
func (g goal) worst() measured {
	var w measured
	for _, m := range g.measured {
		if m.value > w.value {
			w = m
		}
	}
	return w
}

// ratioGoal bounds our time of a method, divided by what stands beside it: a column
// of the same cell, or our own time of another method.
type ratioGoal struct {
	name           string
	limit          float64
	method, beside string
	rescaled       bool // for models of relu, conv and dense layers only
}

func ratioGoals() []ratioGoal {
	return []ratioGoal{
		{name: "grad*input, of Python's default settings", limit: 1, method: "grad*input", beside: python},
		{name: "grad*input, of our forward pass", limit: 2.2, method: "grad*input", beside: "forward"},
		{name: "DeepLIFT, of our grad*input (digits, mlp, resnet)", limit: 1.35, method: "deeplift", beside: "grad*input", rescaled: true},
		{name: "epsilon-LRP, of our grad*input (digits, mlp, resnet)", limit: 1.2, method: "elrp", beside: "grad*input", rescaled: true},
		{name: "IG-50, of Python's batched IG", limit: 0.9, method: "ig", beside: python},
	}
}

// of says whether the goal is about a cell.
func (g ratioGoal) of(c cell) bool {
	i := slices.IndexFunc(models(""), func(m model) bool { return m.name == c.Model })
	return c.Method == g.method && i >= 0 && (models("")[i].rescaled || !g.rescaled)
}

// beside is what a cell is compared with, by column or method.
func (r *report) beside(c cell, name string) taken {
	if slices.Contains(columns, name) {
		return c.Taken[name]
	}
	return r.find(c.Model, name, c.Rows).Taken[ours]
}

// verdict is empty where no goal bounds what the cell takes of what is beside it.
func verdict(c cell, beside string, x float64) string {
	for _, g := range ratioGoals() {
		switch {
		case g.beside != beside || !g.of(c):
		case x <= g.limit:
			return "met"
		default:
			return "not met"
		}
	}
	return ""
}

// goals are what this project wants to reach on a CPU; docs/performance.md says
// which of them it does.
func (r *report) goals() []goal {
	var list []goal
	for _, of := range ratioGoals() {
		g := goal{name: of.name, limit: of.limit, unit: "x"}
		for _, c := range r.Cells {
			if !of.of(c) {
				continue
			}
			if x, ok := ratio(c.Taken[ours], r.beside(c, of.beside)); ok {
				g.measured = append(g.measured, measured{fmt.Sprintf("%s, %d rows", c.Model, c.Rows), x})
			}
		}
		list = append(list, g)
	}
	call := goal{name: "a call of one row, beyond TF_SessionRun", limit: 50, unit: "us"}
	allocs := goal{name: "its allocations", limit: 39, unit: ""}
	for _, c := range r.Calls {
		call.measured = append(call.measured, measured{c.Name, c.Overhead})
		allocs.measured = append(allocs.measured, measured{c.Name, c.Allocs})
	}
	start := goal{name: "process start to the first explanation, digits", limit: 1, unit: "s"}
	if s, ok := r.Start[ours]; ok {
		start.measured = []measured{{"digits", s}}
	}
	compile := goal{name: "New, resnet", limit: 1, unit: "s"}
	for _, method := range []string{"grad*input", "deeplift"} {
		if s, ok := r.facts("resnet").New[method]; ok {
			compile.measured = append(compile.measured, measured{method, s})
		}
	}
	memory := goal{name: "resident memory after load, of Python's", limit: 0.6, unit: "x"}
	for _, f := range r.Facts {
		if theirs := f.RSS[python]; theirs > 0 {
			memory.measured = append(memory.measured, measured{f.Model, float64(f.RSS[ours]) / float64(theirs)})
		}
	}
	return append(list, call, allocs, start, compile, memory)
}
