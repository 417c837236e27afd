package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestTransposedConvolutions(t *testing.T) { run(t, transposedCases()) }

func transposedCases() []testCase {
	var cases []testCase
	size := func(n int, stride, taps int, same bool) int { // of the convolution's output
		if same {
			return (n + stride - 1) / stride
		}
		return (n-taps)/stride + 1
	}
	for _, padding := range []string{"SAME", "VALID", "EXPLICIT"} {
		for _, stride := range [][2]int{{1, 1}, {2, 2}, {2, 1}} {
			h, w := size(5, stride[0], 3, padding == "SAME"), size(6, stride[1], 2, padding == "SAME")
			if padding == "EXPLICIT" { // 1+2 rows and 0+1 columns
				h, w = size(8, stride[0], 3, false), size(7, stride[1], 2, false)
			}
			of2D := func(op string, filter []int, channels int) testCase {
				c := testCase{Name: fmt.Sprintf("%s strides %v", padding, stride), Op: op,
					Inputs: []in{rulestest.Vector(2, 5, 6, 2), {Shape: filter}, of(2, h, w, channels)},
					Attrs:  attrs(graphops.Str("padding", padding), graphops.Ints("strides", []int{1, stride[0], stride[1], 1}))}
				if padding == "EXPLICIT" {
					c.Attrs = append(c.Attrs, graphops.Ints("explicit_paddings", []int{0, 0, 1, 2, 0, 1, 0, 0}))
				}
				return c
			}
			cases = append(cases, of2D("Conv2DBackpropInput", []int{3, 2, 2, 3}, 3))
			if stride[0] == stride[1] { // the depthwise kernel of a CPU wants equal strides
				cases = append(cases, of2D("DepthwiseConv2dNativeBackpropInput", []int{3, 2, 2, 2}, 4))
			}
			if padding == "EXPLICIT" {
				continue
			}
			d := size(4, stride[1], 2, padding == "SAME")
			deep := attrs(graphops.Str("padding", padding), graphops.Ints("strides", []int{1, stride[0], stride[1], stride[1], 1}))
			cases = append(cases,
				testCase{Name: fmt.Sprintf("%s strides %v", padding, stride), Op: "Conv3D", Attrs: deep,
					Inputs: []in{of(rows, 5, 6, 4, 2), of(3, 2, 2, 2, 1)}},
				testCase{Name: fmt.Sprintf("%s strides %v", padding, stride), Op: "Conv3DBackpropInputV2", Attrs: deep,
					Inputs: []in{rulestest.Vector(2, 5, 6, 4, 1), of(3, 2, 2, 1, 2), of(2, h, w, d, 2)}})
		}
	}
	ones, plain := graphops.Ints("strides", []int{1, 1, 1, 1, 1}), graphops.Str("padding", "VALID")
	volume := []in{of(rows, 3, 3, 3, 1), of(2, 2, 2, 1, 1)}
	return append(cases,
		testCase{Name: "float32", Op: "Conv3D", DType: tensor.Float32, Inputs: volume, Attrs: attrs(ones, plain)},
		testCase{Name: "filter fixed", Op: "Conv3D", Inputs: volume, Attrs: attrs(ones, plain), Wrt: []int{0}},
		testCase{Name: "dilated", Op: "Conv3D", Inputs: volume, Attrs: attrs(ones, plain, graphops.Ints("dilations", []int{1, 2, 2, 2, 1})), Refused: true},
		testCase{Name: "float32", Op: "Conv2DBackpropInput", DType: tensor.Float32, Inputs: []in{rulestest.Vector(2, 4, 4, 1), of(3, 3, 1, 2), of(2, 2, 2, 2)},
			Attrs: attrs(graphops.Str("padding", "SAME"), graphops.Ints("strides", []int{1, 2, 2, 1}))})
}
