package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestCumulatives(t *testing.T) { run(t, cumulativeCases()) }

func cumulativeCases() []testCase {
	var cases []testCase
	x, vector := of(rows, 2, 3), rulestest.Vector
	for _, axes := range [][]int{{1}, {2}, {-1}, {-2, -1}, {2, 1}, {0}, {0, 2}, {0, 1, 2}, {}} {
		for _, keep := range []bool{false, true} {
			cases = append(cases, testCase{Name: fmt.Sprintf("axes %v keep %t", axes, keep), Op: "Prod",
				Inputs: []in{x, vector(axes...)}, Attrs: attrs(graphops.Bool("keep_dims", keep))})
		}
	}
	wide := vector(1, -1)
	wide.DType = tensor.Int64
	for _, op := range []string{"Cumsum", "Cumprod", "CumulativeLogsumexp"} {
		for _, exclusive := range []bool{false, true} {
			for _, reverse := range []bool{false, true} {
				for _, axis := range []int{0, 1, -1} {
					if op == "CumulativeLogsumexp" && exclusive {
						continue // its first result is the lowest number there is, whose weight in the sum drowns the others
					}
					cases = append(cases, testCase{Name: fmt.Sprintf("axis %d exclusive %t reverse %t", axis, exclusive, reverse), Op: op,
						Inputs: []in{of(rows, 4, 3), rulestest.Scalar(axis)},
						Attrs:  attrs(graphops.Bool("exclusive", exclusive), graphops.Bool("reverse", reverse))})
				}
			}
		}
		cases = append(cases, testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{of(rows, 4), rulestest.Scalar(1)}})
	}
	return append(cases,
		testCase{Name: "scalar axis", Op: "Prod", Inputs: []in{x, rulestest.Scalar(-1)}},
		testCase{Name: "int64 axes", Op: "Prod", Inputs: []in{x, wide}},
		testCase{Name: "fixed sizes", Op: "Prod", Inputs: []in{of(2, 3), vector(0)}},
		testCase{Name: "float32", Op: "Prod", DType: tensor.Float32, Inputs: []in{x, vector(1)}},
		// One factor that is 0 still counts; beside two nothing does.
		testCase{Name: "a zero", Op: "Prod", Inputs: []in{{Shape: []int{rows, 3}, Values: []float64{2, 0, 3}}, vector(1)}, Want: [][]float64{{0, 6, 0}}},
		testCase{Name: "two zeros", Op: "Prod", Inputs: []in{{Shape: []int{rows, 3}, Values: []float64{0, 0, 3}}, vector(1)}, Want: [][]float64{{0, 0, 0}}},
		testCase{Name: "a zero", Op: "Cumprod", Inputs: []in{{Shape: []int{rows, 4}, Values: []float64{2, 0, 3, 5}}, rulestest.Scalar(1)}, Want: [][]float64{{1, 38, 0, 0}}},
		testCase{Name: "two zeros", Op: "Cumprod", Inputs: []in{{Shape: []int{rows, 4}, Values: []float64{2, 0, 3, 0}}, rulestest.Scalar(1)}, Want: [][]float64{{1, 8, 0, 0}}},
		testCase{Name: "a zero, exclusive", Op: "Cumprod", Inputs: []in{{Shape: []int{rows, 4}, Values: []float64{2, 0, 3, 5}}, rulestest.Scalar(1)},
			Attrs: attrs(graphops.Bool("exclusive", true)), Want: [][]float64{{1, 8, 0, 0}}},
		testCase{Name: "far apart", Op: "CumulativeLogsumexp", Inputs: []in{{Shape: []int{rows, 4}, Values: []float64{-30, 0, 40, 38}}, rulestest.Scalar(1)}})
}
