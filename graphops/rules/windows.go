package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// windows are the ops that slide over space and are neither a convolution nor
// a pooling of images.
func windows() graphops.Registry {
	pooling := []string{"ksize", "strides", "padding", "data_format"}
	dilation := []string{"strides", "rates", "padding"}
	return graphops.Registry{
		"MaxPool3D": {Kind: graphops.Extremum, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				return c.Like(c.Op("MaxPool3DGrad", []output{c.In(0), c.Out(0), c.Grad(0)}, copied(c, pooling...)...), c.Node.Inputs[0])
			})
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
		"ExtractImagePatches": linear(patchesBack),
	}
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

// patchesBack adds every element of a patch back to where it was taken from.
// The same patches of an image of numbers, 1 for the first pixel, say where
// that was; 0 is padding.
func patchesBack(c *context, dy output) output {
	x := c.Node.Inputs[0]
	rows, height, width, depth := sizeOf(c, x, 0, 1), sizeOf(c, x, 1, 2), sizeOf(c, x, 2, 3), sizeOf(c, x, 3, 4)
	pixels := height.times(c, width)
	numbers := c.Op("AddV2", []output{count(c, pixels.scalar(c)), c.IntScalar(1)})
	from := c.Op("ExtractImagePatches", []output{shaped(c, numbers, fixed(1), height, width, fixed(1))}, copied(c, "ksizes", "strides", "rates", "padding")...)
	from = c.Op("Sub", []output{c.Op("Reshape", []output{from, c.IntVector(-1)}), c.IntScalar(1)})
	// [row, taps, depth] with the taps first, because segments are summed there.
	taps := size{-1, func() output { return c.Op("Size", []output{from}) }}
	byTap := c.Op("Transpose", []output{shaped(c, dy, rows, taps, depth), c.IntVector(1, 0, 2)})
	sum := c.Op("UnsortedSegmentSum", []output{byTap, from, pixels.scalar(c)}) // drops -1
	return c.ReshapeLike(c.Op("Transpose", []output{sum, c.IntVector(1, 0, 2)}), x)
}
