package graphops_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/infer"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestShapeText(t *testing.T) {
	require.Equal(t, "[...]", graphops.Shape{}.String())
	s := graphops.ShapeOf(3, -1)
	s.Dims = append(s.Dims, graphops.Dim{Size: 1, PerRow: true}, graphops.Dim{Size: 4, PerRow: true})
	require.Equal(t, "[3 ? N 4N]", s.String())
	require.Equal(t, []int{3, -1, -1, -1}, s.Sizes())
	require.False(t, s.Same(s), "an unknown axis is not certainly equal to itself")
}

func TestBroadcast(t *testing.T) {
	n := graphops.Dim{Size: 1, PerRow: true}
	rows := graphops.Shape{KnownRank: true, Dims: []graphops.Dim{n, {Size: 4}}}
	for _, c := range []struct {
		name string
		x, y graphops.Shape
		want string // empty: not certain
	}{
		{"equal", rows, rows, "[N 4]"},
		{"a row", rows, graphops.ShapeOf(4), "[N 4]"},
		{"one stored row", rows, graphops.ShapeOf(1, 4), "[N 4]"},
		{"a scalar", rows, graphops.ShapeOf(), "[N 4]"},
		{"both sides", graphops.ShapeOf(3, 1), graphops.ShapeOf(1, 4), "[3 4]"},
		{"rows against a number", rows, graphops.ShapeOf(3, 4), ""},
		{"unknown", rows, graphops.ShapeOf(-1, 4), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := graphops.Broadcast(c.x, c.y)
			require.Equal(t, c.want != "", ok)
			if ok {
				require.Equal(t, c.want, got.String())
			}
		})
	}
}

// Axes that follow the batch are told from those that do not.
func TestInferShapes(t *testing.T) {
	lib, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	def := graph([]*tfproto.NodeDef{
		node("x = Placeholder()", typed("dtype", tensor.Float32)),
		node("six = Const()", ints(-1, 6)),
		node("flat = Reshape(x, six)", f32, typed("Tshape", tensor.Int32)),
		node("three = Const()", ints(3, 1, 1)),
		node("tiled = Tile(x, three)", f32, typed("Tmultiples", tensor.Int32)),
		node("size = Shape(x)", f32, typed("out_type", tensor.Int32)),
	})
	c, err := graphops.Forward(def, ops(t), []graphops.Feed{{Tensor: "x", Name: "x", Shape: []int{-1, 4, 6}, Ranked: true}},
		[]string{"flat", "tiled", "size"}, nil, infer.New(lib))
	require.NoError(t, err)
	var shapes []string
	for _, f := range c.Fetches {
		shapes = append(shapes, f.Shape().String())
	}
	require.Equal(t, []string{"[4N 6]", "[3N 4 6]", "[3]"}, shapes)
}

// A loop of three turns becomes its body three times; with a limit that is fed
// it stays a loop.
func TestForwardWritesLoopsOut(t *testing.T) {
	lib, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	i32 := typed("T", tensor.Int32)
	loop := func(limit *tfproto.NodeDef) *tfproto.GraphDef {
		args := []*tfproto.OpDef_ArgDef{{Name: "i", Type: int32(tensor.Int32)}, {Name: "n", Type: int32(tensor.Int32)}, {Name: "v", Type: int32(tensor.Float32)}}
		outs := []*tfproto.OpDef_ArgDef{{Name: "o0", Type: int32(tensor.Int32)}, {Name: "o1", Type: int32(tensor.Int32)}, {Name: "o2", Type: int32(tensor.Float32)}}
		condition := &tfproto.FunctionDef{Signature: &tfproto.OpDef{Name: "goes", InputArg: args, OutputArg: []*tfproto.OpDef_ArgDef{{Name: "p", Type: int32(tensor.Bool)}}},
			NodeDef: []*tfproto.NodeDef{node("less = Less(i, n)", i32)}, Ret: map[string]string{"p": "less:z:0"}}
		body := &tfproto.FunctionDef{Signature: &tfproto.OpDef{Name: "turn", InputArg: args, OutputArg: outs},
			NodeDef: []*tfproto.NodeDef{node("one = Const()", ints(1)), node("next = AddV2(i, one:output:0)", i32), node("t = Tanh(v)", f32)},
			Ret:     map[string]string{"o0": "next:z:0", "o1": "n", "o2": "t:y:0"}}
		return graph([]*tfproto.NodeDef{x(), node("zero = Const()", ints(0)), limit,
			node("w = StatelessWhile(zero, limit, x)", function("cond", "goes"), function("body", "turn"), types("T", tensor.Int32, tensor.Int32, tensor.Float32)),
			node("y = Neg(w:2)", f32)}, condition, body)
	}
	feeds := []graphops.Feed{{Tensor: "x", Name: "x", Shape: []int{-1, 4}, Ranked: true}}
	c, err := graphops.Forward(loop(node("limit = Const()", ints(3))), ops(t), feeds, []string{"y"}, nil, infer.New(lib))
	require.NoError(t, err)
	require.Equal(t, "Placeholder Tanh Tanh Tanh Neg", opsOf(c))

	feeds = append(feeds, graphops.Feed{Tensor: "limit", Name: "limit", Shape: []int{}, Ranked: true})
	c, err = graphops.Forward(loop(node("limit = Placeholder()", typed("dtype", tensor.Int32))), ops(t), feeds, []string{"y"}, nil, infer.New(lib))
	require.NoError(t, err)
	require.Equal(t, "Placeholder Placeholder Const StatelessWhile Neg", opsOf(c))
}
