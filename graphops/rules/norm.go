package rules

import (
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// normalizations are batch norm with fixed statistics, and softmax.
func normalizations() graphops.Registry {
	batchNorm := graphops.Rule{Kind: graphops.Linear, VJP: batchNormAdjoints, Refuse: func(n *graphops.Node) string {
		if n.Bool("is_training") {
			return "it is in training mode, where rows of a batch depend on each other (export the model in inference mode)"
		}
		return ""
	}}
	return graphops.Registry{
		"FusedBatchNorm":   batchNorm,
		"FusedBatchNormV2": batchNorm,
		"FusedBatchNormV3": batchNorm,
		"Softmax": {Kind: graphops.Normalize, Multiplier: softmaxMultiplier(false), VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				y, dy := c.Out(0), c.Grad(0)
				return c.Like(c.Mul(y, c.Sub(dy, c.Sum(c.Mul(dy, y), true, -1))), c.Node.Inputs[0])
			})
		}},
		"LogSoftmax": {Kind: graphops.Normalize, Multiplier: softmaxMultiplier(true), VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				dy := c.Grad(0)
				return c.Like(c.Sub(dy, c.Mul(c.Op("Exp", []output{c.Out(0)}), c.Sum(dy, true, -1))), c.Node.Inputs[0])
			})
		}},
	}
}

// batchNormAdjoints is for y = (x-mean) * scale / sqrt(variance+epsilon) +
// offset, all four given: linear in x. Statistics that vary with x would make
// it something else; nothing exports that in inference mode.
func batchNormAdjoints(c *context) []output {
	for i := 1; i < len(c.Node.Inputs); i++ {
		if c.Wants(i) {
			refuse(c, "its scale or statistics depend on the explained inputs (export the model in inference mode)")
			return nil
		}
	}
	return c.Adjoints(func() output {
		scale, variance := c.In(1), c.In(4)
		factor := c.Mul(scale, c.Op("Rsqrt", []output{c.Shift(variance, c.Node.Float("epsilon"))}))
		if format := c.Node.Str("data_format"); strings.HasPrefix(format, "NC") {
			shape := []int{-1}
			for range len(format) - 2 {
				shape = append(shape, 1)
			}
			factor = c.Op("Reshape", []output{factor, c.IntVector(shape...)})
		}
		dy := c.Grad(0)
		if dy.DType() != tensor.Float32 { // half inputs, float32 statistics
			factor = c.Op("Cast", []output{factor}, graphops.Type("DstT", dy.DType()))
		}
		return c.Like(c.Mul(dy, factor), c.Node.Inputs[0])
	})
}
