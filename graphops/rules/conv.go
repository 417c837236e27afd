package rules

import (
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// convolutions and the bias that usually follows them.
func convolutions() graphops.Registry {
	return graphops.Registry{
		"Conv2D":                conv2D("Conv2DBackpropInput", "Conv2DBackpropFilter"),
		"DepthwiseConv2dNative": conv2D("DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter"),
		"BiasAdd": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(
				func() output { return c.Grad(0) },
				func() output { return c.Op("BiasAddGrad", []output{c.Grad(0)}, c.Node.Copy("data_format")) })
		}},
		"BiasAddV1": {Kind: graphops.Linear, VJP: func(c *context) []output { // the last axis
			return c.Adjoints(
				func() output { return c.Grad(0) },
				func() output { return c.Op("BiasAddGrad", []output{c.Grad(0)}) })
		}},
	}
}

// conv2D is the rule of a two-dimensional convolution. TensorFlow's kernels
// for the adjoints know strides and every padding but, on a CPU, no dilation:
// a dilated filter is therefore written out with zeros between its taps.
func conv2D(backInput, backFilter string) graphops.Rule {
	return graphops.Rule{
		Kind: graphops.Bilinear,
		Refuse: func(n *graphops.Node) string {
			if _, ok := n.Inputs[1].Shape().Static(); !ok && dilated(n) {
				return "it is dilated and the size of its filter is unknown"
			}
			return ""
		},
		VJP: func(c *context) []output {
			return c.Adjoints(
				func() output { return convInput(c, backInput) },
				func() output { return convFilter(c, backFilter) })
		},
	}
}

// convInput is the adjoint of a convolution's input.
func convInput(c *context, op string) output {
	x, f := c.Node.Inputs[0], c.In(1)
	if dilated(c.Node) {
		f = stuffed(c, f)
	}
	return c.Like(c.Op(op, []output{c.ShapeVector(x), f, c.Grad(0)}, convAttrs(c.Node)...), x)
}

// convFilter is the adjoint of a convolution's filter.
func convFilter(c *context, op string) output {
	filter := c.Node.Inputs[1]
	if !dilated(c.Node) {
		return c.Like(c.Op(op, []output{c.In(0), c.ShapeVector(filter), c.Grad(0)}, convAttrs(c.Node)...), filter)
	}
	size, step := stuffedSize(c.Node)
	df := c.Op(op, []output{c.In(0), c.IntVector(size...), c.Grad(0)}, convAttrs(c.Node)...)
	return c.Like(c.Op("StridedSlice", []output{df, c.IntVector(0, 0, 0, 0), c.IntVector(size...), c.IntVector(step...)}), filter)
}

// convAttrs are those that the ops of a convolution and its adjoints share.
func convAttrs(n *graphops.Node) []graphops.Attr {
	return []graphops.Attr{n.Copy("strides"), n.Copy("padding"), n.Copy("explicit_paddings"), n.Copy("data_format")}
}

// dilations are those of height and width.
func dilations(n *graphops.Node) (h, w int) {
	d := n.Ints("dilations")
	if len(d) != 4 {
		return 1, 1
	}
	if i := strings.IndexByte(n.Str("data_format"), 'H'); i > 0 && i < 3 {
		return d[i], d[i+1]
	}
	return d[1], d[2]
}

func dilated(n *graphops.Node) bool {
	h, w := dilations(n)
	return h > 1 || w > 1
}

// stuffedSize is the shape of the filter with zeros between its taps, and the
// steps that pick the taps out of it.
func stuffedSize(n *graphops.Node) (size, step []int) {
	h, w := dilations(n)
	f, _ := n.Inputs[1].Shape().Static()
	return []int{(f[0]-1)*h + 1, (f[1]-1)*w + 1, f[2], f[3]}, []int{h, w, 1, 1}
}

// stuffed puts dilation-1 zeros between the taps of a filter: each tap is
// padded to a block of its own and the last zeros are cut off.
func stuffed(c *context, filter output) output {
	f, _ := filter.Shape().Static()
	if f == nil {
		f, _ = c.Node.Inputs[1].Shape().Static()
	}
	h, w := dilations(c.Node)
	size, _ := stuffedSize(c.Node)
	blocks := c.Op("Reshape", []output{filter, c.IntVector(f[0], 1, f[1], 1, f[2]*f[3])})
	padded := c.Op("Pad", []output{blocks, c.Op("Reshape", []output{c.IntVector(0, 0, 0, h-1, 0, 0, 0, w-1, 0, 0), c.IntVector(5, 2)})})
	whole := c.Op("Reshape", []output{padded, c.IntVector(f[0]*h, f[1]*w, f[2], f[3])})
	return c.Op("Slice", []output{whole, c.IntVector(0, 0, 0, 0), c.IntVector(size...)})
}
