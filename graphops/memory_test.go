package graphops_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestRowBytes(t *testing.T) {
	g := graphops.NewGraph(ops(t))
	b := graphops.NewBuilder(g, "net")
	at := func(op string, shape graphops.Shape, in ...graphops.Output) graphops.Output {
		var attrs []graphops.Attr
		if op == "Placeholder" {
			attrs = []graphops.Attr{graphops.Type("dtype", tensor.Float32)}
		}
		o := b.Op(op, in, attrs...)
		require.NoError(t, b.Err())
		o.Node.Outputs[o.Index].Shape = shape
		return o
	}
	rows := func(sizes ...int) graphops.Shape {
		s := graphops.ShapeOf(append([]int{1}, sizes...)...)
		s.Dims[0].PerRow = true
		return s
	}
	x := at("Placeholder", rows(4)) // 16 bytes, until the product
	weights := at("Placeholder", graphops.ShapeOf(1000, 4))
	h := at("Relu", rows(4), x)
	h = at("Tanh", rows(4), h)
	require.Equal(t, graphops.RowBytes{16 * 2}, g.RowBytes(), "an op's input and output")
	y := at("Mul", rows(4), x, h) // held here: x, h and the product
	y = at("Mul", rows(4), y, weights)
	require.Equal(t, graphops.RowBytes{16 * 3}, g.RowBytes(), "what is no longer needed is freed")
	require.Equal(t, graphops.RowBytes{16 * 4}, g.RowBytes(x, h), "what is fetched is not")

	at("Neg", graphops.ShapeOf(-1, -1, 5), y) // the first axis is that of the rows, the other one open
	at("Neg", graphops.Shape{}, y)            // nothing is known
	at("Neg", rows(-1, -1, -1, -1), y)        // more open axes than are told apart
	require.Equal(t, graphops.RowBytes{16 * 3, 20, 0, 4}, g.RowBytes())

	require.EqualValues(t, 100+10*5+25, graphops.RowBytes{100, 10, 1}.At(5))
	require.EqualValues(t, 111, graphops.RowBytes{100, 10, 1}.At(0), "a size is 1 at least")
}
