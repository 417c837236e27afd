package graphops_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/infer"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// node writes one NodeDef as "name = Op(inputs)", with attributes after it.
func node(text string, attrs ...func(map[string]*tfproto.AttrValue)) *tfproto.NodeDef {
	name, call, _ := strings.Cut(text, " = ")
	op, inputs, _ := strings.Cut(strings.TrimSuffix(call, ")"), "(")
	n := &tfproto.NodeDef{Name: name, Op: op, Attr: map[string]*tfproto.AttrValue{}}
	if inputs != "" {
		n.Input = strings.Split(inputs, ", ")
	}
	for _, a := range attrs {
		a(n.Attr)
	}
	return n
}

type attr = func(map[string]*tfproto.AttrValue)

func typed(name string, t tensor.DType) attr {
	return func(m map[string]*tfproto.AttrValue) {
		m[name] = &tfproto.AttrValue{Value: &tfproto.AttrValue_Type{Type: int32(t)}}
	}
}

func count(name string, n int64) attr {
	return func(m map[string]*tfproto.AttrValue) {
		m[name] = &tfproto.AttrValue{Value: &tfproto.AttrValue_I{I: n}}
	}
}

func function(name, of string) attr {
	return func(m map[string]*tfproto.AttrValue) {
		m[name] = &tfproto.AttrValue{Value: &tfproto.AttrValue_Func{Func: &tfproto.NameAttrList{Name: of}}}
	}
}

func types(name string, ts ...tensor.DType) attr {
	return func(m map[string]*tfproto.AttrValue) {
		l := &tfproto.AttrValue_ListValue{}
		for _, t := range ts {
			l.Type = append(l.Type, int32(t))
		}
		m[name] = &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: l}}
	}
}

func value(p *tfproto.TensorProto) attr {
	return func(m map[string]*tfproto.AttrValue) {
		m["value"] = &tfproto.AttrValue{Value: &tfproto.AttrValue_Tensor{Tensor: p}}
		m["dtype"] = &tfproto.AttrValue{Value: &tfproto.AttrValue_Type{Type: p.Dtype}}
	}
}

func ints(v ...int32) attr {
	p := &tfproto.TensorProto{Dtype: int32(tensor.Int32), IntVal: v, TensorShape: &tfproto.TensorShapeProto{}}
	if len(v) != 1 {
		p.TensorShape.Dim = []*tfproto.TensorShapeProto_Dim{{Size: int64(len(v))}}
	}
	return value(p)
}

func boolean(v bool) attr {
	return value(&tfproto.TensorProto{Dtype: int32(tensor.Bool), BoolVal: []bool{v}, TensorShape: &tfproto.TensorShapeProto{}})
}

// fn makes a function of arguments "name:type" that returns "out" = ret.
func fn(name string, args []string, ret string, nodes ...*tfproto.NodeDef) *tfproto.FunctionDef {
	f := &tfproto.FunctionDef{Signature: &tfproto.OpDef{Name: name}, NodeDef: nodes, Ret: map[string]string{}}
	for _, a := range args {
		f.Signature.InputArg = append(f.Signature.InputArg, &tfproto.OpDef_ArgDef{Name: a, Type: int32(tensor.Float32)})
	}
	for i, r := range strings.Split(ret, " ") {
		out := fmt.Sprintf("out%d", i)
		f.Signature.OutputArg = append(f.Signature.OutputArg, &tfproto.OpDef_ArgDef{Name: out, Type: int32(tensor.Float32)})
		f.Ret[out] = r
	}
	return f
}

func graph(nodes []*tfproto.NodeDef, functions ...*tfproto.FunctionDef) *tfproto.GraphDef {
	return &tfproto.GraphDef{Node: nodes, Library: &tfproto.FunctionDefLibrary{Function: functions}}
}

func ops(t *testing.T) graphops.Ops {
	t.Helper()
	lib, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	all, err := infer.Ops(lib)
	require.NoError(t, err)
	return all
}

var f32 = typed("T", tensor.Float32)

func x() *tfproto.NodeDef { return node("x = Placeholder()", typed("dtype", tensor.Float32)) }

func call(text, of string) *tfproto.NodeDef {
	return node(text, function("f", of), types("Tin", tensor.Float32), types("Tout", tensor.Float32))
}

// opsOf lists the op types of a copy in the order they were made.
func opsOf(c *graphops.Copy) string {
	var names []string
	for _, n := range c.Graph.Nodes() {
		names = append(names, n.Op)
	}
	return strings.Join(names, " ")
}

func TestInline(t *testing.T) {
	double := fn("double", []string{"a"}, "y:z:0", node("y = AddV2(a, a)", f32))
	for _, c := range []struct {
		name, want string
		fetch      string
		def        *tfproto.GraphDef
	}{
		{"a call", "Placeholder AddV2", "c", graph([]*tfproto.NodeDef{x(), call("c = PartitionedCall(x)", "double")}, double)},
		{"a call by name", "Placeholder AddV2 Neg", "n", graph([]*tfproto.NodeDef{x(), node("c = double(x)"), node("n = Neg(c)", f32)}, double)},
		{"calls in calls", "Placeholder AddV2 AddV2", "c",
			graph([]*tfproto.NodeDef{x(), call("c = StatefulPartitionedCall(x)", "four")}, double,
				fn("four", []string{"a"}, "s:output:0", call("r = PartitionedCall(a)", "double"), call("s = PartitionedCall(r:output:0)", "double")))},
		{"an unused result is left out", "Placeholder AddV2", "c",
			graph([]*tfproto.NodeDef{x(), call("c = PartitionedCall(x)", "two")},
				fn("two", []string{"a"}, "y:z:0 n:y:0", node("y = AddV2(a, a)", f32), node("n = Neg(a)", f32)))},
		{"outputs of lists count", "Placeholder Const Split Neg", "c",
			graph([]*tfproto.NodeDef{x(), call("c = PartitionedCall(x)", "second")},
				fn("second", []string{"a"}, "n:y:0", node("axis = Const()", ints(0)), node("s = Split(axis:output:0, a)", count("num_split", 2), f32), node("n = Neg(s:output:1)", f32)))},
		{"control edges are dropped", "Placeholder Neg", "n",
			graph([]*tfproto.NodeDef{x(), node("other = Placeholder()", typed("dtype", tensor.Float32)), node("n = Neg(x, ^other)", f32)})},
		{"a constant choice leaves one branch", "Placeholder Neg", "c",
			graph([]*tfproto.NodeDef{x(), node("p = Const()", boolean(false)),
				node("c = If(p, x)", function("then_branch", "double"), function("else_branch", "minus"), typed("Tcond", tensor.Bool), types("Tin", tensor.Float32), types("Tout", tensor.Float32))},
				double, fn("minus", []string{"a"}, "n:y:0", node("n = Neg(a)", f32)))},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := graphops.Inline(c.def, ops(t), []graphops.Feed{{Tensor: "x", Name: "x"}}, []string{c.fetch})
			require.NoError(t, err)
			// Constants of the top graph stay as references to the loaded ones.
			require.Equal(t, c.want, opsOf(got))
		})
	}
}

func TestInlineRefuses(t *testing.T) {
	self := fn("self", []string{"a"}, "c:output:0", call("c = PartitionedCall(a)", "self"))
	for _, c := range []struct {
		name, message string
		def           *tfproto.GraphDef
	}{
		{"recursion", `function "self" calls itself`, graph([]*tfproto.NodeDef{x(), call("y = PartitionedCall(x)", "self")}, self)},
		{"a cycle", "its inputs lead back to itself", graph([]*tfproto.NodeDef{x(), node("y = AddV2(x, z)", f32), node("z = Neg(y)", f32)})},
		{"a cycle through a call", "its inputs lead back to itself",
			graph([]*tfproto.NodeDef{x(), call("y = PartitionedCall(z)", "id"), node("z = Neg(y)", f32)}, fn("id", []string{"a"}, "a"))},
		{"a missing node", "there is no such node", graph([]*tfproto.NodeDef{x(), node("y = Neg(nowhere)", f32)})},
		{"an unknown op", "op Nonsense (node \"y\") is unknown", graph([]*tfproto.NodeDef{x(), node("y = Nonsense(x)")})},
		{"too few inputs", "none is left for", graph([]*tfproto.NodeDef{x(), node("y = AddV2(x)", f32)})},
		{"an output too many", "output 3 is used", graph([]*tfproto.NodeDef{x(), node("y = Neg(x:3)", f32)})},
		{"too many arguments", "more arguments than the call gives", graph([]*tfproto.NodeDef{x(), call("y = PartitionedCall(x)", "add")},
			fn("add", []string{"a", "b"}, "s:z:0", node("s = AddV2(a, b)", f32)))},
		{"a read after a write", "it reads a variable after", graph([]*tfproto.NodeDef{x(),
			node("v = VarHandleOp()", typed("dtype", tensor.Float32), func(m map[string]*tfproto.AttrValue) {
				m["shape"] = &tfproto.AttrValue{Value: &tfproto.AttrValue_Shape{Shape: &tfproto.TensorShapeProto{}}}
			}),
			node("w = AssignAddVariableOp(v, x)", typed("dtype", tensor.Float32)),
			node("y = ReadVariableOp(v, ^w)", typed("dtype", tensor.Float32))})},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := graphops.Inline(c.def, ops(t), []graphops.Feed{{Tensor: "x", Name: "x"}}, []string{"y"})
			require.ErrorContains(t, err, c.message)
		})
	}
}

// A chain as long as no model's must be an error, not the end of the stack.
func TestInlineBoundsDepth(t *testing.T) {
	nodes := []*tfproto.NodeDef{x(), node("n0 = Neg(x)", f32)}
	for i := 1; i < 150_000; i++ {
		nodes = append(nodes, node(fmt.Sprintf("n%d = Neg(n%d)", i, i-1), f32))
	}
	_, err := graphops.Inline(graph(nodes), ops(t), []graphops.Feed{{Tensor: "x", Name: "x"}}, []string{"n149999"})
	require.ErrorContains(t, err, "nodes follow each other")
}
