package savedmodel

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// callTypes names the attributes in which an op that calls functions lists the
// types of what it passes to them and gets from them.
type callTypes struct{ in, out string }

func callOps() map[string]callTypes {
	plain, loop := callTypes{"Tin", "Tout"}, callTypes{"T", "T"}
	return map[string]callTypes{
		"PartitionedCall": plain, "StatefulPartitionedCall": plain,
		"If": plain, "StatelessIf": plain, "Case": plain, "StatelessCase": plain,
		"While": loop, "StatelessWhile": loop,
	}
}

// checkCalls compares the number of tensors that a call passes and gets with
// what its function takes and gives. TensorFlow aborts the process when a
// function gives more than the call has outputs for.
func checkCalls(g *graph) error {
	ops := callOps()
	return g.imported(func(function string, n *tfproto.NodeDef) error {
		types, calls := ops[n.GetOp()]
		if !calls {
			return nil
		}
		for _, callee := range g.callees(n) {
			f := g.functions[callee]
			if f == nil || isCondition(n, callee) {
				continue
			}
			for _, side := range []struct {
				attr, verb string
				args       []*tfproto.OpDef_ArgDef
			}{{types.in, "takes", f.GetSignature().GetInputArg()}, {types.out, "gives", f.GetSignature().GetOutputArg()}} {
				have := len(n.GetAttr()[side.attr].GetList().GetType())
				if hasLists(side.args) || have == len(side.args) {
					continue
				}
				return &GraphError{Node: n.GetName(), Function: function, Reason: fmt.Sprintf(
					"the function %s %s %d tensors and the attribute %s lists %d", callee, side.verb, len(side.args), side.attr, have)}
			}
		}
		return nil
	})
}

// isCondition says whether a function only decides if a loop goes on.
func isCondition(n *tfproto.NodeDef, callee string) bool {
	return n.GetAttr()["cond"].GetFunc().GetName() == callee && n.GetAttr()["body"].GetFunc().GetName() != callee
}

// hasLists says whether an argument may stand for several tensors.
func hasLists(args []*tfproto.OpDef_ArgDef) bool {
	for _, a := range args {
		if a.GetNumberAttr() != "" || a.GetTypeListAttr() != "" {
			return true
		}
	}
	return false
}
