package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestDiscrete(t *testing.T)   { run(t, discreteCases()) }
func TestSelections(t *testing.T) { run(t, selectCases()) }
func TestConstants(t *testing.T)  { run(t, constantCases()) }

func discreteCases() []testCase {
	// Away from whole and half numbers, where the steps are.
	x := in{Shape: []int{rows, 4}, Values: []float64{-1.3, -0.2, 0.7, 1.9, 0.3}}
	y := in{Shape: []int{4}, Values: []float64{0.1, -0.8, 1.2, 1.4}}
	truth := in{Shape: []int{rows, 4}, DType: tensor.Bool}
	var cases []testCase
	for _, op := range []string{"Floor", "Ceil", "Round", "Rint", "Sign", "IsFinite", "IsInf", "IsNan"} {
		cases = append(cases, testCase{Name: "plain", Op: op, Inputs: []in{x}})
	}
	for _, op := range []string{"Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual"} {
		cases = append(cases, testCase{Name: "broadcast", Op: op, Inputs: []in{x, y}})
	}
	for _, op := range []string{"LogicalAnd", "LogicalOr"} {
		cases = append(cases, testCase{Name: "plain", Op: op, Inputs: []in{truth, truth}})
	}
	for _, op := range []string{"All", "Any"} {
		cases = append(cases, testCase{Name: "axis", Op: op, Inputs: []in{truth, rulestest.Vector(1)}})
	}
	for _, op := range []string{"ArgMax", "ArgMin"} {
		cases = append(cases, testCase{Name: "axis", Op: op, Inputs: []in{x, rulestest.Scalar(1)}})
	}
	return append(cases,
		testCase{Name: "plain", Op: "LogicalNot", Inputs: []in{truth}},
		testCase{Name: "plain", Op: "ApproximateEqual", Inputs: []in{x, x}})
}

func selectCases() []testCase {
	cond := func(shape ...int) in { return in{Shape: shape, DType: tensor.Bool} }
	v2 := func(name string, c, x, y in) testCase {
		return testCase{Name: name, Op: "SelectV2", Inputs: []in{c, x, y}}
	}
	v1 := func(name string, c, x, y in) testCase {
		return testCase{Name: name, Op: "Select", Inputs: []in{c, x, y}}
	}
	branch := v2("condition fixed", cond(rows, 3), of(rows, 3), of(3))
	branch.Wrt = []int{1, 2}
	return []testCase{branch,
		v2("equal", cond(rows, 3), of(rows, 3), of(rows, 3)),
		v2("scalar condition", cond(), of(rows, 3), of(rows, 3)),
		v2("scalar branch", cond(rows, 3), of(rows, 3), of()),
		v2("condition per row", cond(rows, 1), of(rows, 3), of(3)),
		v2("all broadcast", cond(rows, 1, 1), of(1, 2, 1), of(3)),
		v2("small branches", cond(rows, 3), of(1), of(1, 1)),
		v1("equal", cond(rows, 3), of(rows, 3), of(rows, 3)),
		v1("condition per row", cond(rows), of(rows, 3), of(rows, 3)),
		v1("scalar condition", cond(), of(rows, 3), of(rows, 3)),
	}
}

func constantCases() []testCase {
	var cases []testCase
	for _, op := range []string{"Shape", "Rank", "Size", "ZerosLike", "OnesLike"} {
		cases = append(cases, testCase{Name: "plain", Op: op, Inputs: []in{of(rows, 3)}})
	}
	return append(cases, testCase{Name: "all", Op: "ShapeN", Inputs: []in{of(rows, 3), of(2, 2)}, Output: rulestest.AllOutputs})
}
