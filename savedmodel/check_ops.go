package savedmodel

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

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

// unknownOps lists the nodes whose op is neither registered nor a function of
// the graph.
func unknownOps(g *graph, defs map[string]*tfproto.OpDef) []UnknownOp {
	var unknown []UnknownOp
	_ = g.imported(func(function string, n *tfproto.NodeDef) error { // visit gives no error
		op := n.GetOp()
		if defs[op] == nil && g.functions[op] == nil {
			unknown = append(unknown, UnknownOp{Op: op, Node: n.GetName(), Function: function})
		}
		return nil
	})
	return unknown
}

// checkCounts checks the attributes that say how many tensors a node takes or
// gives, such as N of AddN: TensorFlow makes lists of that length before it
// compares them with anything, and aborts the process when memory ends.
func checkCounts(g *graph, defs map[string]*tfproto.OpDef, l Limits) error {
	return g.imported(func(function string, n *tfproto.NodeDef) error {
		d := defs[n.GetOp()]
		inputs := int64(len(n.GetInput()))
		for _, a := range d.GetInputArg() {
			if count := countOf(n, a); count > inputs {
				return &GraphError{Node: n.GetName(), Function: function, Reason: fmt.Sprintf(
					"its attribute %s says that it takes %d tensors and it has %d inputs", a.GetNumberAttr(), count, inputs)}
			}
		}
		for _, a := range d.GetOutputArg() {
			if count := countOf(n, a); count > int64(l.MaxGraphNodes) {
				return &GraphError{Node: n.GetName(), Function: function, Reason: fmt.Sprintf(
					"its attribute %s says that it gives %d tensors, more than Limits.MaxGraphNodes (%d)", a.GetNumberAttr(), count, l.MaxGraphNodes)}
			}
		}
		return nil
	})
}

// countOf is how many tensors a node says that one argument of its op stands
// for; 0 for an argument that is always one tensor.
func countOf(n *tfproto.NodeDef, a *tfproto.OpDef_ArgDef) int64 {
	if a.GetNumberAttr() == "" {
		return 0
	}
	return n.GetAttr()[a.GetNumberAttr()].GetI()
}
