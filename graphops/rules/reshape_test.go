package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestReshapes(t *testing.T) { run(t, reshapeCases()) }

func reshapeCases() []testCase {
	vector, scalar := rulestest.Vector, rulestest.Scalar
	wide := func(v ...int) in {
		c := vector(v...)
		c.DType = tensor.Int64
		return c
	}
	reshape := func(name string, x in, to in) testCase {
		return testCase{Name: name, Op: "Reshape", Inputs: []in{x, to}}
	}
	expand := func(name string, x in, axis int) testCase {
		return testCase{Name: name, Op: "ExpandDims", Inputs: []in{x, scalar(axis)}}
	}
	squeeze := func(name string, x in, axes ...int) testCase {
		return testCase{Name: name, Op: "Squeeze", Inputs: []in{x}, Attrs: attrs(graphops.Ints("squeeze_dims", axes))}
	}
	transpose := func(name string, x in, perm in) testCase {
		return testCase{Name: name, Op: "Transpose", Inputs: []in{x, perm}}
	}
	tile := func(name string, x in, times in) testCase {
		return testCase{Name: name, Op: "Tile", Inputs: []in{x, times}}
	}
	to := func(name string, x in, shape in) testCase {
		return testCase{Name: name, Op: "BroadcastTo", Inputs: []in{x, shape}}
	}
	return []testCase{
		reshape("flatten", of(rows, 2, 3), vector(-1, 6)),
		reshape("unflatten", of(rows, 6), vector(-1, 2, 3)),
		reshape("rows into one axis", of(rows, 2, 3), vector(-1)),
		reshape("rows into another", of(rows, 2, 3), vector(-1, 3)),
		reshape("fixed", of(2, 3), vector(3, 2)),
		reshape("int64", of(rows, 2, 3), wide(-1, 6)),
		reshape("from scalar", of(), vector(1, 1)),
		reshape("to scalar", of(1, 1), vector()),
		expand("first", of(rows, 3), 0),
		expand("last", of(rows, 3), -1),
		expand("middle", of(rows, 3), 1),
		expand("scalar", of(), 0),
		squeeze("one", of(rows, 1, 3), 1),
		squeeze("negative", of(rows, 3, 1), -1),
		squeeze("several", of(rows, 1, 3, 1), 1, 3),
		squeeze("all", of(2, 1, 3, 1)),
		transpose("matrix", of(rows, 3), vector(1, 0)),
		transpose("cycle", of(rows, 2, 3), vector(1, 2, 0)),
		transpose("other cycle", of(rows, 2, 3), vector(2, 0, 1)),
		transpose("channels first", of(rows, 2, 2, 3), vector(0, 3, 1, 2)),
		transpose("int64", of(rows, 2, 3), wide(0, 2, 1)),
		tile("inner", of(rows, 3), vector(1, 2)),
		tile("rows", of(rows, 3), vector(2, 1)),
		tile("both", of(rows, 2, 3), vector(3, 1, 2)),
		tile("once", of(rows, 3), vector(1, 1)),
		tile("fixed", of(2, 1), vector(2, 3)),
		tile("int64", of(rows, 2), wide(1, 3)),
		tile("vector", of(rows), vector(3)),
		to("vector", of(3), vector(2, 3)),
		to("ones", of(2, 1, 3), vector(2, 4, 3)),
		to("scalar", of(), vector(2, 3)),
		to("more axes", of(2, 1), vector(4, 2, 3)),
		to("int64", of(3), wide(2, 3)),
		to("same", of(2, 3), vector(2, 3)),
		{Name: "matrix", Op: "Fill", Inputs: []in{vector(2, 3), of()}},
		{Name: "scalar", Op: "Fill", Inputs: []in{vector(), of()}},
		{Name: "int64", Op: "Fill", Inputs: []in{wide(4), of()}},
		{Name: "narrow", Op: "Cast", Inputs: []in{of(rows, 3)}, Attrs: dstT(tensor.Float32)},
		{Name: "widen", Op: "Cast", DType: tensor.Float32, Inputs: []in{of(rows, 3)}, Attrs: dstT(tensor.Float64)},
		{Name: "half", Op: "Cast", DType: tensor.Float32, Inputs: []in{of(rows, 3)}, Attrs: dstT(tensor.Float16)},
		{Name: "same", Op: "Cast", Inputs: []in{of(rows, 3)}, Attrs: dstT(tensor.Float64)},
		{Name: "to integers", Op: "Cast", Inputs: []in{{Shape: []int{rows, 3}, Avoid: []float64{-1, 0, 1}}}, Attrs: dstT(tensor.Int32)},
		{Name: "from integers", Op: "Cast", DType: tensor.Int32, Inputs: []in{of(rows, 3)}, Attrs: dstT(tensor.Float64)},
	}
}
