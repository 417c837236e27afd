package graphops_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestFind(t *testing.T) {
	g := graphops.NewGraph(ops(t))
	x := graphops.NewBuilder(g, "x").Op("Placeholder", nil, graphops.Type("dtype", tensor.Float32), graphops.Dims("shape", []int{-1, 4}))
	at := func(scope, op string, in ...graphops.Output) graphops.Output {
		b := graphops.NewBuilder(g, scope)
		o := b.Op(op, in)
		require.NoError(t, b.Err())
		return o
	}
	a := at("call/net/dense", "Relu", x)
	a2 := at("call/net/dense", "Tanh", a)
	b := at("call/net/dense_1", "Relu", a2)
	c := at("call/net/block/dense", "Neg", b)
	end := at("call/net/dense", "Exp", at("dense", "Abs", c)) // a second visit to the first layer

	paths := func(name string) []string {
		var list []string
		for _, p := range g.Find(name) {
			list = append(list, p.Path)
		}
		return list
	}
	for name, want := range map[string][]string{
		"call/net/dense/Relu": {"call/net/dense/Relu"},
		"dense/Tanh":          {"call/net/dense/Tanh"},
		"net/dense":           {"call/net/dense"},
		"dense":               {"dense"}, // it begins a path
		"dense_1":             {"call/net/dense_1"},
		"Relu":                {"call/net/dense/Relu", "call/net/dense_1/Relu"},
		"block":               {"call/net/block"},
		"net":                 {"call/net"},
		"dens":                nil,
		"ense_1":              nil,
		"":                    nil,
		"/":                   nil,
	} {
		require.Equal(t, want, paths(name), name)
	}
	require.Equal(t, a.Node, g.Find("net/dense/Relu")[0].Node)
	require.Nil(t, g.Find("net/dense")[0].Node)

	require.Equal(t, []graphops.Output{a2, end}, g.Leaving("call/net/dense", end))
	require.Equal(t, []graphops.Output{b}, g.Leaving("call/net/dense_1", end))
	require.Equal(t, []graphops.Output{c, end}, g.Leaving("call/net", end), "what goes out of it, and the end")
	require.Empty(t, g.Leaving("nowhere", end))
}

// Joined tensors give the same as before to those that used them.
func TestJoin(t *testing.T) {
	g := graphops.NewGraph(ops(t))
	b := graphops.NewBuilder(g, "net")
	part := func(sizes ...int) graphops.Output {
		o := b.Op("Placeholder", nil, graphops.Type("dtype", tensor.Float32), graphops.Dims("shape", sizes))
		o.Node.Outputs[0].Shape = graphops.ShapeOf(sizes...)
		return o
	}
	x := part(5, 2)
	early := b.Op("Relu", []graphops.Output{x})
	y := part(5, 3)
	late := b.Op("ConcatV2", []graphops.Output{y, early, b.IntScalar(1)})
	require.NoError(t, b.Err())

	all, err := g.Join([]graphops.Output{x, y})
	require.NoError(t, err)
	require.Equal(t, "[5 5]", all.Shape().String())
	require.Equal(t, []graphops.Output{x, y}, all.Node.Inputs[:2])
	split := early.Node.Inputs[0].Node
	require.Equal(t, "SplitV", split.Op)
	require.Equal(t, graphops.Output{Node: split, Index: 0}, early.Node.Inputs[0])
	require.Equal(t, graphops.Output{Node: split, Index: 1}, late.Node.Inputs[0])
	require.Equal(t, "[5 3]", late.Node.Inputs[0].Shape().String())
	seen := map[*graphops.Node]bool{}
	for _, n := range g.Nodes() {
		for _, in := range n.Inputs {
			require.True(t, seen[in.Node], "%s before %s", in.Node.Name, n.Name)
		}
		seen[n] = true
	}

	var e *graphops.GraphError
	for _, other := range []graphops.Output{part(4, 2), part(5), part(5, -1), part()} {
		_, err := g.Join([]graphops.Output{x, other})
		require.ErrorAs(t, err, &e)
	}
}
