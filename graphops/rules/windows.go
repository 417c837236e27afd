package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// windows are the ops that slide over space and are neither a convolution nor
// a pooling of images.
func windows() graphops.Registry {
	pooling := []string{"ksize", "strides", "padding", "data_format"}
	dilation := []string{"strides", "rates", "padding"}
	return graphops.Registry{
		"MaxPool3D": {Kind: graphops.Extremum, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return volumeBack(c) })
		}},
		"AvgPool3D": linear(func(c *context, dy output) output {
			return c.Op("AvgPool3DGrad", []output{c.ShapeVector(c.Node.Inputs[0]), dy}, copied(c, pooling...)...)
		}),
		// Where the maximum is does not change when the input moves a little.
		"MaxPoolWithArgmax": {Kind: graphops.Extremum, VJP: func(c *context) []output {
			if !c.HasGrad(0) {
				return c.Adjoints()
			}
			return c.Adjoints(func() output {
				return c.Like(c.Op("MaxPoolGrad", []output{c.In(0), c.Out(0), c.Grad(0)}, copied(c, "ksize", "strides", "padding")...), c.Node.Inputs[0])
			})
		}},
		// y is the largest x + filter under the window.
		"Dilation2D": {Kind: graphops.Extremum, Multiplier: oneSide, Note: "DeepLIFT: if only one side varies", VJP: func(c *context) []output {
			back := func(op string, i int) func() output {
				return func() output {
					return c.Like(c.Op(op, []output{c.In(0), c.In(1), c.Grad(0)}, copied(c, dilation...)...), c.Node.Inputs[i])
				}
			}
			return c.Adjoints(back("Dilation2DBackpropInput", 0), back("Dilation2DBackpropFilter", 1))
		}},
		"ExtractImagePatches":  linear(func(c *context, dy output) output { return patchesBack(c, dy, "ksizes", "strides", "rates", "padding") }),
		"ExtractVolumePatches": volumePatches(),
		"FractionalAvgPool": {Kind: graphops.Linear, Refuse: drawn, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				shape := asType(c, c.ShapeVector(c.Node.Inputs[0]), tensor.Int64)
				return c.Like(c.Op("FractionalAvgPoolGrad", []output{shape, c.Grad(0), c.Out(1), c.Out(2)}, c.Node.Copy("overlapping")), c.Node.Inputs[0])
			})
		}},
		"FractionalMaxPool": {Kind: graphops.Normalize, Note: "gradient only", Refuse: drawn, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				in := []output{c.In(0), c.Out(0), c.Grad(0), c.Out(1), c.Out(2)}
				return c.Like(c.Op("FractionalMaxPoolGrad", in, c.Node.Copy("overlapping")), c.Node.Inputs[0])
			})
		}},
	}
}

// volumeBack is the adjoint of a pooling of volumes: one of their planes, then one
// of columns. On a CPU MaxPool3DGrad hands the whole adjoint to each element within
// 1e-5 of a window's maximum, so that ties, and small numbers, get it many times over.
func volumeBack(c *context) output {
	n, x, y := c.Node, c.Node.Inputs[0], output{Node: c.Node}
	if n.Str("data_format") != "NDHWC" { // on a GPU, where one element gets it
		return c.Like(c.Op("MaxPool3DGrad", []output{c.In(0), c.Out(0), c.Grad(0)}, copied(c, "ksize", "strides", "padding", "data_format")...), x)
	}
	over := func(axes ...int) []graphops.Attr {
		size, step := []int{1, 1, 1, 1}, []int{1, 1, 1, 1}
		for i, axis := range axes {
			size[i+1], step[i+1] = n.Ints("ksize")[axis], n.Ints("strides")[axis]
		}
		return []graphops.Attr{graphops.Ints("ksize", size), graphops.Ints("strides", step), n.Copy("padding")}
	}
	channels := sizeOf(c, x, 4, 5)
	columns := func(o output, of output) output {
		return shaped(c, o, rest(), sizeOf(c, of, 1, 2), sizeOf(c, y, 2, 4), channels)
	}
	planes := shaped(c, c.In(0), rest(), sizeOf(c, x, 2, 3), sizeOf(c, x, 3, 4), channels)
	pooled := c.Op("MaxPool", []output{planes}, over(2, 3)...)
	g := c.Op("MaxPoolGrad", []output{columns(pooled, x), columns(c.Out(0), y), columns(c.Grad(0), y)}, over(1)...)
	g = shaped(c, g, rest(), sizeOf(c, y, 2, 3), sizeOf(c, y, 3, 4), channels)
	return c.ReshapeLike(c.Op("MaxPoolGrad", []output{planes, pooled, g}, over(2, 3)...), x)
}

// oneSide leaves an extremum of which one input varies to the general form,
// and refuses it if more do.
func oneSide(c *context) []output {
	varying := 0
	for i := range c.Node.Inputs {
		if c.Wants(i) {
			varying++
		}
	}
	if varying > 1 {
		refuse(c, "more than one of its inputs varies; there is no rule that splits a difference over them")
		return []output{}
	}
	return nil
}

// volumePatches needs sizes: without them TensorFlow infers a wrong rank.
func volumePatches() graphops.Rule {
	r := linear(func(c *context, dy output) output { return patchesBack(c, dy, "ksizes", "strides", "padding") })
	r.Refuse = func(n *graphops.Node) string {
		if !n.Inputs[0].Shape().Known() {
			return "the sizes of its input are not known, without which TensorFlow infers a wrong shape for it"
		}
		return ""
	}
	return r
}

// drawn refuses windows that are drawn anew in each run.
func drawn(n *graphops.Node) string {
	if !n.Bool("deterministic") || n.Int("seed") == 0 && n.Int("seed2") == 0 {
		return "its windows are drawn anew in each run"
	}
	return ""
}

// patchesBack adds every element of a patch back to where it was taken from.
// The same patches of an image of numbers, 1 for the first pixel, say where
// that was; 0 is padding.
func patchesBack(c *context, dy output, attrs ...string) output {
	x := c.Node.Inputs[0]
	axes := len(c.Node.Ints("ksizes"))
	rows, pixels, depth := sizeOf(c, x, 0, 1), sizeOf(c, x, 1, axes-1), sizeOf(c, x, axes-1, axes)
	numbers := c.Op("AddV2", []output{count(c, pixels.scalar(c)), c.IntScalar(1)})
	shape := []size{fixed(1)}
	for i := 1; i < axes-1; i++ {
		shape = append(shape, sizeOf(c, x, i, i+1))
	}
	from := c.Op(c.Node.Op, []output{shaped(c, numbers, append(shape, fixed(1))...)}, copied(c, attrs...)...)
	from = c.Op("Sub", []output{c.Op("Reshape", []output{from, c.IntVector(-1)}), c.IntScalar(1)})
	// [row, taps, depth] with the taps first, because segments are summed there.
	taps := size{-1, func() output { return c.Op("Size", []output{from}) }}
	byTap := c.Op("Transpose", []output{shaped(c, dy, rows, taps, depth), c.IntVector(1, 0, 2)})
	sum := c.Op("UnsortedSegmentSum", []output{byTap, from, pixels.scalar(c)}) // drops -1
	return c.ReshapeLike(c.Op("Transpose", []output{sum, c.IntVector(1, 0, 2)}), x)
}
