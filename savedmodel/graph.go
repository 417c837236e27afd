package savedmodel

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// graph finds the nodes and functions of a GraphDef by name.
type graph struct {
	def       *tfproto.GraphDef
	nodes     map[string]*tfproto.NodeDef
	functions map[string]*tfproto.FunctionDef
	gradients map[string]string // function -> the function of its gradient

	// alternatives are the functions that say they do the same, by what they
	// say: TensorFlow's optimizer (grappler's implementation selector) puts one
	// in the place of another, by the device they prefer.
	alternatives map[string][]string

	// registered are the gradient functions of nodes, by what the nodes'
	// attribute says: an explanation runs them.
	registered map[string]string
}

// gradientType is the attribute of a node that has a gradient of its own.
const gradientType = "_gradient_op_type"

// implements is the attribute of a function that names its alternatives.
const implements = "api_implements"

func newGraph(def *tfproto.GraphDef) (*graph, error) {
	if def == nil {
		def = &tfproto.GraphDef{}
	}
	library := def.GetLibrary()
	g := &graph{
		def:       def,
		nodes:     make(map[string]*tfproto.NodeDef, len(def.GetNode())),
		functions: make(map[string]*tfproto.FunctionDef, len(library.GetFunction())),
		gradients: make(map[string]string, len(library.GetGradient())),

		alternatives: make(map[string][]string),
		registered:   make(map[string]string, len(library.GetRegisteredGradients())),
	}
	for _, n := range def.GetNode() {
		if n.GetName() == "" {
			return nil, &GraphError{Node: n.GetOp(), Reason: "a node of this op has no name"}
		}
		if g.nodes[n.GetName()] != nil {
			return nil, &GraphError{Node: n.GetName(), Reason: "two nodes have this name"}
		}
		g.nodes[n.GetName()] = n
	}
	for _, f := range library.GetFunction() {
		name := f.GetSignature().GetName()
		if name == "" {
			return nil, &GraphError{Reason: "a function has no name"}
		}
		if g.functions[name] != nil {
			return nil, &GraphError{Function: name, Reason: "two functions have this name"}
		}
		g.functions[name] = f
		if api := string(f.GetAttr()[implements].GetS()); api != "" {
			g.alternatives[api] = append(g.alternatives[api], name)
		}
	}
	for _, d := range library.GetGradient() {
		g.gradients[d.GetFunctionName()] = d.GetGradientFunc()
	}
	for _, r := range library.GetRegisteredGradients() {
		g.registered[r.GetRegisteredOpType()] = r.GetGradientFunc()
	}
	return g, nil
}

// bodies calls visit for every node: first those of the graph itself, with an
// empty function name, then those of each function.
func (g *graph) bodies(visit func(function string, n *tfproto.NodeDef) error) error {
	for _, n := range g.def.GetNode() {
		if err := visit("", n); err != nil {
			return err
		}
	}
	for _, f := range g.def.GetLibrary().GetFunction() {
		for _, n := range f.GetNodeDef() {
			if err := visit(f.GetSignature().GetName(), n); err != nil {
				return err
			}
		}
	}
	return nil
}

// callees lists the functions a node may call, sorted: those that its
// attributes name (PartitionedCall, If, While, Case, ...), and the one named
// by its op (TensorFlow 1). They need not exist.
func (g *graph) callees(n *tfproto.NodeDef) []string {
	var names []string
	for _, a := range n.GetAttr() {
		names = appendFunctions(names, a)
	}
	if n.GetOp() == "SymbolicGradient" {
		for _, f := range names {
			if d := g.gradients[f]; d != "" {
				names = append(names, d)
			}
		}
	}
	if g.functions[n.GetOp()] != nil {
		names = append(names, n.GetOp())
	}
	slices.Sort(names)
	return names
}

func appendFunctions(names []string, a *tfproto.AttrValue) []string {
	funcs := a.GetList().GetFunc()
	if f := a.GetFunc(); f != nil {
		funcs = []*tfproto.NameAttrList{f}
	}
	for _, f := range funcs {
		if f.GetName() != "" { // an op's optional function that is not set
			names = append(names, f.GetName())
		}
		for _, inner := range f.GetAttr() {
			names = appendFunctions(names, inner)
		}
	}
	return names
}

// reach lists the nodes of the graph itself that the given nodes need, the
// given ones included, in an order that depends only on the graph.
func (g *graph) reach(from []string) []*tfproto.NodeDef {
	seen := make(map[string]bool)
	var out []*tfproto.NodeDef
	todo := slices.Clone(from)
	for len(todo) > 0 {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n := g.nodes[name]
		if n == nil || seen[name] {
			continue
		}
		seen[name] = true
		out = append(out, n)
		for _, in := range n.GetInput() {
			todo = append(todo, inputNode(in))
		}
	}
	return out
}

// called lists the functions that nodes call, directly or through others, what
// may be put in their place, and the gradients registered for nodes, sorted.
func (g *graph) called(nodes []*tfproto.NodeDef) []*tfproto.FunctionDef {
	seen := make(map[string]*tfproto.FunctionDef)
	expanded := make(map[string]bool) // what alternatives implement
	todo := nodes
	for len(todo) > 0 {
		var next []*tfproto.NodeDef
		add := func(names []string) {
			for _, name := range names {
				if f := g.functions[name]; f != nil && seen[name] == nil {
					seen[name] = f
					next = append(next, f.GetNodeDef()...)
				}
			}
		}
		for _, n := range todo {
			callees := append(g.callees(n), g.registered[string(n.GetAttr()[gradientType].GetS())])
			add(callees)
			for _, name := range callees {
				if api := string(g.functions[name].GetAttr()[implements].GetS()); !expanded[api] {
					expanded[api] = true
					add(g.alternatives[api])
				}
			}
		}
		todo = next
	}
	var out []*tfproto.FunctionDef
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, seen[name])
	}
	return out
}

// inputNode is the node of a NodeDef's input: "^a" and "a:1" and
// "a:output:0" all name a.
func inputNode(in string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(in, "^"), ":")
	return name
}

// parseTensorName splits "node:1"; "node" alone means "node:0".
func parseTensorName(name string) (node string, index int, ok bool) {
	node, digits, found := strings.Cut(name, ":")
	if found {
		i, err := strconv.ParseUint(digits, 10, 31)
		if err != nil {
			return "", 0, false
		}
		index = int(i)
	}
	return node, index, node != "" && node[0] != '^'
}
