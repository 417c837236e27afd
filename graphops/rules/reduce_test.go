package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestReductions(t *testing.T) { run(t, reduceCases()) }

func reduceCases() []testCase {
	var cases []testCase
	x := in{Shape: []int{rows, 2, 3}, Distinct: true}
	for _, op := range []string{"Sum", "Mean", "Max", "Min"} {
		for _, axes := range [][]int{{1}, {2}, {-1}, {-2, -1}, {1, 2}, {2, 1}, {0}, {0, 2}, {0, 1, 2}, {}} {
			for _, keep := range []bool{false, true} {
				cases = append(cases, testCase{Name: fmt.Sprintf("axes %v keep %t", axes, keep), Op: op,
					Inputs: []in{x, rulestest.Vector(axes...)}, Attrs: attrs(graphops.Bool("keep_dims", keep))})
			}
		}
		wide := rulestest.Vector(1, -1)
		wide.DType = tensor.Int64
		cases = append(cases,
			testCase{Name: "scalar axis", Op: op, Inputs: []in{x, rulestest.Scalar(-1)}},
			testCase{Name: "int64 axes", Op: op, Inputs: []in{x, wide}},
			testCase{Name: "fixed sizes", Op: op, Inputs: []in{{Shape: []int{2, 3}, Distinct: true}, rulestest.Vector(0)}},
			testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{x, rulestest.Vector(1)}})
	}
	// Ties share equally.
	tied := in{Shape: []int{rows, 4}, Values: []float64{2, 2, 1, 2}}
	third := 1.0 / 3
	return append(cases,
		testCase{Name: "ties", Op: "Max", Inputs: []in{tied, rulestest.Vector(1)}, Want: [][]float64{{third, third, 0, third}}},
		testCase{Name: "ties", Op: "Min", Inputs: []in{{Shape: []int{rows, 3}, Values: []float64{0, 0, 5}}, rulestest.Vector(1)}, Want: [][]float64{{0.5, 0.5, 0}}})
}
