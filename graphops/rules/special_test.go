package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestSpecials(t *testing.T) { run(t, specialCases()) }

func specialCases() []testCase {
	var cases []testCase
	for op, x := range map[string]in{
		"Tan": {Low: -1.2, High: 1.2}, "Asin": {Low: -0.9, High: 0.9}, "Acos": {Low: -0.9, High: 0.9}, "Asinh": {}, "Acosh": {Low: 1.2, High: 4},
		"Atanh": {Low: -0.9, High: 0.9}, "Erfinv": {Low: -0.9, High: 0.9}, "Ndtri": {Low: 0.1, High: 0.9},
		"Lgamma": {Low: 0.4, High: 4}, "Digamma": {Low: 0.4, High: 4},
	} {
		for name, shape := range map[string][]int{"rank 3": {rows, 2, 3}, "vector": {rows}, "scalar": {}} {
			x.Shape = shape
			cases = append(cases, testCase{Name: name, Op: op, Inputs: []in{x}})
		}
		x.Shape = []int{rows, 4}
		cases = append(cases, testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{x}})
	}
	return append(cases, testCase{Name: "negative", Op: "Lgamma", Inputs: []in{{Shape: []int{rows, 3}, Values: []float64{-0.4, -1.6, -2.3}}}})
}
