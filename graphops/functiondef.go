package graphops

import (
	"fmt"
	"maps"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

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
	var types []tensor.DType
	for _, o := range of {
		types = append(types, o.DType())
	}
	return Types(name, types...)
}

// loop gives the attributes of a While whose functions have been written.
func (l *library) loop(n *Node) map[string]*tfproto.AttrValue {
	attrs := maps.Clone(n.Attrs)
	attrs["cond"], attrs["body"] = l.function(n.Loop.Condition, "condition"), l.function(n.Loop.Body, "body")
	shapes := &tfproto.AttrValue_ListValue{}
	var outs []Output
	for i, o := range n.Outputs {
		s := UnknownDims("")
		if o.Shape.KnownRank && o.DType != tensor.Resource {
			s = Dims("", o.Shape.Sizes())
		}
		shapes.Shape = append(shapes.Shape, s.value.GetShape())
		outs = append(outs, Output{n, i})
	}
	attrs["output_shapes"] = &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: shapes}}
	attrs["T"] = typesOf("T", outs).value
	// As nodes of the graph that it is in, a loop runs several times as fast.
	attrs["_lower_using_switch_merge"] = Bool("", true).value
	return attrs
}
