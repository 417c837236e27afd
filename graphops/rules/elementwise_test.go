package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestElementwise(t *testing.T) { run(t, elementwiseCases()) }

func elementwiseCases() []testCase {
	anywhere, positive := in{}, in{Low: 0.5, High: 3}
	var cases []testCase
	for op, x := range map[string]in{
		"Neg": anywhere, "Exp": anywhere, "Expm1": anywhere, "Square": anywhere, "Erf": anywhere, "Erfc": anywhere,
		"Sin": anywhere, "Cos": anywhere, "Sinh": anywhere, "Cosh": anywhere, "Atan": anywhere,
		"Log": positive, "Sqrt": positive, "Rsqrt": positive, "Reciprocal": positive, "Inv": positive,
		"Log1p": {Low: -0.5, High: 3}, "Abs": {Avoid: []float64{0}},
	} {
		for name, shape := range map[string][]int{"rank 3": {rows, 2, 3}, "vector": {rows}, "scalar": {}} {
			x.Shape = shape
			cases = append(cases, testCase{Name: name, Op: op, Inputs: []in{x}})
		}
		x.Shape = []int{rows, 4}
		cases = append(cases, testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{x}})
	}
	return append(cases,
		testCase{Name: "kink", Op: "Abs", Inputs: []in{{Shape: []int{rows, 3}, Values: []float64{-1, 0, 1}}}, Want: [][]float64{{-1, 0, 1}}},
		testCase{Name: "negative", Op: "Reciprocal", Inputs: []in{{Shape: []int{rows, 3}, Low: -3, High: -0.5}}})
}
