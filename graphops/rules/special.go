package rules

import (
	"math"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// specials are the less usual functions of one number in tf.math.
func specials() graphops.Registry {
	over := func(divisor func(c *context) output) graphops.Rule {
		return unary(func(c *context, dy output) output { return c.Div(dy, divisor(c)) })
	}
	root := func(c *context, x output) output { return c.Like(c.Op("Sqrt", []output{x}), c.In(0)) }
	// (1-x)(1+x) keeps the digits that 1-x*x loses near 1.
	inside := func(c *context) output { return c.Mul(c.Shift(c.Neg(c.In(0)), 1), c.Shift(c.In(0), 1)) }
	return graphops.Registry{
		"Tan":   unary(func(c *context, dy output) output { return c.Mul(dy, c.Shift(c.Square(c.Out(0)), 1)) }),
		"Asin":  over(func(c *context) output { return root(c, inside(c)) }),
		"Acos":  over(func(c *context) output { return c.Neg(root(c, inside(c))) }),
		"Atanh": over(inside),
		"Asinh": over(func(c *context) output { return c.Like(c.Op("Cosh", []output{c.Out(0)}), c.In(0)) }),
		"Acosh": over(func(c *context) output { return c.Like(c.Op("Sinh", []output{c.Out(0)}), c.In(0)) }),
		// The inverse of f has the slope 1/f'(y).
		"Erfinv": unary(func(c *context, dy output) output {
			return c.Mul(dy, c.Scale(c.Op("Exp", []output{c.Square(c.Out(0))}), math.Sqrt(math.Pi)/2))
		}),
		"Ndtri": unary(func(c *context, dy output) output {
			return c.Mul(dy, c.Scale(c.Op("Exp", []output{c.Scale(c.Square(c.Out(0)), 0.5)}), math.Sqrt(2*math.Pi)))
		}),
		"Lgamma": unary(func(c *context, dy output) output { return c.Mul(dy, c.Op("Digamma", []output{c.In(0)})) }),
		"Digamma": unary(func(c *context, dy output) output {
			return c.Mul(dy, c.Op("Polygamma", []output{c.Ones(c.In(0)), c.In(0)}))
		}),
	}
}
