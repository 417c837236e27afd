package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestQuantizations(t *testing.T) { run(t, quantizeCases()) }

// The gradients are straight through the rounding, so each is given: 1 inside
// the range and 0 outside, what is outside belonging to the end of the range.
func quantizeCases() []testCase {
	x := in{Shape: []int{rows, 4}, Values: []float64{-3, -0.6, 0.7, 2.5}}
	low, high := in{Values: []float64{-1}}, in{Values: []float64{1}}
	inside := []float64{0, 1, 1, 0}
	perChannel := func(v ...float64) in { return in{Shape: []int{4}, Values: v} }
	narrow := attrs(graphops.Bool("narrow_range", true), graphops.Int("num_bits", 4))
	quantized := func(name, op string, in []in, want [][]float64, wrt []int, a ...graphops.Attr) testCase {
		return testCase{Name: name, Op: op, DType: tensor.Float32, Inputs: in, Want: want, Wrt: wrt, Attrs: a}
	}
	bounds := attrs(graphops.Float("min", -1), graphops.Float("max", 1))
	signed := graphops.Bool("range_given", true)
	fixed := []in{x, low, high}
	only := []int{0}
	fourth := quantized("range given", "QuantizeAndDequantizeV4", fixed, [][]float64{inside}, only, signed)
	return []testCase{fourth,
		quantized("bounds", "FakeQuantWithMinMaxArgs", []in{x}, [][]float64{inside}, nil, bounds...),
		quantized("narrow", "FakeQuantWithMinMaxArgs", []in{x}, [][]float64{inside}, nil, append(bounds, narrow...)...),
		quantized("range fixed", "FakeQuantWithMinMaxVars", fixed, [][]float64{inside}, only),
		quantized("narrow", "FakeQuantWithMinMaxVars", fixed, [][]float64{inside}, only, narrow...),
		quantized("range varies", "FakeQuantWithMinMaxVars", []in{{Shape: []int{4}, Values: x.Values}, low, high}, [][]float64{inside, {1}, {1}}, nil),
		quantized("range fixed", "FakeQuantWithMinMaxVarsPerChannel", []in{x, perChannel(-1), perChannel(1)}, [][]float64{inside}, only),
		quantized("range varies", "FakeQuantWithMinMaxVarsPerChannel", []in{{Shape: []int{2, 4}, Values: x.Values}, perChannel(-1), perChannel(1)},
			[][]float64{inside, {2, 0, 0, 0}, {0, 0, 0, 2}}, nil),
		quantized("range given", "QuantizeAndDequantize", []in{x}, [][]float64{{1}}, nil, signed, graphops.Float("input_min", -1), graphops.Float("input_max", 1)),
		quantized("range given", "QuantizeAndDequantizeV2", fixed, [][]float64{{1}}, only, signed),
		quantized("range found", "QuantizeAndDequantizeV2", fixed, [][]float64{{1}}, only),
		quantized("range given", "QuantizeAndDequantizeV3", append(append([]in{}, fixed...), rulestest.Scalar(8)), [][]float64{{1}}, only, signed),
	}
}
