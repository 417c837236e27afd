package main

import "github.com/tfexplain/tfexplain-go/graphops"

// hill is the rule of y = x^n / (k^n + x^n): what kind of function the op is, and the
// adjoint of its input. A Unary op is a function of one number, element by element;
// that is all that DeepLIFT needs, whose multiplier is the difference of y over that
// of x. Where there is no difference, and in methods made of gradients, it is the
// derivative:
//
//	dy/dx = n * y * (1-y) / x, and 0 where x is not above 0
func hill() graphops.Registry {
	return graphops.Registry{"Hill": {
		Kind: graphops.Unary,
		VJP: func(c *graphops.Context) []graphops.Output {
			return c.Adjoints(func() graphops.Output {
				n := c.Node.Float("n")
				x, y := c.In(0), c.Out(0) // a method may ask at another point than the node's own
				slope := c.Op("DivNoNan", []graphops.Output{c.Scale(c.Sub(y, c.Square(y)), n), x})
				return c.Mul(c.Grad(0), slope)
			})
		},
	}}
}
