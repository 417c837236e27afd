package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestActivations(t *testing.T) { run(t, activationCases()) }

func activationCases() []testCase {
	x := in{Shape: []int{rows, 3, 4}, Low: -3, High: 8, Avoid: []float64{0, 6}}
	var cases []testCase
	for _, op := range []string{"Relu", "Relu6", "Elu", "Selu", "LeakyRelu", "Softplus", "Softsign", "Sigmoid", "Tanh"} {
		cases = append(cases,
			testCase{Name: "rank 3", Op: op, Inputs: []in{x}},
			testCase{Name: "scalar", Op: op, Inputs: []in{{Values: []float64{-0.7}}}},
			testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{{Shape: []int{rows, 5}, Avoid: []float64{0}}}})
	}
	// Far out the fused kernels must neither overflow nor lose the sign.
	far := []float64{-700, -40, 40, 700}
	return append(cases,
		testCase{Name: "slope", Op: "LeakyRelu", Inputs: []in{x}, Attrs: attrs(graphops.Float("alpha", 0.5))},
		testCase{Name: "slope above one", Op: "LeakyRelu", Inputs: []in{x}, Attrs: attrs(graphops.Float("alpha", 1.5))},
		testCase{Name: "far out", Op: "Softplus", Inputs: []in{{Shape: []int{rows, 4}, Values: far}}},
		testCase{Name: "far out", Op: "Sigmoid", Inputs: []in{{Shape: []int{rows, 4}, Values: far}}},
		testCase{Name: "far out", Op: "Tanh", Inputs: []in{{Shape: []int{rows, 4}, Values: far}}},
		testCase{Name: "far out", Op: "Elu", Inputs: []in{{Shape: []int{rows, 4}, Values: far}}},
		// At the kink TensorFlow takes the slope of the flat side.
		testCase{Name: "kink", Op: "Relu", Inputs: []in{{Shape: []int{rows, 2}, Values: []float64{0, 1}}}, Want: [][]float64{{0, 1}}},
		testCase{Name: "kinks", Op: "Relu6", Inputs: []in{{Shape: []int{rows, 3}, Values: []float64{0, 1, 6}}}, Want: [][]float64{{0, 1, 0}}})
}
