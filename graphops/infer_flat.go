package graphops

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// flatGraph is a graph as TensorFlow is to infer it: with a batch size, and with
// the first turn of each loop in place of the loop, so that shapes are found in
// its body too.
//
// What TensorFlow finds for the first turn must hold for all. So a variable
// that changes enters its loop through a node that lets its shape pass but not
// its value: an axis that is as long as the counter is open, not as long as the
// counter's start. And where a turn gives a variable another shape than it
// starts with, the variable is widened to what both have in common and the graph
// inferred again, until that is enough.
type flatGraph struct {
	def   *tfproto.GraphDef
	batch int
	where map[Output]string // the name of each tensor in def
	nodes map[string]*Node  // by name in def
}

// flat writes the graph for a batch size; -1 leaves it open.
func (g *Graph) flat(functions *tfproto.FunctionDefLibrary, batch int) *flatGraph {
	f := &flatGraph{def: &tfproto.GraphDef{Versions: g.versions, Library: functions}, batch: batch, where: map[Output]string{}, nodes: map[string]*Node{}}
	f.add(g, "")
	return f
}

// add writes nodes under a name scope.
func (f *flatGraph) add(g *Graph, scope string) {
	var back []*tfproto.NodeDef // of TF1 loops: their inputs are named when all nodes are
	from := map[*tfproto.NodeDef]*Node{}
	for _, n := range g.nodes {
		if _, isArg := f.where[Output{n, 0}]; isArg {
			continue
		}
		if n.Loop != nil {
			f.loop(n, scope+n.Name)
			continue
		}
		nd := &tfproto.NodeDef{Name: scope + n.Name, Op: n.Op, Device: n.Device, Attr: n.Attrs}
		for i := range n.Outputs {
			f.where[Output{n, i}] = spelled(nd.Name, i)
		}
		f.nodes[nd.Name] = n
		from[nd] = n
		back = append(back, nd)
	}
	for _, nd := range back {
		for _, in := range from[nd].Inputs {
			nd.Input = append(nd.Input, f.where[in])
		}
		for _, before := range from[nd].Controls {
			nd.Input = append(nd.Input, "^"+scope+before.Name)
		}
		f.def.Node = append(f.def.Node, simplified(from[nd], nd, f.batch))
	}
}

// loop writes the first turn of a loop.
func (f *flatGraph) loop(n *Node, name string) {
	body := n.Loop.Body
	for i, arg := range body.Args {
		start := f.where[n.Inputs[i]]
		at := start
		if n.Loop.changes(i) {
			at = fmt.Sprintf("%s/start_%d", name, i)
			f.def.Node = append(f.def.Node, f.entrance(at, start, arg.DType(), n.Loop, i))
		}
		f.where[arg] = at
	}
	f.add(body.Graph, name+"/turn/")
	for i, result := range body.Results {
		o := Output{n, i}
		f.where[o] = f.where[body.Args[i]]
		if o.DType() == tensor.Variant { // what is known of a list's elements comes from what is put in
			f.where[o] = f.where[result]
			if item := n.Loop.putIn(i); item.Valid() && isEmptyList(n.Inputs[i]) {
				f.where[o] = f.listOf(fmt.Sprintf("%s/list_%d", name, i), item)
			}
		}
	}
}

// putIn is what a turn puts in the list that is a loop variable.
func (l *Loop) putIn(i int) Output {
	r := unwrapped(l.Body.Results[i])
	at := map[string]int{"TensorListSetItem": 2, "TensorListPushBack": 1}[r.Node.Op]
	if at == 0 || unwrapped(r.Node.Inputs[0]) != l.Body.Args[i] {
		return Output{}
	}
	return r.Node.Inputs[at]
}

func isEmptyList(o Output) bool {
	op := unwrapped(o).Node.Op
	return op == "TensorListReserve" || op == "EmptyTensorList"
}

// listOf writes a list of which TensorFlow knows that its elements are like a
// tensor: the list ops themselves do not look at what is put in. How long it is
// does not show.
func (f *flatGraph) listOf(name string, item Output) string {
	add := func(op, in string, attrs map[string]*tfproto.AttrValue, inputs ...string) string {
		f.def.Node = append(f.def.Node, &tfproto.NodeDef{Name: name + in, Op: op, Input: inputs, Attr: attrs})
		return name + in
	}
	t, integer := Type("", item.DType()).value, Type("", tensor.Int32).value
	shape := add("Shape", "/shape", map[string]*tfproto.AttrValue{"T": t, "out_type": integer}, f.where[item])
	zero := add("Const", "/zero", map[string]*tfproto.AttrValue{"dtype": integer, "value": Integers("", tensor.Int32, []int{0}, nil).value})
	length := name + "/length"
	f.def.Node = append(f.def.Node, hidden(length, zero, tensor.Int32))
	return add("TensorListReserve", "", map[string]*tfproto.AttrValue{"element_dtype": t, "shape_type": integer}, shape, length)
}

// changes says whether a loop variable has to be kept from being mistaken for
// what it starts as.
func (l *Loop) changes(i int) bool {
	t := l.Body.Args[i].DType()
	return t != tensor.Variant && t != tensor.Resource && !l.invariant(i)
}

// entrance is the node through which a variable enters its loop.
func (f *flatGraph) entrance(name, start string, t tensor.DType, l *Loop, i int) *tfproto.NodeDef {
	if s, ok := l.widened[i]; ok {
		shape := UnknownDims("shape")
		if s.KnownRank {
			shape = Dims("shape", s.sizesAt(f.batch))
		}
		return &tfproto.NodeDef{Name: name, Op: "PlaceholderWithDefault", Input: []string{start},
			Attr: map[string]*tfproto.AttrValue{"dtype": Type("", t).value, "shape": shape.value}}
	}
	return hidden(name, start, t)
}

// hidden writes a tensor whose value TensorFlow does not see: Print hands its
// input on, and TensorFlow does not evaluate what has effects.
func hidden(name, of string, t tensor.DType) *tfproto.NodeDef {
	return &tfproto.NodeDef{Name: name, Op: "Print", Input: []string{of},
		Attr: map[string]*tfproto.AttrValue{"T": Type("", t).value, "U": typesOf("U", nil).value}}
}

func spelled(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprintf("%s:%d", name, i)
}

// infer asks for the sizes of every tensor.
func (f *flatGraph) infer(infer Inferrer) (map[Output][]int, error) {
	all, err := infer(f.def)
	if err != nil {
		return nil, err
	}
	for name, n := range f.nodes {
		if len(all[name]) != len(n.Outputs) {
			return nil, &GraphError{n.Origin, "TensorFlow counts its outputs differently"}
		}
	}
	out := map[Output][]int{}
	for o, at := range f.where {
		name, i := splitTop(at)
		out[o] = all[name][i]
	}
	return out, nil
}
