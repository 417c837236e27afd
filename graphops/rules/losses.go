package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// losses and norms that come out of a model as numbers of their own.
func losses() graphops.Registry {
	return graphops.Registry{
		// Half the sum of squares.
		"L2Loss": {Kind: graphops.Bilinear, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return c.Like(c.Op("Mul", []output{c.Grad(0), c.In(0)}), c.Node.Inputs[0]) })
		}},
		"EuclideanNorm": {Kind: graphops.Normalize, Multiplier: normMultiplier, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				return c.Like(c.Mul(c.In(0), kept(c, c.Op("DivNoNan", []output{c.Grad(0), c.Out(0)}))), c.Node.Inputs[0])
			})
		}},
		"SoftmaxCrossEntropyWithLogits": {Kind: graphops.Normalize, Multiplier: crossEntropyMultiplier, VJP: func(c *context) []output {
			if !lossOnly(c) {
				return nil
			}
			dy := c.Op("ExpandDims", []output{c.Grad(0), c.IntScalar(1)})
			wide := output{Node: c.Node, Index: 1} // has the shape that both inputs are broadcast to
			return c.Adjoints(
				func() output { return c.SumTo(c.Op("Mul", []output{dy, c.Out(1)}), wide, c.Node.Inputs[0]) },
				func() output {
					log := c.Op("LogSoftmax", []output{c.In(0)})
					return c.SumTo(c.Neg(c.Op("Mul", []output{dy, log})), wide, c.Node.Inputs[1])
				})
		}},
		"SparseSoftmaxCrossEntropyWithLogits": {Kind: graphops.Normalize, Multiplier: sparseCrossEntropyMultiplier, VJP: func(c *context) []output {
			if !lossOnly(c) {
				return nil
			}
			return c.Adjoints(func() output {
				dy := c.Op("ExpandDims", []output{c.Grad(0), c.IntScalar(1)})
				return c.Like(c.Op("Mul", []output{dy, c.Out(1)}), c.Node.Inputs[0])
			})
		}},
	}
}

// normMultiplier: y-y0 = (y*y-y0*y0)/(y+y0), and y*y is a sum of squares.
func normMultiplier(c *context) []output {
	return c.Adjoints(func() output {
		share := c.Op("DivNoNan", []output{c.Grad(0), c.Add(c.Out(0), c.RefOut(0))})
		return c.Like(c.Mul(c.Add(c.In(0), c.RefIn(0)), kept(c, share)), c.Node.Inputs[0])
	})
}

// lossOnly refuses a use of the second output, which is the gradient of the
// first one.
func lossOnly(c *context) bool {
	if c.HasGrad(1) {
		refuse(c, "its second output, a gradient, is used")
		return false
	}
	return c.HasGrad(0)
}

// crossEntropyMultiplier is for -sum(labels * log softmax(x)): the half rule
// for the product and the closed form of the log softmax.
func crossEntropyMultiplier(c *context) []output {
	if !lossOnly(c) {
		return nil
	}
	x, x0, labels, labels0 := c.In(0), c.In(0), c.In(1), c.In(1)
	if c.Wants(0) {
		x0 = c.RefIn(0)
	}
	if c.Wants(1) {
		labels0 = c.RefIn(1)
	}
	log := func(o output) output { return c.Like(c.Op("LogSoftmax", []output{o}), o) }
	logy, logy0 := log(x), log(x0)
	wide := output{Node: c.Node, Index: 1}
	loss := func() output { return c.Neg(c.Op("ExpandDims", []output{c.Grad(0), c.IntScalar(1)})) }
	return c.Adjoints(
		func() output {
			m := c.Op("Mul", []output{loss(), c.Scale(c.Add(labels, labels0), 0.5)})
			m = c.SumTo(c.Op("BroadcastTo", []output{m, c.ShapeVector(wide)}), wide, c.Node.Inputs[0])
			return c.Like(logSoftmaxSplit(c, m, x, x0, logy, logy0), c.Node.Inputs[0])
		},
		func() output {
			m := c.Op("Mul", []output{loss(), c.Scale(c.Add(logy, logy0), 0.5)})
			return c.SumTo(c.Op("BroadcastTo", []output{m, c.ShapeVector(wide)}), wide, c.Node.Inputs[1])
		})
}

// sparseCrossEntropyMultiplier is for -log softmax(x) at the label.
func sparseCrossEntropyMultiplier(c *context) []output {
	if !lossOnly(c) {
		return nil
	}
	return c.Adjoints(func() output {
		x, x0 := c.In(0), c.RefIn(0)
		one, zero := c.ScalarLike(x, 1), c.ScalarLike(x, 0)
		hot := c.Op("OneHot", []output{c.In(1), sizeOf(c, c.Node.Inputs[0], 1, 2).scalar(c), one, zero})
		m := c.Like(c.Neg(c.Op("Mul", []output{hot, c.Op("ExpandDims", []output{c.Grad(0), c.IntScalar(1)})})), c.Node.Inputs[0])
		log := func(o output) output { return c.Like(c.Op("LogSoftmax", []output{o}), o) }
		return c.Like(logSoftmaxSplit(c, m, x, x0, log(x), log(x0)), c.Node.Inputs[0])
	})
}
