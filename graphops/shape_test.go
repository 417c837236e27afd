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

// Shapes are found in the bodies of loops, and are those of every turn.
func TestInferShapesInLoops(t *testing.T) {
	lib, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	g := graphops.NewGraph(ops(t))
	b := graphops.NewBuilder(g, "m")
	x := b.Op("Placeholder", nil, graphops.Type("dtype", tensor.Float32), graphops.Dims("shape", []int{-1, 3}))
	element := graphops.Type("element_dtype", tensor.Float32)
	kept := b.Op("TensorListReserve", []graphops.Output{b.IntVector(-1, 3), b.IntScalar(4)}, element)
	var inner []graphops.Output
	w := b.While([]graphops.Output{b.IntScalar(1), x, x, kept, b.IntVector(0, -1)},
		func(b *graphops.Builder, v []graphops.Output) graphops.Output {
			return b.Op("Less", []graphops.Output{v[0], b.IntScalar(4)})
		},
		func(b *graphops.Builder, v []graphops.Output) []graphops.Output {
			h := b.Op("Tanh", []graphops.Output{v[1]})
			grown := b.Op("ConcatV2", []graphops.Output{v[2], h, b.IntScalar(1)})
			// As wide as the counter says: 1 in the first turn.
			cut := b.Op("Slice", []graphops.Output{v[1], v[4], b.Op("Pack", []graphops.Output{b.IntScalar(-1), v[0]})})
			flat := b.Op("Reshape", []graphops.Output{h, b.IntVector(-1)})
			inner = []graphops.Output{h, grown, cut, flat}
			list := b.Op("TensorListSetItem", []graphops.Output{v[3], v[0], h}, element)
			return []graphops.Output{b.Add(v[0], b.IntScalar(1)), h, grown, list, v[4]}
		})
	require.NoError(t, b.Err())
	out := func(i int) graphops.Output { return graphops.Output{Node: w, Index: i} }
	steps := b.Op("TensorListStack", []graphops.Output{out(3), b.IntScalar(-1)}, element)
	size := b.Op("Prod", []graphops.Output{b.Op("Slice", []graphops.Output{b.Op("Shape", []graphops.Output{steps}), b.IntVector(0), b.IntVector(2)}), b.IntScalar(0)})
	rows := b.Op("Reshape", []graphops.Output{steps, b.Op("Pack", []graphops.Output{size, b.IntScalar(3)})})
	require.NoError(t, b.Err())
	require.NoError(t, graphops.InferShapes(g, nil, infer.New(lib)))
	for want, o := range map[string]graphops.Output{"[]": out(0), "[N 3]": out(1), "[N ?]": out(2), "[2]": out(4), "[? N 3]": steps, "[? 3]": rows} {
		require.Equal(t, want, o.Shape().String())
	}
	for i, want := range []string{"[N 3]", "[N ?]", "[? ?]", "[3N]"} {
		require.Equal(t, want, inner[i].Shape().String(), i)
	}
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
