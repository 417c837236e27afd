package rules_test

import (
	"strings"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestSegments(t *testing.T) { run(t, segmentCases()) }

func segmentCases() []testCase {
	vector, scalar := rulestest.Vector, rulestest.Scalar
	wide := func(c in) in { c.DType = tensor.Int64; return c }
	var cases []testCase
	x := func(shape ...int) in { return in{Shape: shape, Distinct: true} }
	for _, op := range []string{"SegmentSum", "SegmentMean", "SegmentMax", "SegmentMin", "UnsortedSegmentSum", "UnsortedSegmentMax", "UnsortedSegmentMin"} {
		add := func(name string, in ...in) {
			if strings.HasPrefix(op, "Unsorted") {
				in = append(in, scalar(4))
			}
			cases = append(cases, testCase{Name: name, Op: op, Inputs: in})
		}
		add("matrix", x(5, 2), vector(0, 0, 1, 1, 1))
		add("vector", x(4), vector(0, 1, 1, 2))
		add("rank 3", x(3, 2, 2), vector(0, 1, 1))
		add("int64", x(3, 2), wide(vector(0, 0, 1)))
		cases = append(cases, testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: cases[len(cases)-1].Inputs})
		if !strings.HasPrefix(op, "Unsorted") {
			if op != "SegmentMean" {
				add("a gap", x(3, 2), vector(0, 2, 2))
			}
			continue
		}
		if op == "UnsortedSegmentSum" { // the largest of nothing is the lowest number there is
			add("out of order", x(5, 2), vector(3, 0, -1, 3, 0))
			add("pairs of numbers", x(2, 2, 3), shapedInts([]int{2, 2}, 1, 0, 3, 1))
			add("every element", x(2, 2), shapedInts([]int{2, 2}, 1, -1, 3, 1))
			continue
		}
		cases = append(cases,
			testCase{Name: "out of order", Op: op, Inputs: []in{x(5, 2), vector(1, 0, -1, 1, 0), scalar(2)}},
			testCase{Name: "pairs of numbers", Op: op, Inputs: []in{x(2, 2, 3), shapedInts([]int{2, 2}, 1, 0, 0, 1), scalar(2)}})
	}
	tied := in{Shape: []int{4}, Values: []float64{2, 2, 1, 3}}
	cases = append(cases,
		testCase{Name: "ties", Op: "SegmentMax", Inputs: []in{tied, vector(0, 0, 0, 1)}, Want: [][]float64{{0.5, 0.5, 0, 1}}},
		testCase{Name: "ties", Op: "UnsortedSegmentMin", Inputs: []in{tied, vector(1, 1, 0, 0), scalar(2)}, Want: [][]float64{{0.5, 0.5, 1, 0}}})
	places := wide(shapedInts([]int{4, 2}, 0, 1, 2, 0, 2, 3, 1, 1)) // of a 3x4 matrix
	for _, a := range []bool{false, true} {
		for _, b := range []bool{false, true} {
			inner := 4
			if a {
				inner = 3
			}
			dense := of(inner, 2)
			if b {
				dense = of(2, inner)
			}
			name := map[bool]string{false: "", true: " transposed"}
			cases = append(cases, testCase{Name: "A" + name[a] + ", b" + name[b], Op: "SparseTensorDenseMatMul",
				Inputs: []in{places, of(4), wide(vector(3, 4)), dense}, Attrs: attrs(graphops.Bool("adjoint_a", a), graphops.Bool("adjoint_b", b))})
		}
	}
	return cases
}
