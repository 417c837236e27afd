package graphops

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Graph is a TensorFlow graph without function calls: the nodes that one
// program needs, in the order they were made.
type Graph struct {
	nodes  []*Node
	byName map[string]*Node
	taken  map[string]int // the last number that was given to a name
	ops    Ops

	// versions are those of the graph this one was copied from: TensorFlow lets
	// old graphs keep ops that new ones may no longer use.
	versions *tfproto.VersionDef
}

// Node is one operation.
type Node struct {
	Name   string
	Op     string
	Device string
	Inputs []Output
	Attrs  map[string]*tfproto.AttrValue

	// Controls are the nodes this one waits for: in TF1 control flow they tell
	// which loop or branch a constant belongs to, and a check that the passes add
	// must come before what it is about.
	Controls []*Node

	// Outputs has one entry for each tensor the node gives. Dtypes are always
	// known, shapes after InferShapes.
	Outputs []Tensor

	// Origin is the path of the node in the model it was copied from: the names
	// of the calls that lead to it and its own, joined by "/". It is empty for
	// nodes that tfexplain added.
	Origin string

	// Loaded is the name of the node in the loaded graph that this node stands
	// for: a variable, a table or a constant that must exist once. Empty for
	// nodes that are copied.
	Loaded string

	// Loop is what a While node is made of. Its attributes name no functions
	// then; ToDef writes them.
	Loop *Loop

	def    *tfproto.OpDef
	custom *custom // its own gradient
}

// Tensor is what is known of a tensor before anything runs.
type Tensor struct {
	DType tensor.DType
	Shape Shape

	// Element is the type of the elements of a TensorList, whose DType is
	// Variant. Invalid where that is not known, and for all other tensors.
	Element tensor.DType
}

// Output names one tensor: output Index of Node. The zero Output is no tensor.
type Output struct {
	Node  *Node
	Index int
}

// Valid says whether o names a tensor.
func (o Output) Valid() bool { return o.Node != nil }

// DType is the tensor's element type.
func (o Output) DType() tensor.DType { return o.Node.Outputs[o.Index].DType }

// Shape is the tensor's shape as far as it is known.
func (o Output) Shape() Shape { return o.Node.Outputs[o.Index].Shape }

// Element is the type of the elements of a TensorList.
func (o Output) Element() tensor.DType { return o.Node.Outputs[o.Index].Element }

// carries says whether a tensor can have an adjoint: it has slopes, or is a list
// of such tensors.
func (o Output) carries() bool { return carries(o.DType()) || o.Element().IsFloat() }

// String is TensorFlow's spelling, "node" or "node:1".
func (o Output) String() string {
	switch {
	case o.Node == nil:
		return "none"
	case o.Index == 0:
		return o.Node.Name
	}
	return fmt.Sprintf("%s:%d", o.Node.Name, o.Index)
}

// NewGraph makes an empty graph of ops from the given registry.
func NewGraph(ops Ops) *Graph {
	return &Graph{byName: map[string]*Node{}, taken: map[string]int{}, ops: ops}
}

// Nodes lists the nodes in the order they were made.
func (g *Graph) Nodes() []*Node { return g.nodes }

// Node finds a node by name; nil when there is none.
func (g *Graph) Node(name string) *Node { return g.byName[name] }

// add enters a node whose inputs and attributes are complete, and works out
// the dtypes of its outputs. A name that is taken gets a number.
func (g *Graph) add(n *Node) error {
	def, ok := g.ops[n.Op]
	if !ok {
		return &UnknownOpError{Op: n.Op, Node: n.Name}
	}
	n.def = def
	n.Name = g.freeName(n.Name)
	if n.Attrs == nil {
		n.Attrs = map[string]*tfproto.AttrValue{}
	}
	types, err := resolveTypes(n)
	if err != nil {
		return err
	}
	n.Outputs = make([]Tensor, len(types))
	for i, t := range types {
		n.Outputs[i].DType = t
		n.Outputs[i].Element = elementOf(n, i)
	}
	g.nodes = append(g.nodes, n)
	g.byName[n.Name] = n
	return nil
}

func (g *Graph) freeName(name string) string {
	free := name
	for g.byName[free] != nil {
		g.taken[name]++
		free = fmt.Sprintf("%s_%d", name, g.taken[name])
	}
	return free
}

// Prune keeps only the nodes that the given tensors need.
func (g *Graph) Prune(keep ...Output) {
	need := needed(keep)
	g.nodes = slices.DeleteFunc(g.nodes, func(n *Node) bool { return !need[n] })
	maps.DeleteFunc(g.byName, func(_ string, n *Node) bool { return !need[n] })
}

// ToDef writes the graph as TensorFlow's message. With omitLoaded, nodes that
// stand for loaded ones are left out; the importer must map them (see
// LoadedMap). prefix is put before the names of the functions that loops are
// made of, which must be unique where the message is imported.
func (g *Graph) ToDef(omitLoaded bool, prefix string) *tfproto.GraphDef {
	l := &library{prefix: prefix}
	def := &tfproto.GraphDef{Versions: g.versions}
	for _, n := range g.nodes {
		if omitLoaded && n.Loaded != "" {
			continue
		}
		def.Node = append(def.Node, l.node(n, Output.String))
	}
	def.Library = l.def
	return def
}

// Each calls f for every node of the graph and of the bodies of its loops.
func (g *Graph) Each(f func(n *Node)) {
	for _, n := range g.nodes {
		f(n)
		if n.Loop != nil {
			n.Loop.Body.Graph.Each(f)
			n.Loop.Condition.Graph.Each(f)
		}
	}
}

// LoadedMap gives, for each tensor of a loaded node that the graph uses, the
// tensor in the loaded graph: what ToDef leaves out.
func (g *Graph) LoadedMap() map[Output]string {
	m := map[Output]string{}
	for _, n := range g.nodes {
		for _, in := range n.Inputs {
			if in.Node.Loaded != "" {
				m[in] = in.Node.Loaded
			}
		}
	}
	return m
}
