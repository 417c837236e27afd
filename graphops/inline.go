package graphops

import (
	"fmt"
	"slices"
	"strings"

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

// resolve finds the tensor that an input name means in a scope, copying what
// it needs.
func (c *copier) resolve(s *scope, name string) (Output, error) {
	if s.top {
		node, i := splitTop(name)
		return c.output(s, node, func(*Node) (int, error) { return i, nil })
	}
	parts := strings.Split(name, ":")
	if outs, ok := s.args[parts[0]]; ok {
		i := 0
		if len(parts) == 2 {
			_, i = splitTop(name)
		}
		if i >= len(outs) || len(parts) > 2 {
			return Output{}, &GraphError{s.join(name), "the function has no such argument"}
		}
		return outs[i], nil
	}
	return c.output(s, parts[0], func(n *Node) (int, error) {
		switch len(parts) {
		case 1:
			return 0, nil
		case 2:
			return outputIndex(n, parts[1], 0)
		}
		_, i := splitTop(name)
		return outputIndex(n, parts[1], i)
	})
}

// output finds a node's output, copying the node or expanding the call.
func (c *copier) output(s *scope, node string, index func(*Node) (int, error)) (Output, error) {
	d, ok := s.defs[node]
	if !ok {
		if n := s.nodes[node]; n != nil { // a fed top node
			return Output{n, 0}, nil
		}
		return Output{}, &GraphError{s.join(node), "an input names it, but there is no such node"}
	}
	if n := s.nodes[node]; n != nil && s.calls[node] == nil {
		i, err := index(n)
		return c.checked(s, n, i, err)
	}
	outs, expanded, err := c.expand(s, d)
	if err != nil {
		return Output{}, err
	}
	if expanded {
		// The call's op definition still says how its outputs are counted.
		i, err := index(&Node{Name: d.Name, Op: d.Op, Attrs: d.Attr, def: c.callDef(d)})
		if err == nil && (i < 0 || i >= len(outs)) {
			err = &GraphError{s.join(node), fmt.Sprintf("output %d of a call that gives %d is used", i, len(outs))}
		}
		if err != nil {
			return Output{}, err
		}
		return outs[i], nil
	}
	n, err := c.node(s, d)
	if err != nil {
		return Output{}, err
	}
	if o, ok, err := c.list(n); ok || err != nil {
		s.calls[d.Name] = []Output{o}
		return o, err
	}
	i, err := index(n)
	return c.checked(s, n, i, err)
}

func (c *copier) checked(s *scope, n *Node, i int, err error) (Output, error) {
	if err == nil && (i < 0 || i >= len(n.Outputs)) {
		err = &GraphError{s.join(n.Name), fmt.Sprintf("output %d is used, but it has %d", i, len(n.Outputs))}
	}
	return Output{n, i}, err
}

// maxDepth bounds how many nodes and calls may wait for each other's inputs:
// the walk is recursive, and a forged chain must not exhaust the stack. Real
// models stay below ten thousand.
const maxDepth = 100_000

// enter marks a node whose inputs are being resolved and returns what unmarks
// it. Meeting a marked node again means that the graph has a cycle.
func (c *copier) enter(s *scope, name string) (func(), error) {
	if s.open[name] {
		return nil, &GraphError{s.join(name), "its inputs lead back to itself"}
	}
	if c.depth >= maxDepth {
		return nil, &GraphError{s.join(name), fmt.Sprintf("more than %d nodes follow each other", maxDepth)}
	}
	s.open[name] = true
	c.depth++
	return func() { delete(s.open, name); c.depth-- }, nil
}

// node copies one node, its inputs first.
func (c *copier) node(s *scope, d *tfproto.NodeDef) (*Node, error) {
	n := &Node{Name: s.join(d.Name), Op: d.Op, Device: d.Device, Origin: s.join(d.Name), Attrs: copyAttrs(d.Attr, s.attrs)}
	if n.Device == "" {
		n.Device = s.device
	}
	leave, err := c.enter(s, d.Name)
	if err != nil {
		return nil, err
	}
	defer leave()
	var back []backEdge
	for _, in := range d.Input {
		if strings.HasPrefix(in, "^") {
			continue
		}
		if from, _ := splitTop(in); d.Op == "Merge" && c.isNextIteration(s, from) {
			back = append(back, backEdge{n, len(n.Inputs), s, in})
			// Until the loop's end is copied the first input stands in: same type.
			n.Inputs = append(n.Inputs, n.Inputs[0])
			continue
		}
		o, err := c.resolve(s, in)
		if err != nil {
			return nil, err
		}
		n.Inputs = append(n.Inputs, o)
	}
	if len(n.Inputs) == 0 && s.flow {
		if n.Controls, err = c.flowControls(s, d); err != nil {
			return nil, err
		}
	}
	if s.top && len(n.Inputs) == 0 && len(n.Controls) == 0 && !strings.HasPrefix(d.Op, "Placeholder") {
		n.Loaded = d.Name
	}
	if err := c.graph.add(n); err != nil {
		return nil, err
	}
	if isWhile(n.Op) {
		if err := c.open(s, d, n); err != nil {
			return nil, err
		}
	}
	s.nodes[d.Name] = n
	c.copied = append(c.copied, origin{n, d, s})
	c.loops = append(c.loops, back...)
	c.attachGradient(s, d, n)
	return n, nil
}

// copyAttrs takes over a node's attributes, with a function's placeholder
// attributes filled in. Attributes that only steer TensorFlow's own passes
// (their names begin with "_") are left out, but for the mark of a custom
// gradient and the lowering of control flow. Colocation would name nodes that
// are not in the copy.
func copyAttrs(attrs, values map[string]*tfproto.AttrValue) map[string]*tfproto.AttrValue {
	out := make(map[string]*tfproto.AttrValue, len(attrs))
	for name, v := range attrs {
		if strings.HasPrefix(name, "_") && name != "_gradient_op_type" && name != "_lower_using_switch_merge" {
			continue
		}
		if p := v.GetPlaceholder(); p != "" {
			if given, ok := values[p]; ok {
				v = given
			}
		}
		out[name] = v
	}
	return out
}
