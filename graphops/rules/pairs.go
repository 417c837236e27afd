package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// pairs are the less usual functions of two or three numbers in tf.math.
func pairs() graphops.Registry {
	r := graphops.Registry{
		"DivNoNan": binary(graphops.Quotient,
			func(c *context, dy output) output { return c.Op("DivNoNan", []output{dy, c.In(1)}) },
			func(c *context, dy output) output {
				once := c.Op("DivNoNan", []output{c.Neg(c.In(0)), c.In(1)})
				return c.Mul(dy, c.Op("DivNoNan", []output{once, c.In(1)}))
			}),
		// 0 where the second is 0, whatever the first.
		"MulNoNan": binary(graphops.Bilinear,
			func(c *context, dy output) output { return c.Op("MulNoNan", []output{dy, c.In(1)}) },
			func(c *context, dy output) output { return c.Op("MulNoNan", []output{c.In(0), dy}) }),
		// These are 0 at x = 0 whatever y is, and TensorFlow takes their slope to
		// be 0 there, too.
		"Xlogy":   productOf("Xlogy", 0),
		"Xlog1py": productOf("Xlog1py", 1),
		"Xdivy": binary(graphops.Quotient,
			func(c *context, dy output) output { return c.Mul(dy, c.Op("Xdivy", []output{notZero(c), c.In(1)})) },
			func(c *context, dy output) output {
				return c.Mul(dy, c.Op("Xdivy", []output{c.Op("Xdivy", []output{c.Neg(c.In(0)), c.In(1)}), c.In(1)}))
			}),
		"Atan2": binary(graphops.Normalize,
			func(c *context, dy output) output {
				return c.Mul(dy, c.Div(c.In(1), c.Add(c.Square(c.In(0)), c.Square(c.In(1)))))
			},
			func(c *context, dy output) output {
				return c.Neg(c.Mul(dy, c.Div(c.In(0), c.Add(c.Square(c.In(0)), c.Square(c.In(1))))))
			}),
		"ClipByValue": {Kind: graphops.Normalize, VJP: clipAdjoints},
		"FloorDiv":    {Kind: graphops.Discrete},
		"TruncateDiv": {Kind: graphops.Discrete},
	}
	for _, op := range []string{"FloorMod", "Mod", "TruncateMod"} {
		r[op] = binary(graphops.Normalize, pass, func(c *context, dy output) output {
			whole := c.Op("Rint", []output{c.Div(c.Sub(c.In(0), c.Out(0)), c.In(1))}) // a = whole*b + rest
			return c.Neg(c.Mul(dy, whole))
		})
	}
	for op, rule := range r {
		rule.Multiplier = inTurn(rule.VJP)
		r[op] = rule
	}
	return r
}

// productOf is the rule of x * log(y + shift).
func productOf(op string, shift float64) graphops.Rule {
	return binary(graphops.Quotient,
		func(c *context, dy output) output { return c.Mul(dy, c.Op(op, []output{notZero(c), c.In(1)})) },
		func(c *context, dy output) output {
			divisor := c.In(1)
			if shift != 0 {
				divisor = c.Shift(divisor, shift)
			}
			return c.Mul(dy, c.Op("Xdivy", []output{c.In(0), divisor}))
		})
}

// notZero is 1 where the first input is not 0.
func notZero(c *context) output {
	x := c.In(0)
	return asType(c, c.Op("NotEqual", []output{x, c.ScalarLike(c.Node.Inputs[0], 0)}), c.Node.Inputs[0].DType())
}

// clipAdjoints sends what is not clipped to x and the rest to the bound that
// clips it.
func clipAdjoints(c *context) []output {
	x, dy := c.In(0), c.Grad(0)
	beyond := func(op string, bound int) output {
		return c.Like(c.Op(op, []output{x, c.In(bound)}), c.Node.Inputs[0])
	}
	only := func(op string, bound int) func() output {
		return func() output {
			return c.SumTo(c.Where(beyond(op, bound), dy, c.Zeros(dy)), output{Node: c.Node}, c.Node.Inputs[bound])
		}
	}
	return c.Adjoints(
		func() output {
			out := c.Op("LogicalOr", []output{beyond("Less", 1), beyond("Greater", 2)})
			return c.Like(c.Where(c.Like(out, dy), c.Zeros(dy), dy), c.Node.Inputs[0])
		},
		only("Less", 1), only("Greater", 2))
}
