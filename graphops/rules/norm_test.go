package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestNormalizations(t *testing.T) { run(t, normCases()) }

func normCases() []testCase {
	var cases []testCase
	for _, op := range []string{"Softmax", "LogSoftmax"} {
		cases = append(cases,
			testCase{Name: "rank 1", Op: op, Inputs: []in{of(4)}},
			testCase{Name: "rank 2", Op: op, Inputs: []in{of(rows, 4)}},
			testCase{Name: "rank 3", Op: op, Inputs: []in{of(rows, 3, 4)}},
			testCase{Name: "rank 4", Op: op, Inputs: []in{of(rows, 2, 2, 3)}},
			testCase{Name: "one class", Op: op, Inputs: []in{of(rows, 1)}},
			testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{of(rows, 4)}},
			testCase{Name: "saturated", Op: op, Inputs: []in{{Shape: []int{rows, 3}, Values: []float64{-400, 0, 400}}}})
	}
	channel := in{Shape: []int{3}, Low: 0.5, High: 2, DType: tensor.Float32}
	norm := func(name, op string, x in, dtype tensor.DType, wrt []int, a ...graphops.Attr) testCase {
		return testCase{Name: name, Op: op, DType: dtype, Wrt: wrt, Inputs: []in{x, channel, channel, channel, channel},
			Attrs: append(attrs(graphops.Bool("is_training", false)), a...)}
	}
	// Statistics of what is given: the vectors for them are empty.
	layerNorm := func(name, op string, x in, dtype tensor.DType, a ...graphops.Attr) testCase {
		scale := in{Shape: []int{x.Shape[1]}, Low: 0.5, High: 2, DType: tensor.Float32}
		empty := in{Shape: []int{0}, DType: tensor.Float32}
		return testCase{Name: name, Op: op, DType: dtype, Wrt: []int{0}, Needs: rulestest.Sizes, Inputs: []in{x, scale, scale, empty, empty},
			Attrs: append(attrs(graphops.Bool("is_training", true), graphops.Str("data_format", "NCHW")), a...)}
	}
	image, only := of(rows, 2, 2, 3), []int{0}
	for _, op := range []string{"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"} {
		training := norm("training", op, image, tensor.Float32, only, graphops.Bool("is_training", true))
		training.Refused = true
		varying := norm("scale varies", op, image, tensor.Float32, []int{0, 1})
		varying.Refused = true
		nchw := graphops.Str("data_format", "NCHW")
		batch := norm("training over rows, NCHW", op, of(rows, 3, 2, 2), tensor.Float32, only, graphops.Bool("is_training", true), nchw)
		batch.Refused = true
		cases = append(cases, training, varying, batch,
			layerNorm("layer norm of Keras 2", op, of(1, 4, 5, 1), tensor.Float32),
			layerNorm("layer norm, epsilon", op, of(1, 4, 5, 1), tensor.Float32, graphops.Float("epsilon", 0.5)),
			layerNorm("layer norm, two axes", op, of(1, 4, 3, 2), tensor.Float32),
			norm("NHWC", op, image, tensor.Float32, only),
			norm("epsilon", op, image, tensor.Float32, only, graphops.Float("epsilon", 0.5)),
			norm("NCHW", op, of(rows, 3, 2, 2), tensor.Float32, only, graphops.Str("data_format", "NCHW")))
	}
	return append(cases,
		layerNorm("layer norm, half", "FusedBatchNormV3", of(1, 4, 5, 1), tensor.Float16),
		norm("half", "FusedBatchNormV3", image, tensor.Float16, only),
		norm("bfloat16", "FusedBatchNormV3", image, tensor.BFloat16, only))
}
