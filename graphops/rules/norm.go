package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// normalizations are batch norm and softmax.
func normalizations() graphops.Registry {
	return graphops.Registry{
		"FusedBatchNorm":   batchNorm(),
		"FusedBatchNormV2": batchNorm(),
		"FusedBatchNormV3": batchNorm(),
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
