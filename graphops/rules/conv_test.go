package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestConvolutions(t *testing.T) { run(t, convCases()) }

func convCases() []testCase {
	var cases []testCase
	pairs := [][2]int{{1, 1}, {2, 2}, {2, 1}}
	for _, padding := range []string{"SAME", "VALID", "EXPLICIT"} {
		for _, s := range pairs {
			for _, d := range pairs {
				for _, size := range [][2]int{{5, 6}, {6, 5}} {
					if size[0] == 6 && d != pairs[0] {
						continue // both parities with each stride are enough
					}
					cases = append(cases, convCase("Conv2D", padding, s, d, []int{rows, size[0], size[1], 2}, []int{3, 2, 2, 2}))
				}
			}
		}
		// The depthwise kernel of a CPU wants equal strides and knows no dilation.
		for _, s := range pairs[:2] {
			for _, multiplier := range []int{1, 2} {
				cases = append(cases, convCase("DepthwiseConv2dNative", padding, s, pairs[0], []int{rows, 5, 6, 2}, []int{3, 2, 2, multiplier}))
			}
		}
	}
	one := convCase("Conv2D", "SAME", pairs[0], pairs[0], []int{rows, 3, 3, 3}, []int{1, 1, 3, 2})
	one.Name = "1x1"
	strided := convCase("Conv2D", "VALID", pairs[1], pairs[0], []int{rows, 5, 4, 2}, []int{1, 1, 2, 2})
	strided.Name = "1x1 strided"
	single := convCase("Conv2D", "SAME", pairs[0], pairs[0], []int{rows, 4, 4, 1}, []int{3, 3, 1, 2})
	single.Name, single.DType = "float32", tensor.Float32
	fixed := convCase("Conv2D", "SAME", pairs[0], pairs[0], []int{rows, 4, 4, 1}, []int{2, 2, 1, 2})
	fixed.Name, fixed.Wrt = "filter fixed", []int{0}
	return append(cases, one, strided, single, fixed,
		testCase{Name: "NHWC", Op: "BiasAdd", Inputs: []in{of(rows, 2, 2, 3), of(3)}},
		testCase{Name: "rank 2", Op: "BiasAdd", Inputs: []in{of(rows, 3), of(3)}},
		testCase{Name: "rank 3", Op: "BiasAdd", Inputs: []in{of(rows, 4, 3), of(3)}},
		testCase{Name: "NCHW", Op: "BiasAdd", Inputs: []in{of(rows, 3, 2, 2), of(3)}, Attrs: attrs(graphops.Str("data_format", "NCHW"))})
}

func convCase(op, padding string, stride, dilation [2]int, x, filter []int) testCase {
	c := testCase{
		Name:   fmt.Sprintf("%s strides %v dilations %v x %v filter %v", padding, stride, dilation, x[1:3], filter),
		Op:     op,
		Inputs: []in{{Shape: x}, {Shape: filter}},
		Attrs: attrs(graphops.Str("padding", padding), graphops.Ints("strides", []int{1, stride[0], stride[1], 1}),
			graphops.Ints("dilations", []int{1, dilation[0], dilation[1], 1})),
	}
	if padding == "EXPLICIT" {
		c.Attrs = append(c.Attrs, graphops.Ints("explicit_paddings", []int{0, 0, 1, 2, 0, 1, 0, 0}))
	}
	if dilation != [2]int{1, 1} {
		c.Needs = rulestest.Sizes
	}
	return c
}
