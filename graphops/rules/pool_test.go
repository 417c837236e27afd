package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestPools(t *testing.T) { run(t, poolCases()) }

func poolCases() []testCase {
	var cases []testCase
	x := in{Shape: []int{rows, 5, 4, 2}, Distinct: true}
	windows := []struct{ size, stride [2]int }{
		{[2]int{2, 2}, [2]int{2, 2}},
		{[2]int{3, 3}, [2]int{2, 2}}, // overlapping
		{[2]int{3, 2}, [2]int{1, 1}},
		{[2]int{2, 3}, [2]int{2, 1}},
		{[2]int{1, 1}, [2]int{1, 1}},
	}
	for _, w := range windows {
		size, stride := []int{1, w.size[0], w.size[1], 1}, []int{1, w.stride[0], w.stride[1], 1}
		for _, padding := range []string{"SAME", "VALID"} {
			name := fmt.Sprintf("%s %v by %v", padding, w.size, w.stride)
			p := graphops.Str("padding", padding)
			for _, op := range []string{"MaxPool", "AvgPool"} {
				cases = append(cases, testCase{Name: name, Op: op, Inputs: []in{x},
					Attrs: attrs(graphops.Ints("ksize", size), graphops.Ints("strides", stride), p)})
			}
			cases = append(cases, testCase{Name: name, Op: "MaxPoolV2", Inputs: []in{x, rulestest.Vector(size...), rulestest.Vector(stride...)}, Attrs: attrs(p)})
		}
	}
	three := graphops.Ints("ksize", []int{1, 3, 3, 1})
	two := graphops.Ints("strides", []int{1, 2, 2, 1})
	return append(cases,
		testCase{Name: "EXPLICIT", Op: "MaxPool", Inputs: []in{x}, Attrs: attrs(three, two, graphops.Str("padding", "EXPLICIT"),
			graphops.Ints("explicit_paddings", []int{0, 0, 1, 2, 0, 1, 0, 0}))},
		testCase{Name: "float32", Op: "MaxPool", DType: tensor.Float32, Inputs: []in{x}, Attrs: attrs(three, two, graphops.Str("padding", "SAME"))},
		testCase{Name: "float32", Op: "AvgPool", DType: tensor.Float32, Inputs: []in{x}, Attrs: attrs(three, two, graphops.Str("padding", "SAME"))})
}
