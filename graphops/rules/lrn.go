package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// localNormalization is y = x * s^-beta with s = bias + alpha * (the sum of the
// squares of the channels around).
func localNormalization() graphops.Registry {
	return graphops.Registry{"LRN": {Kind: graphops.Normalize, Multiplier: lrnMultiplier, VJP: func(c *context) []output {
		return c.Adjoints(func() output {
			return c.Like(c.Op("LRNGrad", []output{c.Grad(0), c.In(0), c.Out(0)}, copied(c, "depth_radius", "bias", "alpha", "beta")...), c.Node.Inputs[0])
		})
	}}}
}

// lrnMultiplier splits the product of x and g = s^-beta as for two varying
// sides; the difference of g is a quotient times that of s, whose part of a
// channel is alpha*(x+x0) times the channel's difference.
func lrnMultiplier(c *context) []output {
	n := c.Node
	beta, alpha := n.Float("beta"), n.Float("alpha")
	return c.Adjoints(func() output {
		m, x, x0 := c.Grad(0), c.In(0), c.RefIn(0)
		s, s0 := lrnSum(c, x), lrnSum(c, x0)
		power := func(s output, p float64) output { return c.Like(c.Op("Pow", []output{s, c.ScalarLike(s, p)}), s) }
		g, g0 := power(s, -beta), power(s0, -beta)
		ds := c.Sub(s, s0)
		quotient := c.Op("DivNoNan", []output{c.Sub(g, g0), ds})
		near := c.Op("Less", []output{c.Abs(ds), c.Mul(c.Abs(s), c.ScalarLike(s, graphops.NearZero(x.DType())))})
		slope := c.Op("SelectV2", []output{near, c.Scale(power(s, -beta-1), -beta), quotient})
		mean := c.Scale(c.Add(x, x0), 0.5)
		direct := c.Mul(m, c.Scale(c.Add(g, g0), 0.5))
		// A channel is in the windows of the channels that are in its own.
		around := lrnWindow(c, c.Mul(m, c.Mul(mean, slope)))
		return c.Like(c.Add(direct, c.Scale(c.Mul(mean, around), 2*alpha)), n.Inputs[0])
	})
}

// lrnSum is s.
func lrnSum(c *context, x output) output {
	return c.Shift(c.Scale(lrnWindow(c, c.Square(x)), c.Node.Float("alpha")), c.Node.Float("bias"))
}

// lrnWindow adds up the channels within depth_radius: a product with a matrix
// of ones in a band.
func lrnWindow(c *context, x output) output {
	depth, r := sizeOf(c, c.Node.Inputs[0], 3, 4), c.Node.Int("depth_radius")
	square := c.Op("Pack", []output{depth.scalar(c), depth.scalar(c)}, graphops.Int("axis", 0))
	ones := c.Op("Fill", []output{square, c.ScalarLike(x, 1)})
	band := c.Op("MatrixBandPart", []output{ones, bandWidth(c, depth, r), bandWidth(c, depth, r)})
	return c.ReshapeLike(c.Op("MatMul", []output{shaped(c, x, rest(), depth), band}), x)
}

// bandWidth is r, or all of a matrix that is smaller.
func bandWidth(c *context, depth size, r int) output {
	return c.Op("Minimum", []output{depth.scalar(c), c.IntScalar(r)})
}
