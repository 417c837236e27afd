package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestScatters(t *testing.T) { run(t, scatterCases()) }

func scatterCases() []testCase {
	vector, scalar := rulestest.Vector, rulestest.Scalar
	wide := func(c in) in { c.DType = tensor.Int64; return c }
	column := func(v ...int) in { return shapedInts([]int{len(v), 1}, v...) }
	var cases []testCase
	for _, op := range []string{"TensorScatterAdd", "TensorScatterSub", "TensorScatterUpdate", "TensorScatterMax", "TensorScatterMin"} {
		x := in{Shape: []int{4, 2}, Values: []float64{-1, 0.5, 2, -0.3, 1.4, 3, 0.2, -2}}
		updates := in{Shape: []int{2, 2}, Values: []float64{1.2, -0.9, 0.7, 2.5}}
		elements := in{Shape: []int{3}, Values: []float64{0.1, 2.2, -0.6}}
		cases = append(cases,
			testCase{Name: "rows", Op: op, Inputs: []in{x, column(3, 1), updates}},
			testCase{Name: "int64", Op: op, Inputs: []in{x, wide(column(0, 1)), updates}},
			testCase{Name: "elements", Op: op, Inputs: []in{x, shapedInts([]int{3, 2}, 0, 1, 2, 0, 3, 1), elements}},
			testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{x, column(3, 1), updates}})
		if op != "TensorScatterUpdate" { // which of two updates counts is not said
			cases = append(cases, testCase{Name: "twice", Op: op, Inputs: []in{x, column(1, 1), updates}})
		}
	}
	partition := func(name string, data, parts in, count, output int) testCase {
		return testCase{Name: name, Op: "DynamicPartition", Inputs: []in{data, parts}, Attrs: attrs(graphops.Int("num_partitions", count)), Output: output}
	}
	stitched := func(name string, in ...in) []testCase {
		one := testCase{Name: name, Op: "DynamicStitch", Inputs: in, Attrs: attrs(graphops.Int("N", len(in)/2))}
		other := one
		other.Op = "ParallelDynamicStitch"
		return []testCase{one, other}
	}
	for _, more := range [][]testCase{
		stitched("two", vector(0, 3), vector(2, 1), of(2, 3), of(2, 3)),
		stitched("one", vector(1, 0), of(2, 2)),
		stitched("shapes", scalar(2), shapedInts([]int{2, 2}, 0, 1, 3, 4), of(3), of(2, 2, 3)),
		stitched("scalars", vector(1, 0), scalar(2), of(2), of()),
		// The first element of the first is replaced by the last of the second.
		stitched("twice", vector(0, 3), vector(2, 1, 0), of(2, 3), of(3, 3))[:1],
		stitched("twice in one", vector(0, 1, 0), of(3))[:1],
	} {
		cases = append(cases, more...)
	}
	hot := func(name string, ids in, axis int) testCase {
		return testCase{Name: name, Op: "OneHot", Inputs: []in{ids, scalar(3), of(), of()}, Attrs: attrs(graphops.Int("axis", axis))}
	}
	varying := in{Shape: []int{rows}, DType: tensor.Int32, Low: 0, High: 3}
	return append(cases,
		testCase{Name: "rows", Op: "ScatterNd", Inputs: []in{column(3, 1), of(2, 2), vector(5, 2)}},
		testCase{Name: "twice", Op: "ScatterNd", Inputs: []in{column(3, 3), of(2, 2), vector(5, 2)}},
		testCase{Name: "elements", Op: "ScatterNd", Inputs: []in{shapedInts([]int{3, 2}, 0, 1, 2, 0, 0, 1), of(3), vector(3, 2)}},
		testCase{Name: "int64", Op: "ScatterNd", Inputs: []in{wide(column(0, 2)), of(2), wide(vector(4))}},
		partition("first", of(4, 2), vector(1, 0, 0, 1), 2, 0),
		partition("second", of(4, 2), vector(1, 0, 2, 1), 3, 1),
		partition("all", of(4), vector(1, 0, 0, 1), 2, rulestest.AllOutputs),
		partition("matrix", of(2, 2, 3), shapedInts([]int{2, 2}, 1, 0, 0, 1), 2, rulestest.AllOutputs),
		partition("an empty one", of(3, 2), vector(1, 0, 0), 3, 0),
		partition("scalar", of(), shapedInts(nil, 0), 1, 0),
		hot("vector", vector(1, 0, 2, 7), -1),
		hot("first axis", vector(1, 0), 0),
		hot("matrix", shapedInts([]int{2, 2}, 1, 0, 2, 1), 1),
		hot("scalar", scalar(1), -1),
		testCase{Name: "indices vary", Op: "OneHot", Inputs: []in{varying, scalar(3), of(), of()}})
}
