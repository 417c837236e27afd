package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestArithmetic(t *testing.T) { run(t, arithmeticCases()) }

// broadcasts are the ways two shapes go together.
func broadcasts() map[string][2][]int {
	return map[string][2][]int{
		"equal":           {{rows, 2, 3}, {rows, 2, 3}},
		"vector":          {{rows, 4}, {4}},
		"vector first":    {{4}, {rows, 4}},
		"middle and rows": {{rows, 1, 4}, {1, 3, 1}},
		"scalar":          {{rows, 3}, {}},
		"scalar first":    {{}, {rows, 3}},
		"one per row":     {{rows, 4}, {rows, 1}},
		"row":             {{1, 4}, {rows, 4}},
		"lead and inner":  {{rows, 3, 4}, {3, 1}},
		"ones":            {{rows, 1, 3}, {1, 1, 3}},
		"two scalars":     {{}, {}},
		"no rows":         {{2, 3}, {3}},
	}
}

func arithmeticCases() []testCase {
	var cases []testCase
	each := func(op string, a, b in) {
		for name, shapes := range broadcasts() {
			a.Shape, b.Shape = shapes[0], shapes[1]
			cases = append(cases, testCase{Name: name, Op: op, Inputs: []in{a, b}})
		}
	}
	for _, op := range []string{"Add", "AddV2", "Sub", "Mul", "SquaredDifference"} {
		each(op, in{}, in{})
	}
	each("Div", in{}, in{Low: 0.5, High: 2})
	each("RealDiv", in{}, in{Low: -2, High: -0.5})
	each("Pow", in{Low: 0.5, High: 2}, in{})
	// No value of one is near a value of the other.
	a, b := in{Values: []float64{-1, 0.5, 2, -0.3, 1.4}}, in{Values: []float64{0.2, 1.1, -0.7}}
	each("Maximum", a, b)
	each("Minimum", a, b)

	tied := []in{{Shape: []int{rows, 3}, Values: []float64{1, 2, 3}}, {Shape: []int{3}, Values: []float64{1, 3, 2}}}
	return append(cases,
		testCase{Name: "float32", Op: "Mul", DType: tensor.Float32, Inputs: []in{of(rows, 4), of(4)}},
		testCase{Name: "small divisor", Op: "RealDiv", Inputs: []in{of(rows, 2), {Shape: []int{2}, Values: []float64{0.25, -0.3}}}},
		// A negative base has a power only for whole exponents, which then do not vary.
		testCase{Name: "negative base", Op: "Pow", Inputs: []in{of(rows, 3), {Shape: []int{3}, Values: []float64{2, 3, 1}}}, Wrt: []int{0}},
		testCase{Name: "zero base", Op: "Pow", Inputs: []in{{Shape: []int{rows, 2}, Values: []float64{0}}, {Shape: []int{2}, Values: []float64{1, 2}}},
			Want: [][]float64{{1, 0}}, Wrt: []int{0}},
		testCase{Name: "exponent of zero", Op: "Pow", Inputs: []in{{Shape: []int{2}, Values: []float64{0}}, {Shape: []int{2}, Values: []float64{2, 3}}},
			Want: [][]float64{{0}, {0}}},
		testCase{Name: "exponent zero", Op: "Pow", Inputs: []in{{Shape: []int{rows, 2}, Values: []float64{0, 1}}, {Values: []float64{0}}},
			Want: [][]float64{{0}}, Wrt: []int{0}},
		testCase{Name: "ties", Op: "Maximum", Inputs: tied, Want: [][]float64{{1, 0, 1}, {0, 1, 0}}, Wrt: []int{0}},
		testCase{Name: "ties", Op: "Minimum", Inputs: tied, Want: [][]float64{{1, 1, 0}, {0, 0, 1}}, Wrt: []int{0}},
		testCase{Name: "three", Op: "AddN", Inputs: []in{of(rows, 3), of(rows, 3), of(rows, 3)}},
		testCase{Name: "some vary", Op: "AddN", Inputs: []in{of(rows, 3), of(rows, 3), of(rows, 3)}, Wrt: []int{0, 2}},
		testCase{Name: "one", Op: "AddN", Inputs: []in{of(rows, 3)}})
}
