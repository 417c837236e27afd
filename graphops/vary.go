package graphops

import "slices"

// variation says which tensors of a graph depend on given ones.
type variation struct {
	rules  Registry
	isX    map[Output]bool  // the given ones
	varies map[*Node]bool   // through its inputs
	loops  map[*Node][]bool // which variables of a loop
	fixed  map[Output]bool  // taken to be what it is at the baseline
}

// vary finds what depends on xs.
func vary(g *Graph, xs []Output, rules Registry) variation {
	v := variation{rules: rules, isX: map[Output]bool{}, varies: map[*Node]bool{}, loops: map[*Node][]bool{}, fixed: map[Output]bool{}}
	for _, x := range xs {
		v.isX[x] = true
	}
	// A TF1 loop may lead back, so repeat until nothing changes.
	for changed := true; changed; {
		changed = false
		for _, n := range g.nodes {
			switch {
			case n.Loop != nil:
				changed = v.loop(n) || changed
			case !v.varies[n] && rules[n.Op].Kind != Constant && slices.ContainsFunc(n.Inputs, v.Varies):
				v.varies[n], changed = true, true
			}
		}
	}
	return v
}

// Varies says whether a tensor depends on an explained one.
func (v *variation) Varies(o Output) bool {
	if v.fixed[o] {
		return false
	}
	if v.isX[o] {
		return true
	}
	if vars, ok := v.loops[o.Node]; ok {
		return o.Index < len(vars) && vars[o.Index]
	}
	return v.varies[o.Node]
}

// loop finds which variables of a loop vary, and says whether that has changed.
func (v *variation) loop(n *Node) (changed bool) {
	vars := v.loops[n]
	if vars == nil {
		vars = make([]bool, len(n.Inputs))
	}
	for i := range vars {
		if !vars[i] && v.Varies(n.Inputs[i]) {
			vars[i], changed = true, true
		}
	}
	if !changed {
		return false
	}
	body := n.Loop.Body
	for more := true; more; {
		more = false
		inner := vary(body.Graph, body.varying(vars), v.rules)
		for i := range vars {
			if !vars[i] && inner.Varies(body.Results[i]) {
				vars[i], more = true, true
			}
		}
	}
	v.loops[n], v.varies[n] = vars, true
	return true
}

// varying are the arguments that vary.
func (f Function) varying(vars []bool) []Output {
	var out []Output
	for i, on := range vars {
		if on {
			out = append(out, f.Args[i])
		}
	}
	return out
}

// endsDifferently says whether how often a loop turns depends on an explained
// tensor.
func (v *variation) endsDifferently(n *Node) bool {
	c := n.Loop.Condition
	inner := vary(c.Graph, c.varying(v.loops[n]), v.rules)
	return inner.Varies(c.Results[0])
}
