package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// slices cut out and pad.
func slices() graphops.Registry {
	return graphops.Registry{
		"StridedSlice": linear(func(c *context, dy output) output {
			in := c.Node.Inputs
			shape := c.Op("Shape", []output{in[0]}, graphops.Type("out_type", in[1].DType()))
			return c.Op("StridedSliceGrad", []output{shape, in[1], in[2], in[3], dy}, c.Node.Copy("begin_mask"), c.Node.Copy("end_mask"),
				c.Node.Copy("ellipsis_mask"), c.Node.Copy("new_axis_mask"), c.Node.Copy("shrink_axis_mask"))
		}),
		// input, begin, end, strides, value
		"TensorStridedSliceUpdate": {Kind: graphops.Linear, VJP: func(c *context) []output {
			masks := copied(c, "begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
			part := []output{c.In(1), c.In(2), c.In(3)}
			return c.Adjoints(
				func() output {
					in := append(append([]output{c.Grad(0)}, part...), c.Zeros(c.Node.Inputs[4]))
					return c.Like(c.Op("TensorStridedSliceUpdate", in, masks...), c.Node.Inputs[0])
				}, nil, nil, nil,
				func() output {
					return c.Like(c.Op("StridedSlice", append([]output{c.Grad(0)}, part...), masks...), c.Node.Inputs[4])
				})
		}},
		"Slice": linear(sliceBack),
		"Pad":   linear(padBack),
		"PadV2": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(
				func() output { return c.Like(padBack(c, c.Grad(0)), c.Node.Inputs[0]) },
				nil,
				// What is not inside is padding.
				func() output { return c.Sub(sumAll(c, c.Grad(0)), sumAll(c, padBack(c, c.Grad(0)))) })
		}},
		"MirrorPad": linear(func(c *context, dy output) output {
			return c.Op("MirrorPadGrad", []output{dy, c.Node.Inputs[1]}, c.Node.Copy("mode"))
		}),
	}
}

// sliceBack pads the adjoint with zeros to where the slice was cut out.
func sliceBack(c *context, dy output) output {
	x, y := c.Node.Inputs[0], output{Node: c.Node}
	if begin, ok := graphops.ConstInts(c.Node.Inputs[1]); ok && x.Shape().Known() && y.Shape().Known() && len(begin) == x.Shape().Rank() {
		var pads []int
		for i, b := range begin {
			dx, dy := x.Shape().Dims[i], y.Shape().Dims[i]
			switch {
			case dx == dy:
				pads = append(pads, 0, 0)
			case dx.Static() && dy.Static():
				pads = append(pads, b, dx.Size-dy.Size-b)
			default:
				pads = nil
			}
			if pads == nil {
				break
			}
		}
		if len(pads) == 2*len(begin) {
			return c.Op("Pad", []output{dy, c.Op("Reshape", []output{c.IntVector(pads...), c.IntVector(len(begin), 2)})})
		}
	}
	shape := func(o output) output { return c.Op("Shape", []output{o}, graphops.Type("out_type", tensor.Int32)) }
	before := c.Op("Cast", []output{c.Node.Inputs[1]}, graphops.Type("DstT", tensor.Int32))
	after := c.Op("Sub", []output{c.Op("Sub", []output{shape(x), shape(y)}), before})
	return c.Op("Pad", []output{dy, c.Op("Pack", []output{before, after}, graphops.Int("axis", 1))})
}

// padBack cuts the padding off again.
func padBack(c *context, dy output) output {
	x := c.Node.Inputs[0]
	if pads, ok := graphops.ConstInts(c.Node.Inputs[1]); ok && len(pads) == 2*x.Shape().Rank() && x.Shape().Known() {
		var begin, size []int
		fixed := true
		for i, d := range x.Shape().Dims {
			begin = append(begin, pads[2*i])
			switch {
			case d.Static():
				size = append(size, d.Size)
			default:
				size = append(size, -1)
				fixed = fixed && pads[2*i+1] == 0
			}
		}
		if fixed {
			return c.Op("Slice", []output{dy, c.IntVector(begin...), c.IntVector(size...)})
		}
	}
	index := c.Node.Inputs[1].DType()
	first := c.Op("StridedSlice", []output{c.Node.Inputs[1], c.IntVector(0, 0), c.IntVector(0, 1), c.IntVector(1, 1)},
		graphops.Int("begin_mask", 1), graphops.Int("end_mask", 1), graphops.Int("shrink_axis_mask", 2))
	return c.Op("Slice", []output{dy, first, c.Op("Shape", []output{x}, graphops.Type("out_type", index))})
}
