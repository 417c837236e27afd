package tfexplain

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// lookups are the tensors in which the ids of an input first are floats. numbers
// says that the integers of the input are not looked up but cast.
func (d *draft) lookups(in input) (found []graphops.Output, numbers bool) {
	w := graphops.NewWalk(d.graph, d.target, []graphops.Output{in.place}, d.rules)
	l := lookups{draft: d, walk: w, users: map[graphops.Output][]*graphops.Node{}}
	for _, n := range w.Path {
		for _, o := range n.Inputs {
			if !slices.Contains(l.users[o], n) {
				l.users[o] = append(l.users[o], n)
			}
		}
	}
	var casts []graphops.Output
	below := map[*graphops.Node]bool{} // computed from a lookup: behind the first one
	for _, n := range w.Path {
		if slices.ContainsFunc(n.Inputs, func(o graphops.Output) bool { return below[o.Node] }) {
			below[n] = true
			continue
		}
		switch o := (graphops.Output{Node: n}); {
		case isGather(w, n):
			found = append(found, l.settle(o))
			below[n] = true
		case n.Op == "OneHot" && w.Varies(n.Inputs[0]):
			if o := l.product(o); o.Valid() {
				found = append(found, l.settle(o))
				below[n] = true
			}
		case n.Op == "Cast" && o.DType().IsFloat() && l.isInput(n.Inputs[0], in):
			casts = append(casts, o)
		}
	}
	if len(found) == 0 && len(casts) == 1 && in.info.DType.IsInteger() {
		return casts, true
	}
	return found, false
}

// lookups follows ids through a graph.
type lookups struct {
	*draft
	walk  *graphops.Walk
	users map[graphops.Output][]*graphops.Node // on the way to the target
}

// isGather says whether a node reads float rows of a table at places that vary.
func isGather(w *graphops.Walk, n *graphops.Node) bool {
	switch n.Op {
	case "Gather", "GatherV2", "ResourceGather", "GatherNd", "ResourceGatherNd":
		return len(n.Inputs) >= 2 && !w.Varies(n.Inputs[0]) && w.Varies(n.Inputs[1]) && n.Outputs[0].DType.IsFloat()
	}
	return false
}

// only is the node that uses a tensor if it is the only one.
func (l *lookups) only(o graphops.Output) *graphops.Node {
	if users := l.users[o]; len(users) == 1 && o != l.target {
		return users[0]
	}
	return nil
}

// settle follows a tensor whose first axis does not count rows, such as the
// embeddings of all tokens of all rows in one list, to where it is put in rows.
func (l *lookups) settle(o graphops.Output) graphops.Output {
	for at := o; ; {
		if l.countsRows(at) {
			return at
		}
		n := l.only(at)
		if n == nil || !moves(n.Op) || n.Inputs[0] != at {
			return o
		}
		at = graphops.Output{Node: n}
	}
}

// product follows a one-hot tensor to its product with a table: that picks rows
// of the table, as a gather does. Without a table it is the one-hot tensor
// itself, as floats; not valid if it never becomes one.
func (l *lookups) product(o graphops.Output) graphops.Output {
	var last graphops.Output
	for {
		if o.DType().IsFloat() && !last.Valid() {
			last = o
		}
		n := l.only(o)
		switch {
		case n == nil:
			return last
		case moves(n.Op) && n.Inputs[0] == o, n.Op == "Cast":
			o = graphops.Output{Node: n}
		case isProduct(n.Op) && !slices.ContainsFunc(n.Inputs, func(side graphops.Output) bool { return side != o && l.walk.Varies(side) }):
			return graphops.Output{Node: n}
		default:
			return last
		}
	}
}

// isInput says whether a tensor is the input itself, moved at most.
func (l *lookups) isInput(o graphops.Output, in input) bool {
	for o != in.place {
		if !moves(o.Node.Op) {
			return false
		}
		o = o.Node.Inputs[0]
	}
	return true
}

// moves lists ops that put the elements of their first input in another order
// or shape.
func moves(op string) bool {
	switch op {
	case "Identity", "Reshape", "Squeeze", "ExpandDims", "Transpose":
		return true
	}
	return false
}

func isProduct(op string) bool {
	switch op {
	case "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum":
		return true
	}
	return false
}
