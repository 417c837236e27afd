package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// transposedConvolutions are the adjoints of convolutions as ops of a model
// (Conv2DTranspose), and convolutions of volumes.
func transposedConvolutions() graphops.Registry {
	flat := []string{"strides", "padding", "explicit_paddings", "data_format", "dilations"}
	deep := []string{"strides", "padding", "data_format", "dilations"}
	return graphops.Registry{
		"Conv2DBackpropInput":                transposed("Conv2D", "Conv2DBackpropFilter", flat),
		"DepthwiseConv2dNativeBackpropInput": transposed("DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropFilter", flat),
		"Conv3DBackpropInputV2":              transposed("Conv3D", "Conv3DBackpropFilterV2", deep),
		"Conv3D": {Kind: graphops.Bilinear, Refuse: dilatedVolume, VJP: func(c *context) []output {
			x, filter := c.Node.Inputs[0], c.Node.Inputs[1]
			return c.Adjoints(
				func() output {
					return c.Like(c.Op("Conv3DBackpropInputV2", []output{c.ShapeVector(x), c.In(1), c.Grad(0)}, copied(c, deep...)...), x)
				},
				func() output {
					return c.Like(c.Op("Conv3DBackpropFilterV2", []output{c.In(0), c.ShapeVector(filter), c.Grad(0)}, copied(c, deep...)...), filter)
				})
		}},
	}
}

// dilatedVolume: the kernels of a CPU for the adjoints know no dilation.
func dilatedVolume(n *graphops.Node) string {
	for _, d := range n.Ints("dilations") {
		if d > 1 {
			return "it is dilated"
		}
	}
	return ""
}

// transposed is the rule of the adjoint of a convolution with respect to its
// input, of the inputs (sizes, filter, x). Its own adjoints are the convolution
// of the adjoint, and that convolution's filter adjoint with x in the place of
// what flows back. TensorFlow dilates neither on a CPU, so nothing is refused.
func transposed(forward, backFilter string, attrs []string) graphops.Rule {
	return graphops.Rule{Kind: graphops.Bilinear, VJP: func(c *context) []output {
		filter, x := c.Node.Inputs[1], c.Node.Inputs[2]
		return c.Adjoints(nil,
			func() output {
				return c.Like(c.Op(backFilter, []output{c.Grad(0), c.ShapeVector(filter), c.In(2)}, copied(c, attrs...)...), filter)
			},
			func() output {
				return c.Like(c.Op(forward, []output{c.Grad(0), c.In(1)}, copied(c, attrs...)...), x)
			})
	}}
}
