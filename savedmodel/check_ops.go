package savedmodel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

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

// checkCounts compares the number of a node's inputs with what its op takes, and
// bounds the attributes that say how many tensors it takes or gives, such as N
// of AddN. TensorFlow makes lists of that length, or reads an input that is not
// there, before it compares them, and aborts the process.
func checkCounts(g *graph, defs map[string]*tfproto.OpDef, l Limits) error {
	return g.imported(func(function string, n *tfproto.NodeDef) error {
		d := defs[n.GetOp()]
		if d == nil { // a function, whose calls TensorFlow checks well
			return nil
		}
		fail := func(format string, args ...any) error {
			return &GraphError{Node: n.GetName(), Function: function, Reason: fmt.Sprintf(format, args...)}
		}
		for _, a := range slices.Concat(d.GetInputArg(), d.GetOutputArg()) {
			if a.GetNumberAttr() == "" {
				continue
			}
			if count := attrOf(n, d, a.GetNumberAttr()).GetI(); count < 0 || count > int64(l.MaxGraphNodes) {
				return fail("its attribute %s, a number of tensors, is %d; it can be 0 to Limits.MaxGraphNodes (%d)", a.GetNumberAttr(), count, l.MaxGraphNodes)
			}
		}
		takes, known := taken(n, d)
		has, counted := given(g.functions[function], n)
		if known && counted && takes != has {
			return fail("the op %s takes %d inputs here and has %d", n.GetOp(), takes, has)
		}
		return nil
	})
}

// attrOf is an attribute of a node, or the op's default for it.
func attrOf(n *tfproto.NodeDef, d *tfproto.OpDef, name string) *tfproto.AttrValue {
	if a := n.GetAttr()[name]; a != nil {
		return a
	}
	for _, a := range d.GetAttr() {
		if a.GetName() == name {
			return a.GetDefaultValue()
		}
	}
	return nil
}

// taken is how many tensors the op of a node takes; it is not known where
// attributes are missing or are those of the enclosing function.
func taken(n *tfproto.NodeDef, d *tfproto.OpDef) (total int64, known bool) {
	for _, a := range d.GetInputArg() {
		switch {
		case a.GetNumberAttr() != "":
			count, ok := attrOf(n, d, a.GetNumberAttr()).GetValue().(*tfproto.AttrValue_I)
			if !ok {
				return 0, false
			}
			total += count.I
		case a.GetTypeListAttr() != "":
			list, ok := attrOf(n, d, a.GetTypeListAttr()).GetValue().(*tfproto.AttrValue_List)
			if !ok {
				return 0, false
			}
			total += int64(len(list.List.GetType()))
		default:
			total++
		}
	}
	return total, true
}

// given is how many tensors the inputs of a node stand for. In the graph itself
// each is one. In a function "a:out:0" is one, and "a:out" and an argument's
// name may be lists; for those the number is not known.
func given(f *tfproto.FunctionDef, n *tfproto.NodeDef) (total int64, known bool) {
	for _, in := range n.GetInput() {
		if strings.HasPrefix(in, "^") {
			continue
		}
		total++
		if f == nil || strings.Count(in, ":") == 2 {
			continue
		}
		single := slices.ContainsFunc(f.GetSignature().GetInputArg(), func(a *tfproto.OpDef_ArgDef) bool {
			return a.GetName() == in && a.GetNumberAttr() == "" && a.GetTypeListAttr() == ""
		})
		if !single {
			return 0, false
		}
	}
	return total, true
}
