package infer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/infer"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func library(t *testing.T) *cgo.Library {
	t.Helper()
	lib, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	return lib
}

func TestShapes(t *testing.T) {
	lib := library(t)
	ops, err := infer.Ops(lib)
	require.NoError(t, err)
	before := lib.Alive()

	g := graphops.NewGraph(ops)
	b := graphops.NewBuilder(g, "m")
	x := b.Op("Placeholder", nil, graphops.Type("dtype", tensor.Float32), graphops.Dims("shape", []int{-1, 4, 2}))
	any := b.Op("Placeholder", nil, graphops.Type("dtype", tensor.Float64), graphops.UnknownDims("shape"))
	flat := b.Op("Reshape", []graphops.Output{x, b.IntVector(-1)})
	parts := b.Node("Unpack", []graphops.Output{x}, graphops.Int("num", 2), graphops.Int("axis", 2))
	half := b.IntScalar(3)
	require.NoError(t, b.Err())
	require.NoError(t, graphops.InferShapes(g, nil, infer.New(lib)))

	require.Equal(t, "[N 4 2]", x.Shape().String())
	require.Equal(t, "[...]", any.Shape().String())
	require.Equal(t, "[8N]", flat.Shape().String())
	require.Equal(t, "[N 4]", graphops.Output{Node: parts, Index: 1}.Shape().String())
	require.Equal(t, 0, half.Shape().Rank())
	require.Equal(t, before, lib.Alive(), "a scratch graph was left behind")
}

func TestErrorNamesTheNode(t *testing.T) {
	lib := library(t)
	ops, err := infer.Ops(lib)
	require.NoError(t, err)
	g := graphops.NewGraph(ops)
	b := graphops.NewBuilder(g, "m")
	x := b.Op("Placeholder", nil, graphops.Type("dtype", tensor.Float32), graphops.Dims("shape", []int{2, 3}))
	b.Op("MatMul", []graphops.Output{x, x})
	require.NoError(t, b.Err())

	err = graphops.InferShapes(g, nil, infer.New(lib))
	require.ErrorIs(t, err, &cgo.Error{Code: cgo.InvalidArgument})
	require.ErrorContains(t, err, "m/MatMul")
}
