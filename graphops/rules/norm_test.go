package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
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
	image, only := of(rows, 2, 2, 3), []int{0}
	for _, op := range []string{"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"} {
		training := norm("training", op, image, tensor.Float32, only, graphops.Bool("is_training", true))
		training.Refused = true
		varying := norm("scale varies", op, image, tensor.Float32, []int{0, 1})
		varying.Refused = true
		cases = append(cases, training, varying,
			norm("NHWC", op, image, tensor.Float32, only),
			norm("epsilon", op, image, tensor.Float32, only, graphops.Float("epsilon", 0.5)),
			norm("NCHW", op, of(rows, 3, 2, 2), tensor.Float32, only, graphops.Str("data_format", "NCHW")))
	}
	return append(cases,
		norm("half", "FusedBatchNormV3", image, tensor.Float16, only),
		norm("bfloat16", "FusedBatchNormV3", image, tensor.BFloat16, only))
}
