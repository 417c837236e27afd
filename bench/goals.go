package main

import "fmt"

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

// goals are what this project wants to reach on a CPU; docs/performance.md says
// which of them it does.
func (r *report) goals() []goal {
	all := func(model) bool { return true }
	rescaled := func(m model) bool { return m.rescaled }
	list := []goal{
		r.ratios("grad*input, of Python's default settings", 1.0, "grad*input", all, func(c cell) taken { return c.Taken[python] }),
		r.ratios("grad*input, of our forward pass", 2.2, "grad*input", all, r.beside("forward")),
		r.ratios("DeepLIFT, of our grad*input (digits, mlp, resnet)", 1.35, "deeplift", rescaled, r.beside("grad*input")),
		r.ratios("epsilon-LRP, of our grad*input (digits, mlp, resnet)", 1.2, "elrp", rescaled, r.beside("grad*input")),
		r.ratios("IG-50, of Python's batched IG", 0.9, "ig", all, func(c cell) taken { return c.Taken[python] }),
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

// ratios compares the cells of a method, on some models, with something beside
// each of them.
func (r *report) ratios(name string, limit float64, method string, on func(model) bool, beside func(cell) taken) goal {
	g := goal{name: name, limit: limit, unit: "x"}
	for _, m := range models("") {
		if !on(m) {
			continue
		}
		for _, c := range r.Cells {
			if c.Model != m.name || c.Method != method {
				continue
			}
			if x, ok := ratio(c.Taken[ours], beside(c)); ok {
				g.measured = append(g.measured, measured{fmt.Sprintf("%s, %d rows", m.name, c.Rows), x})
			}
		}
	}
	return g
}

// beside is our own time of another method with the same model and rows.
func (r *report) beside(method string) func(cell) taken {
	return func(c cell) taken { return r.find(c.Model, method, c.Rows).Taken[ours] }
}
