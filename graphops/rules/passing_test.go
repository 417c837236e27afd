package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
)

func TestPassing(t *testing.T) { run(t, passingCases()) }

func passingCases() []testCase {
	x := []in{of(rows, 3)}
	return []testCase{
		{Name: "plain", Op: "Identity", Inputs: x},
		{Name: "plain", Op: "Snapshot", Inputs: x},
		{Name: "plain", Op: "CheckNumerics", Inputs: x, Attrs: attrs(graphops.Str("message", "not finite"))},
		{Name: "plain", Op: "EnsureShape", Inputs: x, Attrs: attrs(graphops.Dims("shape", []int{-1, 3}))},
		{Name: "sizes unknown", Op: "EnsureShape", Inputs: x, Attrs: attrs(graphops.Dims("shape", []int{-1, -1}))},
		{Name: "plain", Op: "PlaceholderWithDefault", Inputs: x, Attrs: attrs(graphops.Dims("shape", []int{-1, 3}))},
		{Name: "first", Op: "IdentityN", Inputs: []in{of(rows, 3), of(2)}},
		{Name: "second", Op: "IdentityN", Inputs: []in{of(rows, 3), of(2)}, Output: 1},
		{Name: "all", Op: "IdentityN", Inputs: []in{of(rows, 3), of(rows, 3)}, Output: rulestest.AllOutputs},
		{Name: "one varies", Op: "IdentityN", Inputs: []in{of(rows, 3), of(rows, 3)}, Output: rulestest.AllOutputs, Wrt: []int{1}},
		{Name: "stops", Op: "StopGradient", Inputs: x, Want: [][]float64{{0}}},
		{Name: "forbids", Op: "PreventGradient", Inputs: x, Refused: true},
	}
}
