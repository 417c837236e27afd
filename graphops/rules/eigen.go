package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// ForEigen returns Standard with two products written another way, for a
// TensorFlow that computes with Eigen: on a CPU, without oneDNN. There
// Conv2DBackpropInput takes up to 50 times as long as Conv2D, and MatMul with a
// large transposed second factor three times as long as without.
func ForEigen() graphops.Registry {
	all := Standard()
	conv := all["Conv2D"]
	conv.VJP = func(c *context) []output {
		return c.Adjoints(
			func() output {
				if before, after, ok := flippedPads(c.Node); ok {
					return convForward(c, before, after)
				}
				return convInput(c, "Conv2DBackpropInput")
			},
			func() output { return convFilter(c, "Conv2DBackpropFilter") })
	}
	product := all["MatMul"]
	standard := product.VJP
	product.VJP = func(c *context) []output {
		w, ok := c.Node.Inputs[1].Shape().Static()
		if !ok || w[0]*w[1] < largeFactor || c.Node.Bool("transpose_a") || c.Node.Bool("transpose_b") || c.Wants(1) {
			return standard(c)
		}
		return c.Adjoints(func() output {
			da := c.Op("MatMul", []output{c.In(1), c.Grad(0)}, graphops.Bool("transpose_b", true))
			return c.Like(c.Op("Transpose", []output{da, c.IntVector(1, 0)}), c.Node.Inputs[0])
		}, nil)
	}
	return all.With(graphops.Registry{"Conv2D": conv, "MatMul": product})
}

// Measured on two cores of AVX2, TensorFlow 2.21: with 8 and 32 rows a factor of
// 512x512 or 784x512 takes half to a third of the time the other way, with 1 and
// 256 the same; one of 64x256 takes longer.
const largeFactor = 512 * 256

// An adjoint with fewer channels than this is too narrow for the product of
// matrices that a convolution becomes: with 3, Conv2DBackpropInput was faster.
const leastChannels = 16

// flippedPads says whether the adjoint of the input can be a convolution of the
// adjoint (steps of one, no dilation, channels last), and how much that pads
// height and width before and after.
func flippedPads(n *graphops.Node) (before, after [2]int, ok bool) {
	f, static := n.Inputs[1].Shape().Static()
	strides := n.Ints("strides")
	if !static || dilated(n) || len(strides) != 4 || strides[1] != 1 || strides[2] != 1 ||
		n.Str("data_format") == "NCHW" || f[0]*f[1] == 1 || f[2] < leastChannels {
		return before, after, false
	}
	explicit := n.Ints("explicit_paddings")
	for axis := range before {
		size := f[axis] - 1
		var first, last int
		switch n.Str("padding") {
		case "SAME":
			first, last = size/2, size-size/2
		case "EXPLICIT":
			first, last = explicit[2+2*axis], explicit[3+2*axis]
		}
		if first > size || last > size {
			return before, after, false // it would have to cut
		}
		before[axis], after[axis] = size-first, size-last
	}
	return before, after, true
}

// convForward is the adjoint of a convolution's input as a convolution with the
// filter turned round in height and width, its channels exchanged.
func convForward(c *context, before, after [2]int) output {
	f, _ := c.Node.Inputs[1].Shape().Static()
	taps := make([]int, f[0]*f[1])
	for i := range taps {
		taps[i] = len(taps) - 1 - i
	}
	filter := c.Op("Reshape", []output{c.In(1), c.IntVector(len(taps), f[2], f[3])})
	filter = c.Op("GatherV2", []output{filter, c.IntVector(taps...), c.IntScalar(0)})
	filter = c.Op("Transpose", []output{filter, c.IntVector(0, 2, 1)})
	filter = c.Op("Reshape", []output{filter, c.IntVector(f[0], f[1], f[3], f[2])})
	pads := []int{0, 0, before[0], after[0], before[1], after[1], 0, 0}
	return c.Like(c.Op("Conv2D", []output{c.Grad(0), filter}, c.Node.Copy("strides"),
		graphops.Str("padding", "EXPLICIT"), graphops.Ints("explicit_paddings", pads)), c.Node.Inputs[0])
}
