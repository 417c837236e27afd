package rules_test

import (
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
	rulestest.Run(t, rules.ForEigen(), cases, rulestest.Options{})
}
