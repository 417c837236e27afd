package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestImages(t *testing.T) { run(t, imageCases()) }

func imageCases() []testCase {
	var cases []testCase
	for _, op := range []string{"ResizeBilinear", "ResizeBicubic", "ResizeNearestNeighbor"} {
		for _, to := range [][]int{{6, 8}, {3, 2}, {4, 5}, {1, 1}, {7, 3}} {
			for _, how := range [][2]bool{{false, false}, {true, false}, {false, true}} {
				cases = append(cases, testCase{Name: fmt.Sprintf("to %v align %t half %t", to, how[0], how[1]), Op: op,
					Inputs: []in{of(rows, 4, 5, 2), rulestest.Vector(to...)},
					Attrs:  attrs(graphops.Bool("align_corners", how[0]), graphops.Bool("half_pixel_centers", how[1]))})
			}
		}
		cases = append(cases, testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{of(rows, 3, 3, 1), rulestest.Vector(5, 2)}})
	}
	pair := func(a, b float64) in { return in{Shape: []int{2}, Values: []float64{a, b}, DType: tensor.Float32} }
	for _, kernel := range []string{"triangle", "lanczos3", "box"} {
		for _, antialias := range []bool{false, true} {
			a := attrs(graphops.Str("kernel_type", kernel), graphops.Bool("antialias", antialias))
			cases = append(cases, testCase{Name: fmt.Sprintf("%s antialias %t", kernel, antialias), Op: "ScaleAndTranslate", Attrs: a, Wrt: []int{0},
				Inputs: []in{of(rows, 4, 5, 2), rulestest.Vector(3, 7), pair(0.7, 1.5), pair(0.4, -0.6)}})
		}
	}
	boxes := in{Shape: []int{3, 4}, Values: []float64{0.1, 0.2, 0.7, 0.9, 0.8, 0, 0.1, 1.1, -0.3, -0.2, 0.5, 0.6}, DType: tensor.Float32}
	crop := func(name string, wrt []int, a ...graphops.Attr) testCase {
		return testCase{Name: name, Op: "CropAndResize", Inputs: []in{of(rows, 4, 5, 2), boxes, rulestest.Vector(0, 0, 0), rulestest.Vector(3, 2)}, Attrs: a, Wrt: wrt}
	}
	moved := crop("boxes vary", []int{0, 1})
	moved.Refused = true
	return append(cases, moved,
		crop("bilinear", []int{0}),
		crop("nearest", []int{0}, graphops.Str("method", "nearest")),
		crop("extrapolated", []int{0}, graphops.Float("extrapolation_value", 3)),
		testCase{Name: "scale varies", Op: "ScaleAndTranslate", Inputs: []in{of(rows, 4, 5, 2), rulestest.Vector(3, 7), pair(0.7, 1.5), pair(0, 0)}, Refused: true})
}
