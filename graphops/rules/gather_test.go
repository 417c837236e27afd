package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestGathers(t *testing.T) { run(t, gatherCases()) }

// shapedInts are constant integers of any shape.
func shapedInts(shape []int, v ...int) in { return in{Const: v, Shape: shape} }

func gatherCases() []testCase {
	vector, scalar := rulestest.Vector, rulestest.Scalar
	wide := func(c in) in { c.DType = tensor.Int64; return c }
	var cases []testCase
	// Repeated indices, which add up, in every shape.
	ids := map[string]in{"scalar": scalar(1), "vector": vector(2, 0, 2, 1), "matrix": shapedInts([]int{2, 2}, 1, 1, 0, 2), "int64": wide(vector(1, 1))}
	for name, i := range ids {
		cases = append(cases,
			testCase{Name: name, Op: "Gather", Inputs: []in{of(3, 2), i}},
			testCase{Name: name + " rank 1", Op: "Gather", Inputs: []in{of(3), i}},
			testCase{Name: name + " rank 3", Op: "Gather", Inputs: []in{of(3, 2, 2), i}})
		for _, axis := range []int{0, 1, 2, -1, -2, -3} {
			x := of(rows, 3, 4)
			if axis == 0 || axis == -3 {
				x = of(4, 2, 3)
			}
			cases = append(cases, testCase{Name: fmt.Sprintf("%s axis %d", name, axis), Op: "GatherV2", Inputs: []in{x, i, scalar(axis)}, Needs: rulestest.Constants})
		}
	}
	batched := func(name string, x, ids in, axis, batch int) testCase {
		return testCase{Name: name, Op: "GatherV2", Inputs: []in{x, ids, scalar(axis)}, Attrs: attrs(graphops.Int("batch_dims", batch)), Needs: rulestest.Constants}
	}
	negative := batched("negative batch", of(2, 3), shapedInts([]int{2, 1}, 0, 1), 1, -1)
	negative.Needs, negative.Refused = 0, true
	fed := in{Shape: []int{rows, 2}, DType: tensor.Int32, Values: []float64{0.5, 1.5, 2.5, 1.5}}
	perRow := batched("indices from the rows", of(rows, 3, 2), fed, 1, 1)
	perRow.Wrt = []int{0, 1}
	top := func(name string, x in, k int) testCase {
		return testCase{Name: name, Op: "TopKV2", Inputs: []in{x, scalar(k)}}
	}
	distinct := func(shape ...int) in { return in{Shape: shape, Distinct: true} }
	where := top("where", distinct(rows, 4), 2)
	where.Output = 1
	unsorted := top("unsorted", distinct(rows, 4), 3)
	unsorted.Attrs = attrs(graphops.Bool("sorted", false))
	single := top("float32", distinct(rows, 4), 1)
	single.DType = tensor.Float32
	return append(cases, negative, perRow, where, unsorted, single,
		batched("batch", of(2, 3, 2), shapedInts([]int{2, 2}, 0, 2, 1, 1), 1, 1),
		batched("batch, one each", of(2, 3), shapedInts([]int{2}, 2, 1), 1, 1),
		batched("batch, last axis", of(2, 3, 4), shapedInts([]int{2, 2}, 3, 0, 1, 1), -1, 1),
		batched("batch of two axes", of(2, 2, 3), shapedInts([]int{2, 2, 1}, 0, 2, 1, 1), 2, 2),
		batched("batch and outer", of(2, 3, 4, 2), shapedInts([]int{2, 3}, 0, 3, 3, 1, 2, 0), 2, 1),
		testCase{Name: "rows", Op: "GatherNd", Inputs: []in{of(3, 2), shapedInts([]int{4, 1}, 2, 0, 2, 1)}},
		testCase{Name: "elements", Op: "GatherNd", Inputs: []in{of(3, 2), shapedInts([]int{3, 2}, 2, 0, 2, 0, 1, 1)}},
		testCase{Name: "one", Op: "GatherNd", Inputs: []in{of(3, 2), vector(2, 1)}},
		testCase{Name: "int64", Op: "GatherNd", Inputs: []in{of(3, 2, 2), wide(shapedInts([]int{2, 1, 2}, 2, 0, 1, 1))}},
		top("one", distinct(rows, 4), 1),
		top("some", distinct(rows, 5), 3),
		top("all", distinct(rows, 3), 3),
		top("rank 3", distinct(rows, 2, 4), 2),
		top("rank 1", distinct(5), 2),
		top("rank 1, one", distinct(5), 1))
}
