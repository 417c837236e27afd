package graphops

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// joinBranches has a Select in the place of each conditional whose choice
// depends on an explained tensor: both branches then run, so that each has a
// value for the input and for the baseline, whichever they chose. A conditional
// whose branches may give tensors of different shapes stays as it is.
func (w *Walk) joinBranches() {
	joined := map[Output]bool{} // choices
	var merges []*Node
	for _, n := range w.Path {
		choice, ok := choiceOf(n)
		if !ok || !w.Varies(choice) {
			continue
		}
		can, seen := joined[choice]
		joined[choice] = (can || !seen) && n.Inputs[0].Shape().Same(n.Inputs[1].Shape()) && !w.uses(Output{n, 1})
		merges = append(merges, n)
	}
	for _, n := range merges {
		if choice, _ := choiceOf(n); joined[choice] {
			n.become(w.graph, "SelectV2", []Output{choice, n.Inputs[1], n.Inputs[0]}, Attr{"T", n.attr("T")})
		}
	}
	for _, n := range w.Path {
		if n.Op == "Switch" && joined[n.Inputs[1]] {
			n.become(w.graph, "IdentityN", []Output{n.Inputs[0], n.Inputs[0]}, Types("T", n.Type("T"), n.Type("T")))
		}
	}
}

// choiceOf is the condition of a Merge that joins the two sides of a Switch.
func choiceOf(n *Node) (Output, bool) {
	if n.Op != "Merge" || len(n.Inputs) != 2 {
		return Output{}, false
	}
	for i, in := range n.Inputs {
		if in.Node.Op != "Switch" || in.Index != i || in.Node.Inputs[1] != n.Inputs[0].Node.Inputs[1] {
			return Output{}, false
		}
	}
	return n.Inputs[0].Node.Inputs[1], true
}

// uses says whether a node of the path takes the tensor.
func (w *Walk) uses(o Output) bool {
	return slices.ContainsFunc(w.Path, func(n *Node) bool { return slices.Contains(n.Inputs, o) })
}

// become makes the node one of another op, which gives its first outputs.
func (n *Node) become(g *Graph, op string, in []Output, attr Attr) {
	n.Op, n.Inputs, n.def = op, in, g.ops[op]
	n.Attrs = map[string]*tfproto.AttrValue{attr.Name: attr.value}
	if op == "SelectV2" {
		n.Outputs = n.Outputs[:1]
	}
}
