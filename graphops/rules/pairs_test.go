package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestPairs(t *testing.T) { run(t, pairCases()) }

func pairCases() []testCase {
	var cases []testCase
	each := func(op string, a, b in) {
		for name, shapes := range broadcasts() {
			a.Shape, b.Shape = shapes[0], shapes[1]
			c := testCase{Name: name, Op: op, Inputs: []in{a, b}}
			first, second := c, c
			first.Name, first.Wrt = name+", one varies", []int{0}
			second.Name, second.Wrt = name+", other varies", []int{1}
			cases = append(cases, c, first, second)
		}
		a.Shape, b.Shape = []int{rows, 3}, []int{3}
		cases = append(cases, testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{a, b}})
	}
	positive, away := in{Low: 0.5, High: 2}, in{Avoid: []float64{0}}
	each("DivNoNan", in{}, in{Low: -2, High: -0.5})
	each("Xlogy", away, positive)
	each("Xlog1py", away, in{Low: -0.5, High: 2})
	each("Xdivy", away, positive)
	each("Atan2", away, positive)
	// No quotient is near a whole number.
	a, b := in{Values: []float64{-7.3, 8.5, 5.2, -3.1, 7.1}}, in{Values: []float64{1.37, 2.19, 1.67, -1.61}}
	for _, op := range []string{"FloorMod", "Mod", "TruncateMod", "FloorDiv"} {
		each(op, a, b)
	}
	low, high := in{Values: []float64{-0.75}}, in{Values: []float64{0.9}}
	x := in{Shape: []int{rows, 2, 3}, Avoid: []float64{-0.75, 0.9}}
	wide := func(i in, shape ...int) in { i.Shape = shape; return i }
	zeros := []in{{Shape: []int{rows, 2}, Values: []float64{0, 2}}, {Shape: []int{2}, Values: []float64{1, 0.5}}}
	// A baseline takes the given values in another order, here (0, 0) for (2, 1):
	// between them, at (2, 0), the functions have no value.
	meets := []in{{Shape: []int{rows, 2}, Values: []float64{2, 0}}, {Shape: []int{rows, 2}, Values: []float64{1, 0}}}
	return append(cases,
		testCase{Name: "from zero", Op: "Xlogy", Inputs: meets, Want: [][]float64{{0, 0}, {2, 0}}},
		testCase{Name: "from zero", Op: "Xdivy", Inputs: meets, Want: [][]float64{{1, 0}, {-2, 0}}},
		testCase{Name: "bounds", Op: "ClipByValue", Inputs: []in{x, low, high}},
		testCase{Name: "bounds fixed", Op: "ClipByValue", Inputs: []in{x, low, high}, Wrt: []int{0}},
		testCase{Name: "one bound", Op: "ClipByValue", Inputs: []in{x, low, high}, Wrt: []int{2}},
		testCase{Name: "scalar", Op: "ClipByValue", Inputs: []in{{Values: []float64{1.5}}, low, high}},
		testCase{Name: "bounds for each", Op: "ClipByValue", Inputs: []in{x, wide(low, rows, 2, 3), wide(high, rows, 2, 3)}},
		testCase{Name: "float32", Op: "ClipByValue", DType: tensor.Float32, Inputs: []in{x, low, high}, Wrt: []int{0}},
		// A bound that is reached does not clip.
		testCase{Name: "at the bounds", Op: "ClipByValue", Inputs: []in{{Shape: []int{rows, 4}, Values: []float64{0, 1, 2, 3}}, {Values: []float64{1}}, {Values: []float64{2}}},
			Want: [][]float64{{0, 1, 1, 0}}, Wrt: []int{0}},
		testCase{Name: "zero", Op: "Xlogy", Inputs: zeros, Want: [][]float64{{0, -0.6931471805599453}}, Wrt: []int{0}},
		testCase{Name: "zero", Op: "Xdivy", Inputs: zeros, Want: [][]float64{{0, 2}}, Wrt: []int{0}},
		testCase{Name: "by zero", Op: "DivNoNan", Inputs: []in{of(rows, 2), {Shape: []int{2}, Values: []float64{0, 2}}}, Want: [][]float64{{0, 0.5}}, Wrt: []int{0}},
		testCase{Name: "integers", Op: "TruncateDiv", DType: tensor.Int32, Inputs: []in{{Shape: []int{rows, 3}, Low: 3, High: 9}, {Shape: []int{3}, Low: 2, High: 4}}})
}
