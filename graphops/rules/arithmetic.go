package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// arithmetic are the functions of two numbers; shapes broadcast.
func arithmetic() graphops.Registry {
	add := binary(graphops.Linear, pass, pass)
	div := binary(graphops.Quotient,
		func(c *context, dy output) output { return c.Div(dy, c.In(1)) },
		func(c *context, dy output) output {
			// -a/b/b rather than -a/(b*b): b*b can overflow where the answer does not.
			return c.Mul(dy, c.Div(c.Div(c.Neg(c.In(0)), c.In(1)), c.In(1)))
		})
	div.Multiplier = divMultiplier
	pow := binary(graphops.Unary, powBase, powExponent)
	pow.Multiplier = inTurn(pow.VJP)
	sum := graphops.Rule{Kind: graphops.Linear, VJP: func(c *context) []output {
		out := make([]output, len(c.Node.Inputs))
		for i := range out {
			if c.Wants(i) {
				out[i] = c.Grad(0)
			}
		}
		return out
	}}
	return graphops.Registry{
		"Add":   add,
		"AddV2": add,
		"Sub":   binary(graphops.Linear, pass, func(c *context, dy output) output { return c.Neg(dy) }),
		"Mul": binary(graphops.Bilinear,
			func(c *context, dy output) output { return c.Mul(dy, conj(c, c.In(1))) },
			func(c *context, dy output) output { return c.Mul(dy, conj(c, c.In(0))) }),
		"Div":     div,
		"RealDiv": div,
		"SquaredDifference": binary(graphops.Bilinear,
			func(c *context, dy output) output { return c.Mul(dy, c.Scale(c.Sub(c.In(0), c.In(1)), 2)) },
			func(c *context, dy output) output { return c.Mul(dy, c.Scale(c.Sub(c.In(1), c.In(0)), 2)) }),
		"Pow": pow,
		// At a tie the first argument gets everything, as in TensorFlow.
		"Maximum":       binary(graphops.Extremum, chosen("GreaterEqual", true), chosen("GreaterEqual", false)),
		"Minimum":       binary(graphops.Extremum, chosen("LessEqual", true), chosen("LessEqual", false)),
		"AddN":          sum,
		"AccumulateNV2": sum,
	}
}

// binary is the rule of y = f(a, b) element by element with broadcasting; each
// side gives dy * df/da in the shape of y, which is then summed to its own.
func binary(kind graphops.Kind, sides ...func(c *context, dy output) output) graphops.Rule {
	return graphops.Rule{Kind: kind, VJP: func(c *context) []output {
		out := make([]output, len(sides))
		for i, side := range sides {
			if c.Wants(i) {
				out[i] = c.SumTo(side(c, c.Grad(0)), output{Node: c.Node}, c.Node.Inputs[i])
			}
		}
		return out
	}}
}

// divMultiplier splits the difference of a/b = a * (1/b) as for a product of
// two varying sides, with the exact difference of 1/b:
// 1/b - 1/b0 = -(b-b0)/(b*b0).
func divMultiplier(c *context) []output {
	if !c.Wants(1) {
		return c.Adjoints(func() output {
			return c.SumTo(c.Div(c.Grad(0), c.In(1)), output{Node: c.Node}, c.Node.Inputs[0])
		})
	}
	m, a, b, a0, b0 := c.Grad(0), c.In(0), c.In(1), c.RefIn(0), c.RefIn(1)
	one := c.ScalarLike(b, 1)
	return c.Adjoints(
		func() output {
			r := c.Scale(c.Add(c.Div(one, b), c.Div(one, b0)), 0.5)
			return c.SumTo(c.Mul(m, r), output{Node: c.Node}, c.Node.Inputs[0])
		},
		func() output {
			mean := c.Scale(c.Add(a, a0), 0.5)
			return c.SumTo(c.Neg(c.Mul(m, c.Div(c.Div(mean, b), b0))), output{Node: c.Node}, c.Node.Inputs[1])
		})
}

// conj is the conjugate of a complex number.
func conj(c *context, x output) output {
	if x.Valid() && (x.DType() == tensor.Complex64 || x.DType() == tensor.Complex128) {
		return c.Like(c.Op("Conj", []output{x}), x)
	}
	return x
}

func pass(_ *context, dy output) output { return dy }

// powBase is b * a^(b-1). For b = 0 that is 0 at a = 0 too, where 0 * 0^-1
// would not be a number.
func powBase(c *context, dy output) output {
	a, b := c.In(0), c.In(1)
	zero := c.Like(c.Op("Equal", []output{b, c.ScalarLike(b, 0)}), b)
	less := c.Where(zero, c.Zeros(b), c.Shift(b, -1))
	return c.Mul(dy, c.Mul(b, c.Op("Pow", []output{a, less})))
}

// powExponent is a^b * log(a), and 0 where a is not positive.
func powExponent(c *context, dy output) output {
	a := c.In(0)
	positive := c.Op("Greater", []output{a, c.ScalarLike(a, 0)})
	safe := c.Op("SelectV2", []output{positive, a, c.Ones(a)})
	return c.Mul(dy, c.Mul(c.Out(0), c.Op("Log", []output{safe})))
}

// chosen passes dy where the comparison of the arguments holds (or fails).
func chosen(comparison string, holds bool) func(c *context, dy output) output {
	return func(c *context, dy output) output {
		mask := c.Like(c.Op(comparison, []output{c.In(0), c.In(1)}), dy)
		if holds {
			return c.Where(mask, dy, c.Zeros(dy))
		}
		return c.Where(mask, c.Zeros(dy), dy)
	}
}
