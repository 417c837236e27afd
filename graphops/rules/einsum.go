package rules

import (
	"fmt"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
)

func einsums() graphops.Registry {
	return graphops.Registry{"Einsum": {Kind: graphops.Bilinear, VJP: einsumAdjoints, Refuse: func(n *graphops.Node) string {
		if _, _, ok := parseEinsum(n); !ok {
			return fmt.Sprintf("its equation %q is not one of one or two operands", n.Str("equation"))
		}
		return ""
	}}}
}

// axesAny stands for the ellipsis in parsed terms.
const axesAny = "."

// parseEinsum gives the terms of the equation, one character for each axis.
func parseEinsum(n *graphops.Node) (ins []string, out string, ok bool) {
	left, out, ok := strings.Cut(strings.ReplaceAll(n.Str("equation"), "...", axesAny), "->")
	ins = strings.Split(left, ",")
	return ins, out, ok && len(ins) == len(n.Inputs) && len(ins) <= 2
}

// einsum adds an Einsum, unless it would do nothing.
func einsum(c *context, terms []string, to string, in ...output) output {
	if len(terms) == 1 && terms[0] == to {
		return in[0]
	}
	equation := strings.ReplaceAll(strings.Join(terms, ",")+"->"+to, axesAny, "...")
	return c.Op("Einsum", in, graphops.Str("equation", equation))
}

// einsumAdjoints: with the terms a,b->y the adjoint of a is y,b->a of the
// adjoint of y and b. That leaves out what an Einsum cannot do: the axes of a
// that stand in no other term were summed and are repeated; an axis that was
// broadcast behind an ellipsis is summed; and of a diagonal (a label that a has
// twice) everything beside it is 0, which is what an Einsum to a does.
func einsumAdjoints(c *context) []output {
	ins, out, _ := parseEinsum(c.Node)
	adjoints := make([]output, len(ins))
	for i := range ins {
		if c.Wants(i) {
			adjoints[i] = c.Like(einsumBack(c, ins, out, i), c.Node.Inputs[i])
		}
	}
	return adjoints
}

func einsumBack(c *context, ins []string, out string, i int) output {
	a, terms, values := ins[i], []string{out}, []output{c.Grad(0)}
	if len(ins) == 2 {
		terms, values = append(terms, ins[1-i]), append(values, c.In(1-i))
	}
	others := strings.Join(terms, "")
	found, summed := "", ""
	for _, label := range a {
		switch l := string(label); {
		case l == axesAny || strings.Contains(found+summed, l):
		case strings.Contains(others, l):
			found += l
		default:
			summed += l
		}
	}
	lead, own := "", ""
	if strings.Contains(others, axesAny) {
		lead = axesAny
	}
	if strings.Contains(a, axesAny) {
		own = axesAny
	}
	broadcast := lead != "" && !einsumLeads(c, ins, i)
	if !broadcast && summed == "" {
		return einsum(c, terms, a, values...)
	}
	g := einsum(c, terms, lead+found, values...)
	like := func(term string) output { return einsum(c, []string{a}, term, c.Node.Inputs[i]) } // for its shape
	if broadcast {
		g = c.SumTo(g, g, like(own+found))
	}
	if summed != "" {
		for range summed {
			g = c.Op("ExpandDims", []output{g, c.IntScalar(-1)})
		}
		g = c.Op("BroadcastTo", []output{g, c.ShapeVector(like(own + found + summed))})
	}
	return einsum(c, []string{own + found + summed}, a, g)
}

// einsumLeads says whether the axes behind the ellipsis of operand i are
// certainly those of the result.
func einsumLeads(c *context, ins []string, i int) bool {
	if !strings.Contains(ins[i], axesAny) {
		return false
	}
	if len(ins) == 1 || !strings.Contains(ins[1-i], axesAny) {
		return true
	}
	own, ok := einsumLead(c.Node.Inputs[i].Shape(), ins[i])
	other, ok2 := einsumLead(c.Node.Inputs[1-i].Shape(), ins[1-i])
	if !ok || !ok2 {
		return false
	}
	all, ok := graphops.Broadcast(own, other)
	return ok && all.Same(own)
}

// einsumLead is the shape of the axes behind an ellipsis.
func einsumLead(s graphops.Shape, term string) (graphops.Shape, bool) {
	at := strings.Index(term, axesAny)
	if !s.KnownRank || s.Rank() < len(term)-1 {
		return graphops.Shape{}, false
	}
	return graphops.Shape{KnownRank: true, Dims: s.Dims[at : at+s.Rank()-len(term)+1]}, true
}
