package rules

import (
	"math"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// elementwise are the functions of one number in tf.math.
func elementwise() graphops.Registry {
	return graphops.Registry{
		"Neg":        {Kind: graphops.Linear, VJP: func(c *context) []output { return c.Adjoints(func() output { return c.Neg(c.Grad(0)) }) }},
		"Exp":        unary(func(c *context, dy output) output { return c.Mul(dy, c.Out(0)) }),
		"Expm1":      unary(func(c *context, dy output) output { return c.Mul(dy, c.Shift(c.Out(0), 1)) }),
		"Log":        unary(func(c *context, dy output) output { return c.Div(dy, c.In(0)) }),
		"Log1p":      unary(func(c *context, dy output) output { return c.Div(dy, c.Shift(c.In(0), 1)) }),
		"Sqrt":       unary(func(c *context, dy output) output { return c.Op("SqrtGrad", []output{c.Out(0), dy}) }),
		"Rsqrt":      unary(func(c *context, dy output) output { return c.Op("RsqrtGrad", []output{c.Out(0), dy}) }),
		"Reciprocal": unary(reciprocalGrad),
		"Inv":        unary(reciprocalGrad),
		"Square":     unary(func(c *context, dy output) output { return c.Mul(dy, c.Scale(c.In(0), 2)) }),
		"Abs":        unary(func(c *context, dy output) output { return c.Mul(dy, c.Op("Sign", []output{c.In(0)})) }),
		"Erf":        unary(func(c *context, dy output) output { return c.Mul(dy, erfSlope(c, 1)) }),
		"Erfc":       unary(func(c *context, dy output) output { return c.Mul(dy, erfSlope(c, -1)) }),
		"Sin":        unary(func(c *context, dy output) output { return c.Mul(dy, c.Op("Cos", []output{c.In(0)})) }),
		"Cos":        unary(func(c *context, dy output) output { return c.Neg(c.Mul(dy, c.Op("Sin", []output{c.In(0)}))) }),
		"Sinh":       unary(func(c *context, dy output) output { return c.Mul(dy, c.Op("Cosh", []output{c.In(0)})) }),
		"Cosh":       unary(func(c *context, dy output) output { return c.Mul(dy, c.Op("Sinh", []output{c.In(0)})) }),
		"Atan": unary(func(c *context, dy output) output {
			return c.Div(dy, c.Shift(c.Square(c.In(0)), 1))
		}),
	}
}

func reciprocalGrad(c *context, dy output) output {
	return c.Neg(c.Mul(dy, c.Square(c.Out(0))))
}

// erfSlope is sign * 2/sqrt(pi) * exp(-x*x), the derivative of erf.
func erfSlope(c *context, sign float64) output {
	e := c.Op("Exp", []output{c.Neg(c.Square(c.In(0)))})
	return c.Scale(e, sign*2/math.Sqrt(math.Pi))
}
