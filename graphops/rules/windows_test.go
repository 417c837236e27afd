package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestWindows(t *testing.T) { run(t, windowCases()) }

func windowCases() []testCase {
	var cases []testCase
	volume, image := in{Shape: []int{rows, 4, 5, 3, 2}, Distinct: true}, in{Shape: []int{rows, 5, 4, 2}, Distinct: true}
	for _, padding := range []string{"SAME", "VALID"} {
		p := graphops.Str("padding", padding)
		for _, w := range [][2]int{{2, 2}, {3, 2}, {2, 1}, {1, 1}} {
			name := fmt.Sprintf("%s %d by %d", padding, w[0], w[1])
			for _, op := range []string{"MaxPool3D", "AvgPool3D"} { // no float64 kernel
				cases = append(cases, testCase{Name: name, Op: op, DType: tensor.Float32, Inputs: []in{volume},
					Attrs: attrs(p, graphops.Ints("ksize", []int{1, w[0], 2, w[0], 1}), graphops.Ints("strides", []int{1, w[1], 1, w[1], 1}))})
			}
			cases = append(cases, testCase{Name: name, Op: "MaxPoolWithArgmax", Inputs: []in{image},
				Attrs: attrs(p, graphops.Ints("ksize", []int{1, w[0], 2, 1}), graphops.Ints("strides", []int{1, w[1], 1, 1}))})
			for _, rate := range []int{1, 2} {
				a := attrs(p, graphops.Ints("strides", []int{1, w[1], 1, 1}), graphops.Ints("rates", []int{1, rate, 1, 1}))
				name := fmt.Sprintf("%s rate %d", name, rate)
				cases = append(cases,
					testCase{Name: name, Op: "Dilation2D", Inputs: []in{image, of(w[0], 2, 2)}, Attrs: a},
					testCase{Name: name + " filter fixed", Op: "Dilation2D", Inputs: []in{image, of(w[0], 2, 2)}, Attrs: a, Wrt: []int{0}},
					testCase{Name: name, Op: "ExtractImagePatches", Inputs: []in{image}, Attrs: append(a, graphops.Ints("ksizes", []int{1, w[0], 2, 1}))})
			}
		}
	}
	two, same := []int{1, 2, 2, 1}, graphops.Str("padding", "SAME")
	pool := attrs(graphops.Ints("ksize", two), graphops.Ints("strides", two), same)
	return append(cases,
		testCase{Name: "ties", Op: "MaxPool3D", DType: tensor.Float32, Inputs: []in{{Shape: []int{rows, 2, 2, 2, 1}, Values: []float64{-1, 0, 0, -1, 0, 0, -1, 0}}},
			Attrs: attrs(graphops.Ints("ksize", []int{1, 2, 2, 2, 1}), graphops.Ints("strides", []int{1, 1, 1, 1, 1}), graphops.Str("padding", "VALID")),
			Want:  [][]float64{{0, 1, 0, 0, 0, 0, 0, 0}}},
		testCase{Name: "small numbers", Op: "MaxPool3D", DType: tensor.Float32, Inputs: []in{{Shape: []int{rows, 2, 2, 2, 1}, Values: []float64{1e-6, 2e-6, 3e-6, 4e-6, 5e-6, 6e-6, 9e-6, 8e-6}}},
			Attrs: attrs(graphops.Ints("ksize", []int{1, 2, 2, 2, 1}), graphops.Ints("strides", []int{1, 2, 2, 2, 1}), graphops.Str("padding", "SAME")),
			Want:  [][]float64{{0, 0, 0, 0, 0, 0, 1, 0}}},
		testCase{Name: "where", Op: "MaxPoolWithArgmax", Inputs: []in{image}, Attrs: pool, Output: 1, SameChoice: true},
		testCase{Name: "numbered over the batch", Op: "MaxPoolWithArgmax", Inputs: []in{image}, Attrs: append(pool, graphops.Bool("include_batch_in_index", true))},
		testCase{Name: "float32", Op: "ExtractImagePatches", DType: tensor.Float32, Inputs: []in{image},
			Attrs: attrs(graphops.Ints("ksizes", two), graphops.Ints("strides", two), graphops.Ints("rates", []int{1, 1, 1, 1}), same)})
}
