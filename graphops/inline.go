package graphops

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Feed names a tensor of the model that is cut from what made it and becomes
// a placeholder of the copy.
type Feed struct {
	Tensor string // "node:0" in the model's top graph
	Name   string // name of the placeholder
	Shape  []int  // declared shape, -1 unknown
	Ranked bool   // whether the rank is declared at all
}

// Copy is a model's graph without function calls: what the fetched tensors
// need, and nothing else.
type Copy struct {
	Graph   *Graph
	Feeds   []Output // as asked for, in order
	Fetches []Output
}

// Inline copies from a model's graph what the fetched tensors need. Function
// calls are expanded (PartitionedCall, StatefulPartitionedCall and calls by
// the function's own name), whatever their implementation hints say: an
// explanation needs the body. Control edges are dropped, because running an
// explanation must not change the model's state; a tensor that is only right
// after such a change is refused.
//
// Variables, tables and constants of the top graph are not copied: their nodes
// carry Loaded, the name of the node they stand for.
func Inline(def *tfproto.GraphDef, ops Ops, feeds []Feed, fetches []string) (*Copy, error) {
	return inline(def, ops, feeds, fetches, nil, nil)
}

// inline is Inline with custom gradients written out, if any are given, and
// with what an earlier copy knows of shapes, or nil.
func inline(def *tfproto.GraphDef, ops Ops, feeds []Feed, fetches []string, gradients CustomGradients, known *Graph) (*Copy, error) {
	c := newCopier(NewGraph(ops), gradients, map[string]*tfproto.FunctionDef{}, known)
	for _, f := range def.GetLibrary().GetFunction() {
		c.functions[f.GetSignature().GetName()] = f
	}
	c.graph.versions = def.Versions
	top := newScope(def.Node, "", "")
	out := &Copy{Graph: c.graph}
	for _, f := range feeds {
		o, err := c.placeholder(top, f)
		if err != nil {
			return nil, err
		}
		out.Feeds = append(out.Feeds, o)
	}
	for _, f := range fetches {
		o, err := c.resolve(top, f)
		if err != nil {
			return nil, err
		}
		out.Fetches = append(out.Fetches, o)
	}
	if err := c.connectLoops(); err != nil {
		return nil, err
	}
	// A call's results were all resolved; some may not be needed.
	c.graph.Prune(append(slices.Clone(out.Feeds), out.Fetches...)...)
	if err := c.checkWrites(); err != nil {
		return nil, err
	}
	return out, nil
}

// copier makes the nodes of one copy on demand, from the fetches backwards.
type copier struct {
	graph     *Graph
	functions map[string]*tfproto.FunctionDef
	stack     []string // functions being expanded, to find recursion
	copied    []origin // every node copied and where its definition stands
	loops     []backEdge
	depth     int

	gradients  CustomGradients // nil: not asked for
	inGradient bool            // one is being written out

	known *Graph              // an earlier copy with shapes; nil in the first
	lists map[Output][]Output // contents of tensor lists, where they are known
	ints  integers
	stays map[*tfproto.NodeDef]bool
}

func newCopier(g *Graph, gradients CustomGradients, functions map[string]*tfproto.FunctionDef, known *Graph) *copier {
	c := &copier{graph: g, gradients: gradients, functions: functions, known: known, lists: map[Output][]Output{}, stays: map[*tfproto.NodeDef]bool{}}
	c.ints = integers{c.shapeOf, map[Output][]int{}}
	return c
}

func (c *copier) placeholder(top *scope, f Feed) (Output, error) {
	node, index := splitTop(f.Tensor)
	d, ok := top.defs[node]
	if !ok {
		return Output{}, &GraphError{f.Tensor, "the graph has no such node to feed"}
	}
	if index != 0 {
		return Output{}, &GraphError{f.Tensor, "only output 0 of a top node can be fed"}
	}
	dtype := tensor.DType(d.GetAttr()["dtype"].GetType())
	if dtype == tensor.Invalid {
		dtype = tensor.DType(d.GetAttr()["T"].GetType())
	}
	n := &Node{Name: f.Name, Op: "Placeholder", Origin: node, Attrs: map[string]*tfproto.AttrValue{}}
	shape := UnknownDims("shape")
	if f.Ranked {
		shape = Dims("shape", f.Shape)
	}
	for _, a := range []Attr{Type("dtype", dtype), shape} {
		n.Attrs[a.Name] = a.value
	}
	if err := c.graph.add(n); err != nil {
		return Output{}, err
	}
	top.nodes[node] = n
	return Output{n, 0}, nil
}
