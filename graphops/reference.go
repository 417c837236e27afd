package graphops

import (
	"slices"
	"strings"
)

// Reference gives the value of any tensor at the baseline, the reference
// forward pass of DeepLIFT. A tensor that does not depend on an explained one
// is its own reference.
type Reference struct {
	walk *Walk
	b    *Builder
	// leaf gives a tensor's reference where it need not be computed: the
	// baseline of an explained tensor, or a stored value. The zero Output means
	// that the node is to be run again on its inputs' references.
	leaf func(o Output) Output
	memo map[Output]Output
	runs map[*Node]*Node // nodes that were run again
}

// NewReference computes references with nodes added by b.
func NewReference(w *Walk, b *Builder, leaf func(o Output) Output) *Reference {
	return &Reference{walk: w, b: b, leaf: leaf, memo: map[Output]Output{}, runs: map[*Node]*Node{}}
}

// Err is the first error of a node that was to be run again, or nil.
func (r *Reference) Err() error { return r.b.err }

// At is the value of o at the baseline.
func (r *Reference) At(o Output) Output {
	if v, ok := r.memo[o]; ok {
		return v
	}
	if !r.walk.Varies(o) {
		return o
	}
	return r.value(o)
}

// value works out a reference that is not known yet.
func (r *Reference) value(o Output) Output {
	if v := r.leaf(o); v.Valid() {
		r.memo[o] = v
		return v
	}
	n := r.run(o.Node)
	if n == nil {
		return Output{}
	}
	return Output{n, o.Index}
}

// run is the node once more, on its inputs' references.
func (r *Reference) run(n *Node) *Node {
	if again, ok := r.runs[n]; ok {
		return again
	}
	var in []Output
	for _, i := range n.Inputs {
		in = append(in, r.b.rowsOf(r.At(i), i))
	}
	r.runs[n] = r.b.again(n, in)
	return r.runs[n]
}

// again adds a node that does the same to other inputs.
func (b *Builder) again(n *Node, in []Output) *Node {
	var attrs []Attr
	for name, v := range n.Attrs {
		attrs = append(attrs, Attr{name, v})
	}
	slices.SortFunc(attrs, func(x, y Attr) int { return strings.Compare(x.Name, y.Name) })
	c := b.In(b.scope+"/"+n.Name).Node(n.Op, in, attrs...)
	if c == nil {
		return nil
	}
	c.Device, c.Loop = n.Device, n.Loop
	for i := range c.Outputs {
		c.Outputs[i].Shape, c.Outputs[i].Element = n.Outputs[i].Shape, n.Outputs[i].Element
	}
	return c
}

// rowsOf repeats a reference that was stored for one row to all rows.
func (b *Builder) rowsOf(ref, like Output) Output {
	// What is stored has a known shape; what is computed has the rows of like.
	if !ref.Valid() || ref == like || !ref.Shape().Known() || ref.Shape().Same(like.Shape()) {
		return ref
	}
	return b.Like(b.Op("BroadcastTo", []Output{ref, b.ShapeVector(like)}), like)
}
