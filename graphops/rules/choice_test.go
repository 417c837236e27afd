package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestChoices(t *testing.T) { run(t, choiceCases()) }

// choiceCases have conditions, indices and counts that differ from those of the
// baseline. Their gradients are zero or those of the cases elsewhere; what
// matters here is that the multipliers account for everything.
func choiceCases() []testCase {
	number := func(low, high float64, shape ...int) in {
		return in{Shape: shape, DType: tensor.Int32, Low: low, High: high}
	}
	truth := func(shape ...int) in { return in{Shape: shape, DType: tensor.Bool} }
	vector, scalar := rulestest.Vector, rulestest.Scalar
	ints := func(name, op string, inputs ...in) testCase {
		return testCase{Name: name, Op: op, Inputs: inputs}
	}
	tied := in{Shape: []int{rows, 5}, Values: []float64{1.5, 3.5, 2.5, 3.5, 1.5, 3.5, 0.5, 2.5}, DType: tensor.Int32}
	places := func(name string, x in, k int) testCase {
		return testCase{Name: name, Op: "TopKV2", Inputs: []in{x, scalar(k)}, Output: 1}
	}
	hot := func(name string, ids in, axis int) testCase {
		return testCase{Name: name, Op: "OneHot", Inputs: []in{ids, scalar(4), of(), of()}, Attrs: attrs(graphops.Int("axis", axis))}
	}
	bits := number(0, 6, rows, 3)
	cases := []testCase{
		ints("of integers", "Sum", number(-5, 5, rows, 4), vector(1)),
		ints("of integers", "Max", number(-5, 5, rows, 4), vector(1)),
		ints("of integers", "Min", number(-5, 5, rows, 4), vector(0)),
		ints("of integers", "Prod", number(-3, 4, rows, 3), vector(1)),
		ints("of integers", "Cumsum", number(-5, 5, rows, 4), scalar(1)),
		ints("of integers", "MatMul", number(-5, 5, rows, 4), number(-5, 5, 4, 2)),
		ints("of integers", "AddN", number(-5, 5, rows, 4), number(-5, 5, rows, 4)),
		ints("of five", "AddN", number(-5, 5, rows), number(-5, 5, rows), number(-5, 5, rows), number(-5, 5, rows), number(-5, 5, rows)),
		ints("of integers", "AddV2", number(-5, 5, rows, 4), number(-5, 5, 4)),
		ints("of integers", "Mul", number(-5, 5, rows, 4), number(-5, 5, rows, 1)),
		ints("of integers", "FloorDiv", number(-9, 9, rows, 4), number(1, 4, 4)),
		ints("of integers", "Maximum", number(-5, 5, rows, 4), number(-5, 5, 4)),
		ints("of integers", "Reshape", number(-5, 5, rows, 4), vector(-1, 2)),
		ints("of integers", "Transpose", number(-5, 5, rows, 4), vector(1, 0)),
		ints("of integers", "Tile", number(-5, 5, rows, 2), vector(1, 3)),
		ints("of bools", "Tile", truth(rows, 2), vector(1, 3)),
		ints("of integers", "BroadcastTo", number(-5, 5, 2, 1), vector(3, 2, 2)),
		ints("of integers", "Pack", number(-5, 5, rows), number(-5, 5, rows)),
		ints("of integers", "StridedSlice", number(-5, 5, 4, 4), vector(0, 3), vector(2, 0), vector(1, -2)),
		ints("of integers", "ConcatV2", number(-5, 5, rows, 2), number(-5, 5, rows, 3), scalar(1)),
		ints("several equal", "All", truth(rows, 2, 3), vector(1, 2)),
		ints("several equal", "Any", truth(rows, 2, 3), vector(2)),
		ints("last axis", "ArgMax", in{Shape: []int{rows, 2, 5}, Distinct: true}, scalar(-1)),
		ints("first axis", "ArgMin", in{Shape: []int{4, 3}, Distinct: true}, scalar(0)),
		ints("of integers", "ArgMax", number(-5, 5, rows, 5), scalar(1)),
		ints("more than four", "SelectV2", truth(rows, 3), number(-5, 5, rows, 3), number(-5, 5, 3)),
		{Name: "table and indices", Op: "GatherV2", Inputs: []in{of(rows, 3, 2), number(0, 3, rows, 2), scalar(1)}, Needs: rulestest.Constants},
		ints("constant table of integers", "GatherV2", shapedInts([]int{4, 2}, 3, 1, 4, 1, 5, 9, 2, 6), number(0, 4, rows, 2), scalar(0)),
		ints("table of integers", "GatherV2", number(-5, 5, 4, 2), number(0, 4, rows, 2), scalar(0)),
		ints("table of integers, last axis", "GatherV2", number(-5, 5, rows, 4), vector(1, 3, 1), scalar(-1)),
		ints("table and indices", "Gather", of(4, 2), number(0, 4, rows)),
		ints("table and indices", "GatherNd", of(3, 3, 2), number(0, 3, rows, 2)),
		ints("one place", "GatherNd", of(3, 3), number(0, 3, 2)),
		hot("indices, last axis", number(0, 5, rows, 2), -1),
		hot("indices, first axis", number(0, 5, rows), 0),
		places("places", in{Shape: []int{rows, 6}, Distinct: true}, 4),
		places("places, rank 3", in{Shape: []int{rows, 2, 5}, Distinct: true}, 2),
		places("places, rank 1", in{Shape: []int{5}, Distinct: true}, 1),
		places("places with ties", tied, 3),
		ints("with ties", "TopKV2", tied, scalar(4)),
	}
	for _, op := range []string{"BitwiseAnd", "BitwiseOr", "BitwiseXor", "LeftShift", "RightShift"} {
		cases = append(cases, ints("plain", op, bits, number(0, 3, 3)))
	}
	return append(cases, ints("plain", "Invert", bits))
}
