package graphops

import "slices"

// Join puts tensors side by side along their last axis and returns the result.
// What used one of them uses its part of the result from now on. The error is a
// *GraphError when their other axes differ; those of unknown size TensorFlow
// compares when it runs.
func (g *Graph) Join(parts []Output) (Output, error) {
	first := parts[0].Shape()
	axis := first.Rank() - 1
	var widths []int
	for _, p := range parts {
		s := p.Shape()
		if axis < 0 || s.Rank() != axis+1 || !s.Dims[axis].Static() || p.DType() != parts[0].DType() || !slices.Equal(s.Dims[:axis], first.Dims[:axis]) {
			return Output{}, &GraphError{p.Node.Path(), "its " + s.String() + " cannot be joined to " + first.String() + " along the last axis"}
		}
		widths = append(widths, s.Dims[axis].Size)
	}
	b := NewBuilder(g, "joined")
	all := b.Op("ConcatV2", append(slices.Clone(parts), b.IntScalar(axis)))
	split := b.Node("SplitV", []Output{all, b.IntVector(widths...), b.IntScalar(axis)}, Int("num_split", len(parts)))
	if b.Err() != nil {
		return Output{}, b.Err()
	}
	dims := slices.Clone(first.Dims)
	dims[axis] = Dim{}
	for i, p := range parts {
		split.Outputs[i].Shape = p.Shape()
		dims[axis].Size += widths[i]
	}
	all.Node.Outputs[0].Shape = Shape{Dims: dims, KnownRank: true}
	for _, n := range g.nodes {
		for i, in := range n.Inputs {
			if k := slices.Index(parts, in); k >= 0 && n != all.Node {
				n.Inputs[i] = Output{split, k}
			}
		}
	}
	g.sort()
	return all, nil
}

// sort puts the inputs of each node before it, and leaves the order otherwise.
func (g *Graph) sort() {
	sorted, seen := make([]*Node, 0, len(g.nodes)), map[*Node]bool{}
	var visit func(n *Node)
	visit = func(n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, in := range n.Inputs {
			visit(in.Node)
		}
		for _, before := range n.Controls {
			visit(before)
		}
		sorted = append(sorted, n)
	}
	for _, n := range g.nodes {
		visit(n)
	}
	g.nodes = sorted
}
