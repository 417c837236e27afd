package graphops

import (
	"fmt"
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
	at := map[*Node]*Node{}
	given := map[Output]Output{}
	for i, a := range f.Args {
		given[a] = args[i]
	}
	var copyOf func(n *Node) *Node
	there := func(o Output) Output {
		if v, ok := given[o]; ok {
			return v
		}
		if n := copyOf(o.Node); n != nil {
			return Output{n, o.Index}
		}
		return Output{}
	}
	copyOf = func(n *Node) *Node {
		if c, ok := at[n]; ok {
			if c == nil {
				b.Fail(&GraphError{n.Origin, "a loop of TensorFlow 1 inside the body of another loop cannot be explained"})
			}
			return c
		}
		at[n] = nil
		var in []Output
		for _, i := range n.Inputs {
			in = append(in, there(i))
		}
		c := b.again(n, in)
		if c == nil {
			return nil
		}
		c.Origin = n.Origin
		for _, before := range n.Controls {
			if k := copyOf(before); k != nil {
				c.Controls = append(c.Controls, k)
			}
		}
		at[n] = c
		if n.custom != nil {
			c.custom = &custom{why: n.custom.why}
			for _, seed := range n.custom.seeds {
				c.custom.seeds = append(c.custom.seeds, there(seed))
			}
			for _, to := range n.custom.to {
				if to.Valid() {
					to = there(to)
				}
				c.custom.to = append(c.custom.to, to)
			}
		}
		return c
	}
	var out []Output
	for _, r := range f.Results {
		out = append(out, there(r))
	}
	return out
}

// library collects the functions that a graph's loops are made of.
type library struct {
	prefix string
	def    *tfproto.FunctionDefLibrary
	count  int
}

// node writes a node, its inputs spelled by name.
func (l *library) node(n *Node, name func(Output) string) *tfproto.NodeDef {
	d := &tfproto.NodeDef{Name: n.Name, Op: n.Op, Device: n.Device, Attr: n.Attrs}
	for _, in := range n.Inputs {
		d.Input = append(d.Input, name(in))
	}
	for _, before := range n.Controls {
		d.Input = append(d.Input, "^"+before.Name)
	}
	if n.Loop != nil {
		d.Attr = l.loop(n)
	}
	return d
}

// function adds a function and returns the attribute that names it.
func (l *library) function(f Function, kind string) *tfproto.AttrValue {
	l.count++
	sig := &tfproto.OpDef{Name: fmt.Sprintf("%sloop_%d_%s", l.prefix, l.count, kind)}
	def := &tfproto.FunctionDef{Signature: sig, Ret: map[string]string{}}
	isArg := map[*Node]bool{}
	for _, a := range f.Args {
		isArg[a.Node] = true
		sig.InputArg = append(sig.InputArg, &tfproto.OpDef_ArgDef{Name: a.Node.Name, Type: int32(a.DType())})
	}
	name := func(o Output) string {
		if isArg[o.Node] {
			return o.Node.Name
		}
		arg, i := outputName(o)
		return fmt.Sprintf("%s:%s:%d", o.Node.Name, arg, i)
	}
	for _, n := range f.nodes() {
		sig.IsStateful = sig.IsStateful || n.def.GetIsStateful()
		def.NodeDef = append(def.NodeDef, l.node(n, name))
	}
	for i, r := range f.Results {
		out := fmt.Sprintf("result_%d", i)
		sig.OutputArg = append(sig.OutputArg, &tfproto.OpDef_ArgDef{Name: out, Type: int32(r.DType())})
		def.Ret[out] = name(r)
	}
	if l.def == nil {
		l.def = &tfproto.FunctionDefLibrary{}
	}
	l.def.Function = append(l.def.Function, def)
	return &tfproto.AttrValue{Value: &tfproto.AttrValue_Func{Func: &tfproto.NameAttrList{Name: sig.Name}}}
}

// outputName is how the body of a function spells an output: the name of the
// op's result and the place in it.
func outputName(o Output) (arg string, i int) {
	at := 0
	for _, a := range o.Node.def.OutputArg {
		types, _ := argTypes(o.Node, a) // resolved before, when the node was added
		if o.Index < at+len(types) {
			return a.Name, o.Index - at
		}
		at += len(types)
	}
	return "", 0
}

// typesOf lists dtypes as an attribute.
func typesOf(name string, of []Output) Attr {
	l := &tfproto.AttrValue_ListValue{}
	for _, o := range of {
		l.Type = append(l.Type, int32(o.DType()))
	}
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: l}}}
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
