package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// ForOneDNN returns Standard with another adjoint for the first layer of many
// networks, for a TensorFlow that computes with oneDNN on a CPU. There
// Conv2DBackpropInput takes two to nine times as long as a convolution with large
// steps from a few channels.
func ForOneDNN() graphops.Registry { return cpu(nil) }

// ForEigen is ForOneDNN for a TensorFlow that computes with Eigen, as it does on
// a CPU without oneDNN, and has other adjoints of two more products. There
// Conv2DBackpropInput takes up to 50 times as long as Conv2D, and MatMul with a
// large transposed second factor three times as long as without.
func ForEigen() graphops.Registry {
	all := cpu(func(c *context) (output, bool) {
		before, after, ok := flippedPads(c.Node)
		if !ok {
			return output{}, false
		}
		return convForward(c, before, after), true
	})
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
	all["MatMul"] = product
	return all
}

// cpu returns Standard with the adjoint of a convolution's input that other
// gives, where it gives one.
func cpu(other func(c *context) (output, bool)) graphops.Registry {
	all := Standard()
	conv := all["Conv2D"]
	conv.VJP = func(c *context) []output {
		return c.Adjoints(
			func() output {
				if p, ok := phasesOf(c.Node); ok {
					return convPhases(c, p)
				}
				if other != nil {
					if dx, ok := other(c); ok {
						return dx
					}
				}
				return convInput(c, "Conv2DBackpropInput")
			},
			func() output { return convFilter(c, "Conv2DBackpropFilter") })
	}
	all["Conv2D"] = conv
	return all
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

// phases describe a convolution whose steps are large: each point of the input
// meets only every s-th tap of the filter, which ones depends on where it is
// between two steps.
type phases struct {
	step   int
	taps   int    // of the filter that one phase meets, in height and in width
	before [2]int // padding of the convolution
	size   [2]int // of the input
}

// phasesOf says whether the adjoint of a convolution's input is to be computed
// phase by phase: measured with TensorFlow 2.21 on two cores of AVX2, that is
// faster from filters of 7x7 on (7x7 by steps of 2: 10 ms instead of 16 with
// oneDNN, the same with Eigen; 16x16 by 16: 4 instead of 15, 2 instead of 5), if
// the input has few channels.
func phasesOf(n *graphops.Node) (p phases, ok bool) {
	const leastTaps, mostChannels = 7 * 7, 4
	f, static := n.Inputs[1].Shape().Static()
	x, y := n.Inputs[0].Shape().Dims, (output{Node: n}).Shape().Dims
	strides := n.Ints("strides")
	if !static || len(x) != 4 || len(y) != 4 || len(strides) != 4 || dilated(n) || strides[1] < 2 || strides[1] != strides[2] ||
		n.Str("data_format") == "NCHW" || f[0]*f[1] < leastTaps || f[2] > mostChannels {
		return p, false
	}
	p.step = strides[1]
	p.taps = (max(f[0], f[1]) + p.step - 1) / p.step
	for axis := range p.size {
		in, out := x[axis+1], y[axis+1]
		if !in.Static() || !out.Static() {
			return p, false
		}
		p.size[axis] = in.Size
		switch n.Str("padding") {
		case "SAME":
			p.before[axis] = max(0, (out.Size-1)*p.step+f[axis]-in.Size) / 2
		case "EXPLICIT":
			p.before[axis] = n.Ints("explicit_paddings")[2+2*axis]
		}
		if p.before[axis]+in.Size > (out.Size+p.taps-1)*p.step {
			return p, false // a part of the input that no tap meets
		}
	}
	return p, true
}

// convPhases computes all phases as the channels of one convolution without
// steps, and puts them where they belong.
func convPhases(c *context, p phases) output {
	x := c.Node.Inputs[0]
	f, _ := c.Node.Inputs[1].Shape().Static()
	whole := p.taps * p.step
	pads := c.Op("Reshape", []output{c.IntVector(0, whole-f[0], 0, whole-f[1], 0, 0, 0, 0), c.IntVector(4, 2)})
	filter := c.Op("Pad", []output{c.In(1), pads})
	filter = c.Op("Reshape", []output{filter, c.IntVector(p.taps, p.step, p.taps, p.step, f[2], f[3])})
	filter = c.Op("ReverseV2", []output{filter, c.IntVector(0, 2)})
	filter = c.Op("Transpose", []output{filter, c.IntVector(0, 2, 5, 1, 3, 4)})
	filter = c.Op("Reshape", []output{filter, c.IntVector(p.taps, p.taps, f[3], p.step*p.step*f[2])})
	edge := p.taps - 1
	dx := c.Op("Conv2D", []output{c.Grad(0), filter}, graphops.Ints("strides", []int{1, 1, 1, 1}), graphops.Str("padding", "EXPLICIT"),
		graphops.Ints("explicit_paddings", []int{0, 0, edge, edge, edge, edge, 0, 0}))
	dx = c.Op("DepthToSpace", []output{dx}, graphops.Int("block_size", p.step))
	begin, size := c.IntVector(0, p.before[0], p.before[1], 0), c.IntVector(-1, p.size[0], p.size[1], -1)
	return c.Like(c.Op("Slice", []output{dx, begin, size}), x)
}
