package rules

import (
	"math"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// bessels are Bessel functions and other integrals in tf.math.special. The
// derivatives are those of the NIST Digital Library of Mathematical Functions,
// chapters 6, 7, 8, 10 and 25.
func bessels() graphops.Registry {
	of := func(slope func(c *context, x, y output) output) graphops.Rule {
		return unary(func(c *context, dy output) output { return c.Mul(dy, slope(c, c.In(0), c.Out(0))) })
	}
	f := func(c *context, op string, x output) output { return c.Like(c.Op(op, []output{x}), x) }
	// first is b - y/x, and at 0, where it has no value, one half.
	first := func(c *context, b, x, y output) output {
		zero := c.Like(c.Op("Equal", []output{x, c.ScalarLike(x, 0)}), x)
		safe := c.Where(zero, c.Ones(x), x)
		return c.Where(zero, c.Scale(c.Ones(x), 0.5), c.Sub(b, c.Div(y, safe)))
	}
	return graphops.Registry{
		"BesselI0": of(func(c *context, x, _ output) output { return f(c, "BesselI1", x) }),
		"BesselI1": of(func(c *context, x, y output) output { return first(c, f(c, "BesselI0", x), x, y) }),
		"BesselI0e": of(func(c *context, x, y output) output {
			return c.Sub(f(c, "BesselI1e", x), c.Mul(f(c, "Sign", x), y))
		}),
		"BesselI1e": of(func(c *context, x, y output) output {
			return c.Sub(first(c, f(c, "BesselI0e", x), x, y), c.Mul(f(c, "Sign", x), y))
		}),
		"BesselJ0":  of(func(c *context, x, _ output) output { return c.Neg(f(c, "BesselJ1", x)) }),
		"BesselJ1":  of(func(c *context, x, y output) output { return first(c, f(c, "BesselJ0", x), x, y) }),
		"BesselY0":  of(func(c *context, x, _ output) output { return c.Neg(f(c, "BesselY1", x)) }),
		"BesselY1":  of(func(c *context, x, y output) output { return c.Sub(f(c, "BesselY0", x), c.Div(y, x)) }),
		"BesselK0":  of(func(c *context, x, _ output) output { return c.Neg(f(c, "BesselK1", x)) }),
		"BesselK1":  of(func(c *context, x, y output) output { return c.Neg(c.Add(f(c, "BesselK0", x), c.Div(y, x))) }),
		"BesselK0e": of(func(c *context, x, y output) output { return c.Sub(y, f(c, "BesselK1e", x)) }),
		"BesselK1e": of(func(c *context, x, y output) output {
			return c.Sub(c.Sub(y, c.Div(y, x)), f(c, "BesselK0e", x))
		}),
		"Dawsn":  of(func(c *context, x, y output) output { return c.Shift(c.Scale(c.Mul(x, y), -2), 1) }),
		"Expint": of(func(c *context, x, _ output) output { return c.Div(f(c, "Exp", x), x) }),
		"FresnelCos": of(func(c *context, x, _ output) output {
			return f(c, "Cos", c.Scale(c.Square(x), math.Pi/2))
		}),
		"FresnelSin": of(func(c *context, x, _ output) output {
			return f(c, "Sin", c.Scale(c.Square(x), math.Pi/2))
		}),
		// The dilogarithm of 1-x: log(x)/(1-x), -1 at 1.
		"Spence": of(func(c *context, x, _ output) output {
			one := c.Like(c.Op("Equal", []output{x, c.ScalarLike(x, 1)}), x)
			safe := c.Where(one, c.Scale(c.Ones(x), 2), x)
			return c.Where(one, c.Neg(c.Ones(x)), c.Div(f(c, "Log", safe), c.Shift(c.Neg(safe), 1)))
		}),
	}
}

// parametric are functions of a number and parameters. TensorFlow knows the
// slope in a parameter of some only.
func parametric() graphops.Registry {
	unknown := func(parameter string) func(c *context, dy output) output {
		return func(c *context, dy output) output {
			refuse(c, "its slope in "+parameter+", which depends on the explained inputs, has no formula")
			return c.Zeros(dy)
		}
	}
	log := func(c *context, op string, x output) output { return c.Op(op, []output{x}) }
	// The slope in x is exp(-x) x^(a-1) / gamma(a).
	gamma := func(sign float64) graphops.Rule {
		return binary(graphops.Normalize,
			func(c *context, dy output) output {
				return c.Scale(c.Mul(dy, c.Op("IgammaGradA", []output{c.In(0), c.In(1)})), sign)
			},
			func(c *context, dy output) output {
				a, x := c.In(0), c.In(1)
				exponent := c.Sub(c.Sub(c.Mul(c.Shift(a, -1), log(c, "Log", x)), x), log(c, "Lgamma", a))
				return c.Scale(c.Mul(dy, log(c, "Exp", exponent)), sign)
			})
	}
	r := graphops.Registry{
		"Igamma":  gamma(1),
		"Igammac": gamma(-1),
		"Polygamma": binary(graphops.Normalize, unknown("the order"), func(c *context, dy output) output {
			return c.Mul(dy, c.Op("Polygamma", []output{c.Shift(c.In(0), 1), c.In(1)}))
		}),
		"Zeta": binary(graphops.Normalize, unknown("the exponent"), func(c *context, dy output) output {
			x := c.In(0)
			return c.Neg(c.Mul(dy, c.Mul(x, c.Op("Zeta", []output{c.Shift(x, 1), c.In(1)}))))
		}),
		"Betainc": binary(graphops.Normalize, unknown("a"), unknown("b"), func(c *context, dy output) output {
			a, b, x := c.In(0), c.In(1), c.In(2)
			beta := c.Sub(c.Add(log(c, "Lgamma", a), log(c, "Lgamma", b)), log(c, "Lgamma", c.Add(a, b)))
			exponent := c.Add(c.Mul(c.Shift(b, -1), log(c, "Log1p", c.Neg(x))), c.Mul(c.Shift(a, -1), log(c, "Log", x)))
			return c.Mul(dy, log(c, "Exp", c.Sub(exponent, beta)))
		}),
		// The next number in the direction of the second: the first, but for rounding.
		"NextAfter": binary(graphops.Normalize, pass, func(c *context, dy output) output { return c.Zeros(dy) }),
	}
	for op, rule := range r {
		rule.Multiplier = inTurn(rule.VJP)
		r[op] = rule
	}
	return r
}
