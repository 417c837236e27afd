package rules

import (
	"math"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// size counts elements: a number, or if that depends on what is fed an int32
// scalar. The nodes for the latter are only made when they are needed.
type size struct {
	n  int // -1: unknown until run time
	at func() output
}

func fixed(n int) size { return size{n: n} }

// rest is what Reshape is to work out.
func rest() size { return size{n: -1} }

// end as the last axis of sizeOf means all that remain.
const end = math.MaxInt

// sizeOf is the product of the sizes of the axes of x from one to before
// another; negative ones count from the back.
func sizeOf(c *context, x output, from, to int) size {
	if s := x.Shape(); s.KnownRank {
		place := func(axis int) int {
			if axis < 0 {
				axis += s.Rank()
			}
			return min(max(axis, 0), s.Rank())
		}
		n := 1
		for i := place(from); i < place(to); i++ {
			if !s.Dims[i].Static() {
				n = -1
				break
			}
			n *= s.Dims[i].Size
		}
		if n >= 0 {
			return fixed(n)
		}
	}
	return size{-1, func() output {
		return c.Op("Prod", []output{axesOf(c, x, from, to), c.IntVector(0)})
	}}
}

// axesOf are the sizes of some axes of x, at run time.
func axesOf(c *context, x output, from, to int) output {
	mask := 0
	if to == end {
		to, mask = 0, 1
	}
	return c.Op("StridedSlice", []output{shapeOf(c, x, tensor.Int32), c.IntVector(from), c.IntVector(to), c.IntVector(1)}, graphops.Int("end_mask", mask))
}

// shapeOf is the shape of x as a vector of the given type, at run time.
func shapeOf(c *context, x output, t tensor.DType) output {
	return c.Op("Shape", []output{x}, graphops.Type("out_type", t))
}

// scalar is the size as a tensor.
func (s size) scalar(c *context) output {
	if s.at == nil {
		return c.IntScalar(s.n)
	}
	return s.at()
}

func (s size) times(c *context, t size) size {
	if s.n >= 0 && t.n >= 0 {
		return fixed(s.n * t.n)
	}
	return size{-1, func() output { return c.Op("Mul", []output{s.scalar(c), t.scalar(c)}) }}
}

// shaped gives x the sizes. If one is unknown it is left to Reshape.
func shaped(c *context, x output, sizes ...size) output {
	numbers, open, zero := make([]int, len(sizes)), 0, false
	for i, s := range sizes {
		numbers[i] = s.n
		zero = zero || s.n == 0
		if s.n < 0 {
			open++
		}
	}
	if open == 0 || open == 1 && !zero {
		return c.Op("Reshape", []output{x, c.IntVector(numbers...)})
	}
	scalars := make([]output, len(sizes))
	for i, s := range sizes {
		scalars[i] = s.scalar(c)
	}
	return c.Op("Reshape", []output{x, c.Op("Pack", scalars, graphops.Int("axis", 0))})
}

// count is the vector 0, 1, ... n-1.
func count(c *context, n output) output {
	return c.Op("Range", []output{c.IntScalar(0), n, c.IntScalar(1)})
}

// asType is x in another type.
func asType(c *context, x output, t tensor.DType) output {
	if !x.Valid() || x.DType() == t {
		return x
	}
	return c.Op("Cast", []output{x}, graphops.Type("DstT", t))
}

// refuse stops a pass at a node in a situation that only shows on the way.
func refuse(c *context, reason string) {
	c.Fail(&graphops.UnsupportedOpError{Method: "the rule of " + c.Node.Op, Ops: []graphops.Refusal{{
		Op: c.Node.Op, Node: c.Node.Origin, Reason: reason,
		Help: "choose a perturbation method (occlusion, Shapley sampling), which only asks the model for answers"}}})
}

// copied are attributes of the node under the same names.
func copied(c *context, names ...string) []graphops.Attr {
	out := make([]graphops.Attr, len(names))
	for i, name := range names {
		out[i] = c.Node.Copy(name)
	}
	return out
}
