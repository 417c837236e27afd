package rules

// softmaxMultiplier splits the difference of a softmax, or of its logarithm,
// over its inputs in closed form, exact for differences of any size.
//
// With L = logsumexp(x), y = exp(x-L) and M(a,b) = (a-b)/(log a - log b) the
// logarithmic mean: the difference of y_i is kappa_i times that of x_i - L,
// with kappa_i = M(y_i, y0_i), and the difference of L is the sum of w_j times
// that of x_j, with w_j = M(e^x_j, e^x0_j) / M(e^L, e^L0). All means are taken
// as logarithms, so nothing overflows.
func softmaxMultiplier(logarithm bool) func(c *context) []output {
	return func(c *context) []output {
		return c.Adjoints(func() output {
			m, x, x0 := c.Grad(0), c.In(0), c.RefIn(0)
			logy, logy0 := c.Out(0), c.RefOut(0)
			if !logarithm {
				logy, logy0 = c.Op("LogSoftmax", []output{x}), c.Op("LogSoftmax", []output{x0})
				c.Like(logy, x)
				c.Like(logy0, x0)
				m = c.Mul(m, c.Op("Exp", []output{logMean(c, logy, logy0)}))
			}
			return c.Like(logSoftmaxSplit(c, m, x, x0, logy, logy0), c.Node.Inputs[0])
		})
	}
}

// logSoftmaxSplit are the multipliers of x for the multipliers m of its log
// softmax.
func logSoftmaxSplit(c *context, m, x, x0, logy, logy0 output) output {
	logw := c.Sub(logMean(c, x, x0), logMean(c, logSumExp(c, x, logy), logSumExp(c, x0, logy0)))
	return c.Sub(m, c.Mul(c.Op("Exp", []output{logw}), c.Sum(m, true, -1)))
}

// logSumExp is L = x_i - log softmax(x)_i for any i; the largest is the most
// accurate.
func logSumExp(c *context, x, logSoftmax output) output {
	largest := func(o output) output { return c.Op("Max", []output{o, c.IntVector(-1)}, keepDims()) }
	return c.Sub(largest(x), largest(logSoftmax))
}

// logMean is the logarithm of the logarithmic mean of e^a and e^b:
// max(a,b) + log((1-e^-d)/d) with d = |a-b|. Below d = 1e-3 the second term is
// -d/2 + d*d/24; the next term, d^4/2880, is far below float precision there.
func logMean(c *context, a, b output) output {
	const series = 1e-3
	d := c.Abs(c.Sub(a, b))
	small := c.Op("Less", []output{d, c.ScalarLike(d, series)})
	safe := c.Op("Maximum", []output{d, c.ScalarLike(d, series)})
	exact := c.Op("Log", []output{c.Div(c.Neg(c.Op("Expm1", []output{c.Neg(safe)})), safe)})
	short := c.Mul(d, c.Shift(c.Scale(d, 1.0/24), -0.5))
	return c.Add(c.Op("Maximum", []output{a, b}), c.Op("SelectV2", []output{small, short, exact}))
}
