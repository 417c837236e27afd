package rules

import (
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// A fused batch norm with fixed statistics is linear. In training mode it takes
// mean and variance from what it is given, over all axes but the channels. Keras
// 2 writes LayerNormalization that way, as a batch of one whose channels are the
// rows: [1, rows, features, 1], NCHW. Over a batch of rows it would let them
// depend on each other, which no model that is meant to answer does.
func batchNorm() graphops.Rule {
	return graphops.Rule{
		Kind: graphops.Linear,
		Note: "training mode over a batch of one",
		VJP: func(c *context) []output {
			if c.Node.Bool("is_training") {
				return trainingNorm(c, trainingNormAdjoint)
			}
			return batchNormAdjoints(c)
		},
		Multiplier: func(c *context) []output {
			if c.Node.Bool("is_training") {
				return trainingNorm(c, trainingNormMultiplier)
			}
			return batchNormAdjoints(c)
		},
		Refuse: func(n *graphops.Node) string {
			x := n.Inputs[0].Shape()
			if n.Bool("is_training") && !(x.KnownRank && x.Dims[0] == (graphops.Dim{Size: 1}) && strings.HasPrefix(n.Str("data_format"), "NC")) {
				return "it is in training mode, where rows of a batch depend on each other (export the model in inference mode)"
			}
			return ""
		},
	}
}

// batchNormAdjoints is for y = (x-mean) * scale / sqrt(variance+epsilon) +
// offset, all four given: linear in x.
func batchNormAdjoints(c *context) []output {
	if !onlyInputVaries(c) {
		return nil
	}
	return c.Adjoints(func() output {
		scale, variance := c.In(1), c.In(4)
		factor := perChannel(c, c.Mul(scale, c.Op("Rsqrt", []output{c.Shift(variance, c.Node.Float("epsilon"))})))
		dy := c.Grad(0)
		return c.Like(c.Mul(dy, c.Cast(factor, dy.DType())), c.Node.Inputs[0])
	})
}

// onlyInputVaries refuses a scale or statistics that vary with what is
// explained: nothing exports that in inference mode.
func onlyInputVaries(c *context) bool {
	for i := 1; i < len(c.Node.Inputs); i++ {
		if c.Wants(i) {
			refuse(c, "its scale or statistics depend on the explained inputs (export the model in inference mode)")
			return false
		}
	}
	return true
}

// perChannel lets a vector of the channels broadcast to the input.
func perChannel(c *context, v output) output {
	format := c.Node.Str("data_format")
	if !strings.HasPrefix(format, "NC") {
		return v
	}
	shape := []int{-1}
	for range len(format) - 2 {
		shape = append(shape, 1)
	}
	return c.Op("Reshape", []output{v, c.IntVector(shape...)})
}

// centered is an input less its mean over each channel, and 1/sqrt(variance +
// epsilon) of the channel.
type centered struct{ c, r output }

// trainingNorm is for y = scale * c * r + offset. Statistics are float32, as the
// kernel's, whatever the type of x.
func trainingNorm(c *context, back func(c *context, g output, mean func(output) output, center func(output) centered) output) []output {
	if !onlyInputVaries(c) {
		return nil
	}
	for i := 1; i < len(c.Node.Outputs); i++ {
		if c.HasGrad(i) {
			refuse(c, "its statistics are used beside its result")
			return nil
		}
	}
	axes := []int{0}
	for i := range len(c.Node.Str("data_format")) - 2 {
		axes = append(axes, i+2)
	}
	mean := func(x output) output { return c.Op("Mean", []output{x, c.IntVector(axes...)}, keepDims()) }
	center := func(x output) centered {
		x = c.Cast(x, tensor.Float32)
		d := c.Sub(x, mean(x))
		return centered{d, c.Op("Rsqrt", []output{c.Shift(mean(c.Square(d)), c.Node.Float("epsilon"))})}
	}
	return c.Adjoints(func() output {
		g := c.Mul(c.Cast(c.Grad(0), tensor.Float32), perChannel(c, c.In(1)))
		x := c.Node.Inputs[0]
		return c.Like(c.Cast(back(c, g, mean, center), x.DType()), x)
	})
}

func trainingNormAdjoint(c *context, g output, mean func(output) output, center func(output) centered) output {
	x := center(c.In(0))
	along := c.Mul(x.c, c.Mul(c.Square(x.r), mean(c.Mul(g, x.c))))
	return c.Mul(x.r, c.Sub(c.Sub(g, mean(g)), along))
}

// trainingNormMultiplier splits y - y0 with half rules: of the product c*r, with
// (r-r0)/(v-v0) = -(r*r0)^2/(r+r0) for r = 1/sqrt(v+epsilon), and of the squares
// in v = mean(c*c). Together they account for all of it, without a quotient that
// could be 0/0.
func trainingNormMultiplier(c *context, g output, mean func(output) output, center func(output) centered) output {
	x, x0 := center(c.In(0)), center(c.RefIn(0))
	sum, sums := c.Add(x.c, x0.c), c.Add(x.r, x0.r)
	ofCenter := c.Scale(c.Mul(g, sums), 0.5)
	ofVariance := c.Div(c.Mul(c.Scale(mean(c.Mul(g, sum)), -0.5), c.Square(c.Mul(x.r, x0.r))), sums)
	m := c.Add(ofCenter, c.Mul(ofVariance, sum))
	return c.Sub(m, mean(m))
}
