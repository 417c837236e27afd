package rules

import (
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// quantizations round to a grid. Their gradient is TensorFlow's: that of the
// clipping alone, straight through the rounding.
func quantizations() graphops.Registry {
	grid := []string{"num_bits", "narrow_range"}
	straight := quantized(func(c *context) []output { return c.Adjoints(func() output { return c.Grad(0) }) })
	return graphops.Registry{
		"FakeQuantWithMinMaxArgs": quantized(func(c *context) []output {
			return c.Adjoints(func() output {
				attrs := append(copied(c, grid...), copied(c, "min", "max")...)
				return c.Like(c.Op("FakeQuantWithMinMaxArgsGradient", []output{c.Grad(0), c.In(0)}, attrs...), c.Node.Inputs[0])
			})
		}),
		"FakeQuantWithMinMaxVars":           quantized(ranged("FakeQuantWithMinMaxVarsGradient", grid...)),
		"FakeQuantWithMinMaxVarsPerChannel": quantized(ranged("FakeQuantWithMinMaxVarsPerChannelGradient", grid...)),
		"QuantizeAndDequantize":             straight,
		"QuantizeAndDequantizeV2":           straight,
		"QuantizeAndDequantizeV3":           straight,
		"QuantizeAndDequantizeV4":           quantized(ranged("QuantizeAndDequantizeV4Grad", "axis")),
	}
}

// ranged are the adjoints of x and the ends of the range, from TensorFlow's op
// for them.
func ranged(op string, attrs ...string) func(c *context) []output {
	return func(c *context) []output {
		g := c.Builder.Node(op, []output{c.Grad(0), c.In(0), c.In(1), c.In(2)}, copied(c, attrs...)...)
		if g == nil {
			return nil
		}
		side := func(i int) func() output {
			return func() output { return c.Like(output{Node: g, Index: i}, c.Node.Inputs[i]) }
		}
		return c.Adjoints(side(0), side(1), side(2))
	}
}

// quantized completes a rule: the multiplier is the quotient of differences,
// unless the elements depend on more than themselves.
func quantized(vjp func(c *context) []output) graphops.Rule {
	quotient := inTurn(vjp)
	return graphops.Rule{Kind: graphops.Unary, VJP: vjp, Note: "the gradient passes the rounding straight through; DeepLIFT: if the range is given and fixed", Multiplier: func(c *context) []output {
		if len(c.Node.Inputs) > 1 && (c.Wants(1) || c.Wants(2)) {
			refuse(c, "its range depends on the explained inputs")
			return nil
		}
		if strings.HasPrefix(c.Node.Op, "QuantizeAndDequantize") && !c.Node.Bool("range_given") {
			refuse(c, "its range is that of the tensor that it rounds")
			return nil
		}
		return quotient(c)
	}}
}
