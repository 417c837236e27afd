package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// pools are the two-dimensional poolings.
func pools() graphops.Registry {
	return graphops.Registry{
		"MaxPool": {Kind: graphops.Extremum, Multiplier: maxPoolMultiplier, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				g := c.Op("MaxPoolGrad", []output{c.In(0), c.Out(0), c.Grad(0)}, c.Node.Copy("ksize"), c.Node.Copy("strides"),
					c.Node.Copy("padding"), c.Node.Copy("explicit_paddings"), c.Node.Copy("data_format"))
				return c.Like(g, c.Node.Inputs[0])
			})
		}},
		"MaxPoolV2": {Kind: graphops.Extremum, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				g := c.Op("MaxPoolGradV2", []output{c.In(0), c.Out(0), c.Grad(0), c.Node.Inputs[1], c.Node.Inputs[2]},
					c.Node.Copy("padding"), c.Node.Copy("data_format"))
				return c.Like(g, c.Node.Inputs[0])
			})
		}},
		"AvgPool": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				x := c.Node.Inputs[0]
				g := c.Op("AvgPoolGrad", []output{c.ShapeVector(x), c.Grad(0)}, c.Node.Copy("ksize"), c.Node.Copy("strides"),
					c.Node.Copy("padding"), c.Node.Copy("data_format"))
				return c.Like(g, x)
			})
		}},
	}
}

// maxPoolMultiplier splits the difference of a pooling, as graphops.DeepLIFT
// does for any extremum: with k the larger of y and its reference y0, k-y0
// belongs to what x chose and y-k to what the reference chose. What the
// reference chose is found once for its own rows, which are usually one, and
// not for every row of x.
func maxPoolMultiplier(c *context) []output {
	n := c.Node
	if n.Str("data_format") != "NHWC" || n.Str("padding") == "EXPLICIT" { // MaxPoolWithArgmax knows neither
		return nil
	}
	return c.Adjoints(func() output {
		x, y, x0, y0, m := c.In(0), c.Out(0), c.RefIn(0), c.RefOut(0), c.Grad(0)
		rise := c.Sub(y, y0)
		share := c.Mul(m, rise)
		gained := c.Op("ReluGrad", []output{share, rise}) // the share where y rose; k-y0 is 0 elsewhere
		first := c.Op("MaxPoolGrad", []output{x, y, gained}, n.Copy("ksize"), n.Copy("strides"), n.Copy("padding"))
		pooled := c.Builder.Node("MaxPoolWithArgmax", []output{x0}, n.Copy("ksize"), n.Copy("strides"), n.Copy("padding"))
		if pooled == nil {
			return output{}
		}
		chosen := output{Node: pooled, Index: 1}
		if !x0.Shape().Same(x.Shape()) {
			chosen = c.Op("BroadcastTo", []output{chosen, c.ShapeVector(y)})
		}
		second := c.Op("MaxPoolGradWithArgmax", []output{x, c.Sub(share, gained), chosen}, n.Copy("ksize"), n.Copy("strides"), n.Copy("padding"))
		return c.Like(c.Op("DivNoNan", []output{c.Op("AddV2", []output{first, second}), c.Sub(x, x0)}), x)
	})
}
