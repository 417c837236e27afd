package savedmodel

import (
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

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

// imported calls visit for the nodes that TensorFlow imports: all of the graph
// itself, whether a signature needs them or not, and those of the functions
// that they call. Functions that nothing calls (training steps of Keras models)
// are never looked into.
func (g *graph) imported(visit func(function string, n *tfproto.NodeDef) error) error {
	for _, n := range g.def.GetNode() {
		if err := visit("", n); err != nil {
			return err
		}
	}
	for _, f := range g.called(g.def.GetNode()) {
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

// body are nodes of the graph itself (no function) or those of a function.
type body struct {
	function string
	nodes    []*tfproto.NodeDef
}

// bodiesOf are nodes of the graph itself, and those of the functions that they call.
func (g *graph) bodiesOf(nodes []*tfproto.NodeDef) []body {
	out := []body{{nodes: nodes}}
	for _, f := range g.called(nodes) {
		out = append(out, body{f.GetSignature().GetName(), f.GetNodeDef()})
	}
	return out
}
