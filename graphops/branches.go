package graphops

import (
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// Branches says which condition a Merge joins the two branches of, and on which
// side of it, 0 for false, each input of the Merge stands. ok is false for a
// Merge of a loop, and for one whose branches are not those of one condition.
func Branches(merge *Node) (choice Output, sides [2]int, ok bool) {
	if merge.Op != "Merge" || len(merge.Inputs) != 2 {
		return Output{}, sides, false
	}
	f := flows{}
	return f.join(f.of(merge.Inputs[0]), f.of(merge.Inputs[1]))
}

// OneSided returns what says whether a tensor belongs to a branch of a
// conditional, which may not be taken.
func OneSided() func(o Output) bool {
	f := flows{}
	return func(o Output) bool { return len(f.of(o)) > 0 }
}

// flows holds for each node on which sides of which conditions it is alive.
type flows map[*Node]map[Output]int

// of is the sides on which a tensor is alive.
func (f flows) of(o Output) map[Output]int {
	all := f.node(o.Node)
	if o.Node.Op != "Switch" || len(o.Node.Inputs) != 2 {
		return all
	}
	own := map[Output]int{o.Node.Inputs[1]: o.Index}
	maps.Copy(own, all)
	return own
}

// node is the sides on which the inputs of a node are alive, and so the node.
func (f flows) node(n *Node) map[Output]int {
	if sides, ok := f[n]; ok {
		return sides
	}
	f[n] = nil // a loop leads back here
	all := map[Output]int{}
	if n.Op == "Merge" && len(n.Inputs) == 2 {
		a, b := f.of(n.Inputs[0]), f.of(n.Inputs[1])
		if choice, _, ok := f.join(a, b); ok { // alive on both of its sides
			maps.Copy(all, a)
			maps.Copy(all, b)
			delete(all, choice)
			f[n] = all
			return all
		}
	}
	for _, in := range n.Inputs {
		maps.Copy(all, f.of(in))
	}
	for _, before := range n.Controls { // an Identity of one side of a Switch
		maps.Copy(all, f.node(before))
	}
	f[n] = all
	return all
}

// join finds the condition of which two tensors stand on different sides.
func (f flows) join(a, b map[Output]int) (choice Output, sides [2]int, ok bool) {
	for c, side := range a {
		if other, both := b[c]; both && other != side {
			if ok {
				return Output{}, sides, false
			}
			choice, sides, ok = c, [2]int{side, other}, true
		}
	}
	return choice, sides, ok
}

// joinBranches has a Select in the place of each conditional whose choice
// depends on an explained tensor: both branches then run, so that each has a
// value for the input and for the baseline, whichever they chose. A conditional
// whose branches may give tensors of different shapes stays as it is.
func (w *Walk) joinBranches() {
	joined := map[Output]bool{} // choices
	found := map[*Node]branching{}
	for _, n := range w.Path {
		choice, sides, ok := Branches(n)
		if !ok || !w.Varies(choice) {
			continue
		}
		can, seen := joined[choice]
		joined[choice] = (can || !seen) && n.Inputs[0].Shape().Same(n.Inputs[1].Shape()) && !w.uses(Output{n, 1})
		found[n] = branching{choice, sides}
	}
	for _, n := range w.Path {
		if b, ok := found[n]; ok && joined[b.choice] {
			no, yes := n.Inputs[0], n.Inputs[1]
			if b.sides[0] == 1 {
				no, yes = yes, no
			}
			n.become(w.graph, "SelectV2", []Output{b.choice, yes, no}, Attr{"T", n.attr("T")})
		}
	}
	for _, n := range w.graph.nodes { // constants wait for Switches beside the path
		if n.Op == "Switch" && joined[n.Inputs[1]] {
			n.become(w.graph, "IdentityN", []Output{n.Inputs[0], n.Inputs[0]}, Types("T", n.Type("T"), n.Type("T")))
		}
	}
}

type branching struct {
	choice Output
	sides  [2]int
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
