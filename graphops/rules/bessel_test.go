package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestBessels(t *testing.T)    { run(t, besselCases()) }
func TestParametric(t *testing.T) { run(t, parametricCases()) }

func besselCases() []testCase {
	var cases []testCase
	both, positive := in{Low: -3, High: 3, Avoid: []float64{0}}, in{Low: 0.3, High: 4}
	for op, x := range map[string]in{
		"BesselI0": both, "BesselI1": both, "BesselI0e": both, "BesselI1e": both, "BesselJ0": both, "BesselJ1": both,
		"BesselY0": positive, "BesselY1": positive, "BesselK0": positive, "BesselK1": positive, "BesselK0e": positive, "BesselK1e": positive,
		"Dawsn": both, "Expint": positive, "FresnelCos": {Low: -2, High: 2}, "FresnelSin": {Low: -2, High: 2}, "Spence": positive,
	} {
		for name, shape := range map[string][]int{"rank 3": {rows, 2, 3}, "scalar": {}} {
			x.Shape = shape
			cases = append(cases, testCase{Name: name, Op: op, Inputs: []in{x}})
		}
		x.Shape = []int{rows, 3}
		cases = append(cases, testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{x}})
	}
	zero := in{Shape: []int{1}, Values: []float64{0}}
	for op, want := range map[string]float64{"BesselI1": 0.5, "BesselI1e": 0.5, "BesselJ1": 0.5} {
		cases = append(cases, testCase{Name: "at 0", Op: op, Inputs: []in{zero}, Want: [][]float64{{want}}})
	}
	return append(cases, testCase{Name: "at 1", Op: "Spence", Inputs: []in{{Shape: []int{1}, Values: []float64{1}}}, Want: [][]float64{{-1}}})
}

func parametricCases() []testCase {
	a, x, share := in{Shape: []int{rows, 3}, Low: 0.5, High: 3}, in{Shape: []int{3}, Low: 0.3, High: 4}, in{Shape: []int{rows, 3}, Low: 0.1, High: 0.9}
	order := in{Shape: []int{3}, Values: []float64{0, 1, 2}}
	exponent := in{Shape: []int{3}, Low: 1.5, High: 4}
	var cases []testCase
	for _, op := range []string{"Igamma", "Igammac"} {
		cases = append(cases, testCase{Name: "broadcast", Op: op, Inputs: []in{a, x}},
			testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{a, a}})
	}
	return append(cases,
		testCase{Name: "broadcast", Op: "Polygamma", Inputs: []in{order, a}, Wrt: []int{1}},
		testCase{Name: "order varies", Op: "Polygamma", Inputs: []in{order, a}, Refused: true},
		testCase{Name: "broadcast", Op: "Zeta", Inputs: []in{exponent, a}, Wrt: []int{1}},
		testCase{Name: "equal", Op: "Betainc", Inputs: []in{a, a, share}, Wrt: []int{2}},
		testCase{Name: "parameter varies", Op: "Betainc", Inputs: []in{a, a, share}, Refused: true},
		testCase{Name: "broadcast", Op: "NextAfter", Inputs: []in{a, x}})
}
