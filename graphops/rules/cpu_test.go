package rules_test

import (
	"slices"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
)

// The cases of convolutions and products, and some with as many channels and
// numbers as the other way needs.
func TestForEigen(t *testing.T) {
	one, two := [2]int{1, 1}, [2]int{2, 2}
	cases := convCases()
	for _, padding := range []string{"SAME", "VALID", "EXPLICIT"} {
		cases = append(cases,
			convCase("Conv2D", padding, one, one, []int{rows, 4, 3, 16}, []int{3, 2, 16, 2}),
			convCase("Conv2D", padding, one, one, []int{rows, 3, 4, 17}, []int{2, 3, 17, 1}),
			convCase("Conv2D", padding, two, one, []int{rows, 4, 3, 16}, []int{3, 2, 16, 2}),
			convCase("Conv2D", padding, one, [2]int{2, 1}, []int{rows, 5, 3, 16}, []int{3, 2, 16, 2}))
	}
	wide := convCase("Conv2D", "EXPLICIT", one, one, []int{rows, 3, 3, 16}, []int{2, 2, 16, 1}) // pads more than its filter reaches
	wide.Name = "wide " + wide.Name
	cases = append(cases, wide)
	for _, transposed := range []bool{false, true} {
		c := testCase{Name: "large", Op: "MatMul", Inputs: []in{of(rows, 512), of(512, 256)}, Wrt: []int{0},
			Attrs: attrs(graphops.Bool("transpose_b", transposed))}
		if transposed {
			c.Name, c.Inputs[1] = "large transposed", of(256, 512)
		}
		cases = append(cases, c)
	}
	rulestest.Run(t, rules.ForEigen(), slices.Concat(cases, phaseCases()), rulestest.Options{})
}

func TestForOneDNN(t *testing.T) {
	rulestest.Run(t, rules.ForOneDNN(), slices.Concat(convCases(), phaseCases()), rulestest.Options{})
}

// phaseCases have filters and steps large enough to go phase by phase.
func phaseCases() []testCase {
	var cases []testCase
	for _, padding := range []string{"SAME", "VALID", "EXPLICIT"} {
		for _, step := range [][2]int{{2, 2}, {3, 3}, {7, 7}, {2, 3}} {
			for _, size := range [][2]int{{14, 15}, {17, 16}} {
				cases = append(cases, convCase("Conv2D", padding, step, [2]int{1, 1}, []int{rows, size[0], size[1], 2}, []int{7, 8, 2, 2}))
			}
		}
	}
	return cases
}
