package cgo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestImport(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	g := l.NewGraph()
	defer g.Close()
	require.Zero(t, g.Len())
	require.NoError(t, g.Import(graphDef(t, placeholder("x", tensor.Float32, -1, 2)), cgo.ImportOptions{}))
	require.Equal(t, 1, g.Len())
	require.True(t, g.Has("x"))
	require.False(t, g.Has("y"))
	require.False(t, g.Has("x\x00"))

	// The second GraphDef's "in" does not exist in it: it is mapped onto x.
	scaled := node("y", "Mul", []string{"in", "two"}, attrs{"T": tensor.Float32})
	require.NoError(t, g.Import(graphDef(t, floats("two", []float32{2}), scaled), cgo.ImportOptions{
		Prefix:   "explain",
		InputMap: map[cgo.Endpoint]cgo.Endpoint{{Node: "in"}: {Node: "x"}},
	}))
	require.Equal(t, 3, g.Len())
	outputs, err := g.Outputs("explain/y")
	require.NoError(t, err)
	require.Equal(t, []cgo.Output{{DType: tensor.Float32, Shape: []int{-1, 2}, KnownRank: true}}, outputs)

	b, err := g.Def()
	require.NoError(t, err)
	var def tfproto.GraphDef
	require.NoError(t, proto.Unmarshal(b, &def))
	require.Equal(t, []string{"x", "explain/two"}, def.Node[2].Input)
}

func TestImportErrors(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	from := cgo.Endpoint{Node: "in"}
	uses := graphDef(t, node("y", "Identity", []string{"in", "\x00"}, attrs{"T": tensor.Float32}))
	for _, c := range []struct {
		name    string
		def     []byte
		options cgo.ImportOptions
		code    cgo.Code // OK: another error than TensorFlow's
		want    string
	}{
		{name: "not a graph", def: []byte{0xff}, code: cgo.InvalidArgument, want: "import graph: INVALID_ARGUMENT"},
		{name: "no such op", def: graphDef(t, node("bad", "NoSuchOp", nil, nil)), code: cgo.NotFound, want: "NoSuchOp"},
		{name: "missing input", def: graphDef(t, identity("lonely", "nobody", tensor.Float32)), code: cgo.InvalidArgument, want: "lonely"},
		{name: "shapes do not fit", code: cgo.InvalidArgument, want: "node product",
			def: graphDef(t, placeholder("a", tensor.Float32, 2, 3), placeholder("b", tensor.Float32, 2, 3), matMul("product", "a", "b"))},
		{name: "dtypes do not fit", code: cgo.InvalidArgument, want: "wrong",
			def: graphDef(t, placeholder("a", tensor.Int32, 2, 3), identity("wrong", "a", tensor.Float32))},
		{name: "name taken", def: graphDef(t, placeholder("x", tensor.Float32)), code: cgo.InvalidArgument, want: "'x'"},
		{name: "bad prefix", def: graphDef(t, placeholder("z", tensor.Float32)), options: cgo.ImportOptions{Prefix: "a b"}, code: cgo.InvalidArgument, want: "a b"},
		{name: "prefix with NUL", def: nil, options: cgo.ImportOptions{Prefix: "a\x00b"}, want: "NUL byte"},
		{name: "map to a missing node", def: uses, options: cgo.ImportOptions{InputMap: map[cgo.Endpoint]cgo.Endpoint{from: {Node: "y"}}}, want: "map input to y:0: the graph has no such node"},
		{name: "map to a missing output", def: uses, options: cgo.ImportOptions{InputMap: map[cgo.Endpoint]cgo.Endpoint{from: {Node: "x", Index: 1}}}, want: "the node has 1 outputs"},
		{name: "map data to control", def: uses, options: cgo.ImportOptions{InputMap: map[cgo.Endpoint]cgo.Endpoint{from: {Node: "x", Index: -1}}}, want: "control edge"},
		{name: "map from a name with NUL", def: uses, options: cgo.ImportOptions{InputMap: map[cgo.Endpoint]cgo.Endpoint{{Node: "\x00"}: {Node: "x"}}}, want: "NUL byte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := l.NewGraph()
			defer g.Close()
			require.NoError(t, g.Import(graphDef(t, placeholder("x", tensor.Float32)), cgo.ImportOptions{}))
			err := g.Import(c.def, c.options)
			require.ErrorContains(t, err, c.want)
			if c.code != cgo.OK {
				require.ErrorIs(t, err, &cgo.Error{Code: c.code})
			}
			require.Equal(t, 1, g.Len(), "a failed import leaves the graph as it was")
		})
	}
}

func TestImportUnusedMapping(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	g := l.NewGraph()
	defer g.Close()
	require.NoError(t, g.Import(graphDef(t, placeholder("x", tensor.Float32)), cgo.ImportOptions{}))
	err := g.Import(graphDef(t, identity("y", "in", tensor.Float32)), cgo.ImportOptions{
		Prefix: "p",
		InputMap: map[cgo.Endpoint]cgo.Endpoint{
			{Node: "in"}: {Node: "x"}, {Node: "typo", Index: 2}: {Node: "x"}, {Node: "other"}: {Node: "x"},
		},
	})
	var unused *cgo.UnusedMappingError
	require.ErrorAs(t, err, &unused)
	require.Equal(t, []cgo.Endpoint{{Node: "other"}, {Node: "typo", Index: 2}}, unused.Unused)
	require.ErrorContains(t, err, "other:0, typo:2")
	require.Equal(t, 1, g.Len(), "nothing was added")

	err = g.Import(graphDef(t, identity("y", "in:0", tensor.Float32)), cgo.ImportOptions{
		InputMap: map[cgo.Endpoint]cgo.Endpoint{{Node: "in"}: {Node: "x"}, {Node: "in", Index: 1}: {Node: "x"}},
	})
	require.ErrorAs(t, err, &unused)
	require.Equal(t, []cgo.Endpoint{{Node: "in", Index: 1}}, unused.Unused)
}

func TestOutputs(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	g := l.NewGraph()
	defer g.Close()
	split := node("split", "Split", []string{"axis", "x"}, attrs{"T": tensor.Float32, "num_split": 2})
	axis := node("axis", "Const", nil, attrs{"dtype": tensor.Int32,
		"value": &tfproto.TensorProto{Dtype: int32(tensor.Int32), TensorShape: shapeProto(nil), IntVal: []int32{1}}})
	require.NoError(t, g.Import(graphDef(t, placeholder("x", tensor.Float32, -1, 6, 1), axis, split,
		placeholder("any", tensor.String), node("variable", "VariableV2", nil, attrs{"dtype": tensor.Float32, "shape": []int{3}}),
		node("nothing", "NoOp", nil, nil)), cgo.ImportOptions{}))
	half := cgo.Output{DType: tensor.Float32, Shape: []int{-1, 3, 1}, KnownRank: true}
	for name, want := range map[string][]cgo.Output{
		"split":    {half, half},
		"axis":     {{DType: tensor.Int32, Shape: []int{}, KnownRank: true}},
		"any":      {{DType: tensor.String}},
		"variable": {{DType: tensor.Float32, Shape: []int{3}, KnownRank: true}}, // a reference type
		"nothing":  {},
	} {
		outputs, err := g.Outputs(name)
		require.NoError(t, err)
		require.Equal(t, want, outputs, name)
	}
	_, err := g.Outputs("missing")
	var missing *cgo.NodeError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "missing", missing.Endpoint.Node)
}

func TestClosedGraph(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	g := l.NewGraph()
	require.NoError(t, g.Import(graphDef(t, placeholder("x", tensor.Float32)), cgo.ImportOptions{}))
	g.Close()
	g.Close()
	require.Zero(t, g.Len())
	require.False(t, g.Has("x"))
	require.ErrorIs(t, g.Import(nil, cgo.ImportOptions{}), cgo.ErrClosed)
	_, err := g.Outputs("x")
	require.ErrorIs(t, err, cgo.ErrClosed)
	_, err = g.Def()
	require.ErrorIs(t, err, cgo.ErrClosed)
	_, err = l.NewSession(g, nil)
	require.ErrorIs(t, err, cgo.ErrClosed)
}
