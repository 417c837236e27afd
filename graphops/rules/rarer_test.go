package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestRarer(t *testing.T)   { run(t, rarerCases()) }
func TestSparses(t *testing.T) { run(t, sparseCases()) }

// rarerCases are of ops that few models have.
func rarerCases() []testCase {
	vector, scalar := rulestest.Vector, rulestest.Scalar
	wide := func(c in) in { c.DType = tensor.Int64; return c }
	seed := attrs(graphops.Bool("deterministic", true), graphops.Int("seed", 3), graphops.Int("seed2", 4), graphops.Floats("pooling_ratio", []float64{1, 1.4, 1.7, 1}))
	image := in{Shape: []int{rows, 6, 7, 2}, Distinct: true}
	factor := in{Shape: nil, Values: []float64{1.7}, DType: tensor.Float32}
	cases := []testCase{
		{Name: "broadcast", Op: "MulNoNan", Inputs: []in{of(rows, 3), of(3)}},
		{Name: "three", Op: "AccumulateNV2", Inputs: []in{of(2, 3), of(2, 3), of(2, 3)}, Attrs: attrs(graphops.Dims("shape", []int{2, 3}))},
		{Name: "matrix", Op: "BiasAddV1", Inputs: []in{of(rows, 3), of(3)}},
		{Name: "rank 4", Op: "BiasAddV1", Inputs: []in{of(rows, 2, 2, 3), of(3)}},
		{Name: "plain", Op: "CheckNumericsV2", Inputs: []in{of(rows, 3)}, Attrs: attrs(graphops.Str("message", "x"))},
		{Name: "silent", Op: "Print", Inputs: []in{of(rows, 3), of(2)}, Wrt: []int{0}, Attrs: attrs(graphops.Int("first_n", 0))},
		{Name: "plain", Op: "GuaranteeConst", Inputs: []in{of(rows, 3)}},
		{Name: "plain", Op: "ConjugateTranspose", Inputs: []in{of(rows, 2, 3), vector(0, 2, 1)}},
		{Name: "plain", Op: "Cross", Inputs: []in{of(rows, 3), of(rows, 3)}},
		{Name: "rank 3", Op: "Cross", Inputs: []in{of(rows, 2, 3), of(rows, 2, 3)}},
		{Name: "places", Op: "ScatterNdNonAliasingAdd", Inputs: []in{of(4, 2), shapedInts([]int{3, 1}, 2, 0, 2), of(3, 2)}},
		{Name: "a slice", Op: "TensorStridedSliceUpdate", Inputs: []in{of(4, 5), vector(0, 1), vector(4, 5), vector(2, 2), of(2, 2)}},
		{Name: "shrunk", Op: "TensorStridedSliceUpdate", Inputs: []in{of(4, 5), vector(1, 1), vector(2, 4), vector(1, 1), of(3)}, Attrs: attrs(graphops.Int("shrink_axis_mask", 1))},
		{Name: "plain", Op: "AdjustContrastv2", DType: tensor.Float32, Inputs: []in{of(rows, 4, 3, 2), factor}, Wrt: []int{0}},
		{Name: "factor varies", Op: "AdjustContrastv2", DType: tensor.Float32, Inputs: []in{of(rows, 4, 3, 2), factor}, Refused: true},
		{Name: "drawn", Op: "FractionalAvgPool", Inputs: []in{image}, Attrs: seed},
		{Name: "drawn", Op: "FractionalMaxPool", Inputs: []in{image}, Attrs: seed},
		{Name: "overlapping", Op: "FractionalMaxPool", Inputs: []in{image}, Attrs: append(attrs(graphops.Bool("overlapping", true)), seed...)},
		{Name: "anew", Op: "FractionalMaxPool", Inputs: []in{image}, Attrs: seed[3:], Refused: true},
		{Name: "anew", Op: "FractionalAvgPool", Inputs: []in{image}, Attrs: seed[3:], Refused: true},
		{Name: "second", Op: "NthElement", Inputs: []in{{Shape: []int{rows, 5}, Distinct: true}, scalar(1)}},
		{Name: "reverse", Op: "NthElement", Inputs: []in{{Shape: []int{rows, 2, 4}, Distinct: true}, scalar(0)}, Attrs: attrs(graphops.Bool("reverse", true))},
		{Name: "ties", Op: "NthElement", Inputs: []in{{Shape: []int{1, 4}, Values: []float64{2, 1, 2, 5}}, scalar(2)}, Want: [][]float64{{0.5, 0, 0.5, 0}}},
		{Name: "rows", Op: "SegmentProd", Inputs: []in{of(5, 2), vector(0, 0, 1, 1, 1)}},
		{Name: "a zero", Op: "SegmentProd", Inputs: []in{{Shape: []int{5}, Values: []float64{2, 0, 3, 0, 0}}, vector(0, 0, 0, 1, 1)}, Want: [][]float64{{0, 6, 0, 0, 0}}},
		{Name: "rows", Op: "UnsortedSegmentProd", Inputs: []in{of(5, 2), vector(1, 0, -1, 1, 0), scalar(2)}},
		{Name: "int64", Op: "UnsortedSegmentProd", Inputs: []in{of(2, 2, 3), wide(shapedInts([]int{2, 2}, 1, 0, 0, 1)), scalar(2)}},
	}
	for _, padding := range []string{"SAME", "VALID"} {
		for _, stride := range []int{1, 2} {
			cases = append(cases, testCase{Name: fmt.Sprintf("%s stride %d", padding, stride), Op: "ExtractVolumePatches", Needs: rulestest.Sizes, Inputs: []in{of(rows, 3, 4, 3, 2)},
				Attrs: attrs(graphops.Str("padding", padding), graphops.Ints("ksizes", []int{1, 2, 3, 2, 1}), graphops.Ints("strides", []int{1, stride, 1, stride, 1}))})
		}
	}
	for _, to := range [][]int{{6, 8}, {3, 2}, {1, 1}, {4, 7}} {
		for _, align := range []bool{false, true} {
			cases = append(cases, testCase{Name: fmt.Sprintf("to %v align %t", to, align), Op: "ResizeArea", DType: tensor.Float32,
				Inputs: []in{of(rows, 4, 5, 2), vector(to...)}, Attrs: attrs(graphops.Bool("align_corners", align))})
		}
	}
	for _, ta := range []bool{false, true} {
		for _, tb := range []bool{false, true} {
			a, b := of(3, 4), of(4, 2)
			if ta {
				a = of(4, 3)
			}
			if tb {
				b = of(2, 4)
			}
			cases = append(cases, testCase{Name: fmt.Sprintf("%t %t", ta, tb), Op: "SparseMatMul", DType: tensor.Float32, Inputs: []in{a, b},
				Attrs: attrs(graphops.Bool("transpose_a", ta), graphops.Bool("transpose_b", tb))})
		}
	}
	sorted := in{Shape: []int{2, 4}, Values: []float64{-1, -0.3, 0.2, 1.1}}
	for _, op := range []string{"LowerBound", "UpperBound"} {
		cases = append(cases, testCase{Name: "values vary", Op: op, Inputs: []in{sorted, {Shape: []int{2, 3}, Avoid: []float64{-1, -0.3, 0.2, 1.1}}}, Wrt: []int{1}})
	}
	x := in{Shape: []int{4}, Values: []float64{1, 3, 1, 2}}
	for _, op := range []string{"Unique", "UniqueWithCounts"} {
		cases = append(cases, testCase{Name: "numbers", Op: op, Inputs: []in{x}, Output: 1, SameChoice: true})
	}
	for _, op := range []string{"UniqueV2", "UniqueWithCountsV2"} {
		cases = append(cases, testCase{Name: "numbers", Op: op, Inputs: []in{x, wide(vector(0))}, Output: 1, SameChoice: true})
	}
	order := in{Shape: []int{3}, DType: tensor.Int32, Values: []float64{2.5, 0.5, 1.5}}
	some := in{Shape: []int{2}, DType: tensor.Int32, Values: []float64{0.5, 5.5}}
	return append(cases,
		testCase{Name: "places", Op: "ListDiff", Inputs: []in{order, some}, Output: 1, SameChoice: true, Wrt: []int{0}},
		testCase{Name: "plain", Op: "InvertPermutation", Inputs: []in{order}, SameChoice: true},
		testCase{Name: "five", Op: "HistogramFixedWidth", Inputs: []in{{Shape: []int{3}, Values: []float64{1.9, 1.8, 0.1}}, {Shape: []int{2}, Values: []float64{-2, 2}}, scalar(5)}, Wrt: []int{0}, SameChoice: true})
}

func sparseCases() []testCase {
	vector, scalar := rulestest.Vector, rulestest.Scalar
	wide := func(c in) in { c.DType = tensor.Int64; return c }
	places := wide(shapedInts([]int{4, 2}, 0, 1, 0, 3, 2, 0, 2, 2)) // of a 4x5 matrix
	shape := wide(vector(4, 5))
	var cases []testCase
	for _, kind := range []string{"Sum", "Mean", "SqrtN"} {
		cases = append(cases,
			testCase{Name: "rows", Op: "SparseSegment" + kind, Inputs: []in{of(5, 3), vector(2, 0, 2, 4), vector(0, 0, 1, 1)}},
			testCase{Name: "float32", Op: "SparseSegment" + kind, DType: tensor.Float32, Inputs: []in{of(3, 2, 2), vector(1, 1, 0), vector(0, 0, 1)}},
			testCase{Name: "a gap", Op: "SparseSegment" + kind + "WithNumSegments", Inputs: []in{of(5, 3), vector(2, 0, 2, 4), vector(0, 0, 2, 2), scalar(4)}})
	}
	for _, keep := range []bool{false, true} {
		a := attrs(graphops.Bool("keep_dims", keep))
		cases = append(cases,
			testCase{Name: fmt.Sprintf("rows keep %t", keep), Op: "SparseReduceSum", Inputs: []in{places, of(4), shape, vector(1)}, Attrs: a},
			testCase{Name: fmt.Sprintf("columns keep %t", keep), Op: "SparseReduceSum", Inputs: []in{places, of(4), shape, vector(-2)}, Attrs: a},
			testCase{Name: fmt.Sprintf("all keep %t", keep), Op: "SparseReduceSum", Inputs: []in{places, of(4), shape, vector(0, 1)}, Attrs: a})
	}
	ragged := func(name string, x in, splits ...in) testCase {
		types := make([]string, len(splits))
		for i := range types {
			types[i] = "ROW_SPLITS"
		}
		open := wide(vector(append([]int{-1, -1}, x.Shape[1:]...)...))
		if len(splits) == 2 {
			open = wide(vector(append([]int{-1, -1, -1}, x.Shape[1:]...)...))
		}
		return testCase{Name: name, Op: "RaggedTensorToTensor", Inputs: append([]in{open, x, of()}, splits...), Attrs: attrs(graphops.Strs("row_partition_types", types...))}
	}
	return append(cases,
		testCase{Name: "matrix", Op: "SparseToDense", Inputs: []in{places, shape, of(4), of()}},
		testCase{Name: "vector", Op: "SparseToDense", Inputs: []in{wide(vector(0, 2, 3)), wide(vector(5)), of(3), of()}},
		testCase{Name: "one place", Op: "SparseToDense", Inputs: []in{wide(scalar(2)), wide(vector(5)), of(), of()}},
		testCase{Name: "plain", Op: "SparseTensorDenseAdd", Inputs: []in{places, of(4), shape, of(4, 5)}},
		testCase{Name: "empty rows", Op: "SparseFillEmptyRows", Inputs: []in{places, of(4), shape, of()}, Output: 1},
		ragged("vectors", of(5, 2), wide(vector(0, 2, 2, 5))),
		ragged("numbers", of(5), wide(vector(0, 2, 2, 5))),
		ragged("twice ragged", of(5, 2), wide(vector(0, 1, 3)), wide(vector(0, 2, 4, 5))))
}
