package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// fouriers are the discrete Fourier transforms and what leads from real to
// complex numbers and back. See graphops/complex.go for adjoints of those.
func fouriers() graphops.Registry {
	r := graphops.Registry{
		"Real": linear(func(c *context, dy output) output { return c.Op("Complex", []output{dy, c.Zeros(dy)}, toComplex(dy)) }),
		"Imag": linear(func(c *context, dy output) output { return c.Op("Complex", []output{c.Zeros(dy), dy}, toComplex(dy)) }),
		"Conj": linear(func(c *context, dy output) output { return c.Op("Conj", []output{dy}) }),
		"Complex": {Kind: graphops.Linear, VJP: func(c *context) []output {
			part := func(op string, i int) func() output {
				return func() output {
					return c.SumTo(c.Like(ofComplex(c, op, c.Grad(0)), output{Node: c.Node}), output{Node: c.Node}, c.Node.Inputs[i])
				}
			}
			return c.Adjoints(part("Real", 0), part("Imag", 1))
		}},
		// dy * z/|z|, 0 at 0; and y-y0 = (|z|^2-|z0|^2) / (y+y0).
		"ComplexAbs": {Kind: graphops.Normalize, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return scaledComplex(c, c.In(0), c.Op("DivNoNan", []output{c.Grad(0), c.Out(0)})) })
		}, Multiplier: func(c *context) []output {
			return c.Adjoints(func() output {
				sum := c.Op("AddV2", []output{c.In(0), c.RefIn(0)})
				return scaledComplex(c, sum, c.Op("DivNoNan", []output{c.Grad(0), c.Add(c.Out(0), c.RefOut(0))}))
			})
		}},
		// dy * i*z/|z|^2.
		"Angle": {Kind: graphops.Normalize, Note: "gradient only", VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				re, im := ofComplex(c, "Real", c.In(0)), ofComplex(c, "Imag", c.In(0))
				scale := c.Op("DivNoNan", []output{c.Grad(0), c.Add(c.Square(re), c.Square(im))})
				return c.Like(c.Op("Complex", []output{c.Neg(c.Mul(im, scale)), c.Mul(re, scale)}, toComplex(re)), c.Node.Inputs[0])
			})
		}},
		"RFFT":  linear(realTransformBack),
		"IRFFT": linear(inverseRealBack),
	}
	for axes, suffix := range []string{"", "2D", "3D"} {
		forward, inverse := "FFT"+suffix, "IFFT"+suffix
		count := func(c *context, like output) output {
			n := asType(c, sizeOf(c, c.Node.Inputs[0], -axes-1, end).scalar(c), tensor.Float64)
			return asType(c, n, like.DType())
		}
		r[forward] = linear(func(c *context, dy output) output {
			return c.Op("Mul", []output{c.Op(inverse, []output{dy}), count(c, dy)})
		})
		r[inverse] = linear(func(c *context, dy output) output {
			return c.Op("RealDiv", []output{c.Op(forward, []output{dy}), count(c, dy)})
		})
	}
	return r
}

// toComplex is the type of complex numbers made of x.
func toComplex(x output) graphops.Attr {
	if x.Valid() && x.DType() == tensor.Float64 {
		return graphops.Type("Tout", tensor.Complex128)
	}
	return graphops.Type("Tout", tensor.Complex64)
}

// ofComplex is the real or imaginary part.
func ofComplex(c *context, part string, z output) output {
	t := tensor.Float32
	if z.Valid() && z.DType() == tensor.Complex128 {
		t = tensor.Float64
	}
	return c.Like(c.Op(part, []output{z}, graphops.Type("Tout", t)), z)
}

// scaledComplex is z times a real number.
func scaledComplex(c *context, z, by output) output {
	return c.Like(c.Op("Mul", []output{z, asType(c, by, c.Node.Inputs[0].DType())}), c.Node.Inputs[0])
}

// resized cuts or fills the last axis of x with zeros to a length.
func resized(c *context, x, length output) output {
	shape := shapeOf(c, x, tensor.Int32)
	rank := c.Op("Size", []output{shape})
	lead := c.Op("StridedSlice", []output{shape, c.IntVector(0), c.IntVector(-1), c.IntVector(1)}, graphops.Int("begin_mask", 1))
	last := c.Op("StridedSlice", []output{shape, c.IntVector(-1), c.IntVector(0), c.IntVector(1)}, graphops.Int("end_mask", 1))
	more := c.Op("Maximum", []output{c.Op("Sub", []output{length, last}), c.IntVector(0)})
	// The paddings are 0 but for the last number of the last row.
	none := c.Op("Fill", []output{c.Op("Reshape", []output{c.Op("Sub", []output{c.Op("Mul", []output{rank, c.IntScalar(2)}), c.IntScalar(1)}), c.IntVector(1)}), c.IntScalar(0)})
	pads := c.Op("Reshape", []output{c.Op("ConcatV2", []output{none, more, c.IntScalar(0)}), c.IntVector(-1, 2)})
	padded := c.Op("Pad", []output{x, pads})
	begin := c.Op("ZerosLike", []output{shape})
	return c.Op("Slice", []output{padded, begin, c.Op("ConcatV2", []output{lead, length, c.IntScalar(0)})})
}

// lastSize is the length of the last axis as a vector of one number.
func lastSize(c *context, x output) output {
	return c.Op("Reshape", []output{asType(c, sizeOf(c, x, -1, end).scalar(c), tensor.Int32), c.IntVector(1)})
}

// realTransformBack: the frequencies that RFFT leaves out pass nothing back.
func realTransformBack(c *context, dy output) output {
	length := c.Op("Reshape", []output{c.In(1), c.IntVector(1)})
	n := asType(c, asType(c, length, tensor.Float64), dy.DType())
	whole := c.Op("Mul", []output{c.Op("IFFT", []output{resized(c, dy, length)}), n})
	return resized(c, ofComplex(c, "Real", whole), lastSize(c, c.Node.Inputs[0]))
}

// inverseRealBack: IRFFT counts every frequency twice, as itself and as the
// conjugate that it does not store, but for the first and, of an even length,
// the middle one.
func inverseRealBack(c *context, dy output) output {
	length := c.Op("Reshape", []output{c.In(1), c.IntVector(1)})
	z := c.Node.Inputs[0]
	spectrum := c.Op("RFFT", []output{dy, length}, graphops.Type("Tcomplex", z.DType()))
	sizes := shapeOf(c, spectrum, tensor.Int32)
	last := c.Op("StridedSlice", []output{sizes, c.IntVector(-1), c.IntVector(0), c.IntVector(1)}, graphops.Int("end_mask", 1), graphops.Int("shrink_axis_mask", 1))
	places := count(c, last)
	once := c.Op("LogicalOr", []output{c.Op("Equal", []output{places, c.IntScalar(0)}), c.Op("Equal", []output{c.Op("Mul", []output{places, c.IntScalar(2)}), length})})
	weight := c.Op("SelectV2", []output{once, c.Scalar(dy.DType(), 1), c.Scalar(dy.DType(), 2)})
	weight = c.Op("RealDiv", []output{weight, asType(c, length, dy.DType())})
	return resized(c, c.Op("Mul", []output{spectrum, asType(c, weight, z.DType())}), lastSize(c, z))
}
