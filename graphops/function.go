package graphops

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Function is a graph with arguments, placeholders of it, and results: the
// body of a loop, for instance. It is a view; several may share one graph, and
// each consists of what its results need.
type Function struct {
	Graph   *Graph
	Args    []Output
	Results []Output
}

// nodes are those that the results need, in the order they were made, without
// the arguments.
func (f Function) nodes() []*Node {
	need := needed(f.Results)
	for _, a := range f.Args {
		delete(need, a.Node)
	}
	return slices.DeleteFunc(slices.Clone(f.Graph.nodes), func(n *Node) bool { return !need[n] })
}

// needed are the nodes that tensors are computed from.
func needed(of []Output) map[*Node]bool {
	need := map[*Node]bool{}
	var visit func(n *Node)
	visit = func(n *Node) {
		if need[n] {
			return
		}
		need[n] = true
		for _, in := range n.Inputs {
			visit(in.Node)
		}
		for _, before := range n.Controls {
			visit(before)
		}
		if n.custom != nil {
			for _, o := range append(slices.Clone(n.custom.to), n.custom.seeds...) {
				if o.Valid() {
					visit(o.Node)
				}
			}
		}
	}
	for _, o := range of {
		if o.Valid() {
			visit(o.Node)
		}
	}
	return need
}

// argument adds an argument like a tensor of another graph. shape says what
// holds of it whenever the function is called.
func (b *Builder) argument(like Output, shape Shape) Output {
	if !like.Valid() {
		return Output{}
	}
	return b.argumentOf(like.DType(), like.Element(), shape)
}

func (b *Builder) argumentOf(t, element tensor.DType, shape Shape) Output {
	if b.err != nil {
		return Output{}
	}
	n := &Node{Name: "arg", Op: "Placeholder", Attrs: map[string]*tfproto.AttrValue{}}
	for _, a := range []Attr{Type("dtype", t), UnknownDims("shape")} {
		n.Attrs[a.Name] = a.value
	}
	if err := b.graph.add(n); err != nil {
		b.Fail(err)
		return Output{}
	}
	n.Outputs[0].Shape, n.Outputs[0].Element = shape, element
	return Output{n, 0}
}

// into copies the function's nodes to another graph, with other tensors in
// place of its arguments, and returns its results there.
func (f Function) into(b *Builder, args []Output) []Output {
	m := &move{b: b, given: map[Output]Output{}, at: map[*Node]*Node{}}
	for i, a := range f.Args {
		m.given[a] = args[i]
	}
	var out []Output
	for _, r := range f.Results {
		out = append(out, m.tensor(r))
	}
	return out
}

// move copies nodes from one graph to another.
type move struct {
	b     *Builder
	given map[Output]Output // what stands for a tensor there
	at    map[*Node]*Node   // copies; nil for a node whose inputs are being copied
}

func (m *move) tensor(o Output) Output {
	if v, ok := m.given[o]; ok {
		return v
	}
	if n := m.node(o.Node); n != nil {
		return Output{n, o.Index}
	}
	return Output{}
}

func (m *move) node(n *Node) *Node {
	if c, ok := m.at[n]; ok {
		if c == nil {
			m.b.Fail(&GraphError{n.Origin, "a loop of TensorFlow 1 inside the body of another loop cannot be explained"})
		}
		return c
	}
	m.at[n] = nil
	var in []Output
	for _, i := range n.Inputs {
		in = append(in, m.tensor(i))
	}
	c := m.b.again(n, in)
	if c == nil {
		return nil
	}
	c.Origin = n.Origin
	for _, before := range n.Controls {
		if k := m.node(before); k != nil {
			c.Controls = append(c.Controls, k)
		}
	}
	m.at[n] = c
	if n.custom != nil {
		c.custom = n.custom.with(m.tensor)
	}
	return c
}

// elementOf is the type of the elements of a node's lists; Invalid if there are
// none, or if nobody says.
func elementOf(n *Node, output int) tensor.DType {
	switch {
	case n.Outputs[output].DType != tensor.Variant:
		return tensor.Invalid
	case n.attr("element_dtype") != nil:
		return n.Type("element_dtype")
	case isWhile(n.Op):
		return n.Inputs[output].Element()
	case len(n.Inputs) > 0:
		switch n.Op {
		case "Identity", "Switch", "Merge", "ZerosLike", "AddN", "TensorListResize":
			return n.Inputs[0].Element()
		case "IdentityN":
			return n.Inputs[output].Element()
		}
	}
	return tensor.Invalid
}
