package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// images are the ops of tf.image that scale. Most answer in float32 whatever
// they are given.
func images() graphops.Registry {
	scaled := func(op string, attrs ...string) graphops.Rule {
		return linear(func(c *context, dy output) output {
			return c.Op(op, []output{dy, c.Node.Inputs[0]}, copied(c, attrs...)...)
		})
	}
	return graphops.Registry{
		"ResizeBilinear": scaled("ResizeBilinearGrad", "align_corners", "half_pixel_centers"),
		"ResizeBicubic":  scaled("ResizeBicubicGrad", "align_corners", "half_pixel_centers"),
		"ResizeNearestNeighbor": linear(func(c *context, dy output) output {
			x := c.Node.Inputs[0]
			size := output{}
			if h, w := sizeOf(c, x, 1, 2), sizeOf(c, x, 2, 3); h.n >= 0 && w.n >= 0 {
				size = c.IntVector(h.n, w.n)
			} else {
				size = axesOf(c, x, 1, 3)
			}
			return c.Op("ResizeNearestNeighborGrad", []output{dy, size}, copied(c, "align_corners", "half_pixel_centers")...)
		}),
		"ResizeArea": linear(areaBack),
		// (x - mean) * factor + mean, with the mean of each channel.
		"AdjustContrastv2": {Kind: graphops.Linear, VJP: func(c *context) []output {
			if c.Wants(1) {
				refuse(c, "its contrast factor depends on the explained inputs")
				return nil
			}
			return c.Adjoints(func() output {
				dy, factor := c.Grad(0), asType(c, c.In(1), c.Node.Inputs[0].DType())
				mean := c.Op("Mean", []output{dy, c.IntVector(-3, -2)}, keepDims())
				return c.Like(c.Op("AddV2", []output{mean, c.Op("Mul", []output{c.Sub(dy, mean), factor})}), c.Node.Inputs[0])
			})
		}},
		"ScaleAndTranslate": {Kind: graphops.Linear, VJP: func(c *context) []output {
			if c.Wants(2) || c.Wants(3) {
				refuse(c, "its scale or translation depends on the explained inputs")
				return nil
			}
			return c.Adjoints(func() output {
				x := c.Node.Inputs[0]
				dx := c.Op("ScaleAndTranslateGrad", []output{c.Grad(0), asType(c, x, tensor.Float32), c.In(2), c.In(3)}, copied(c, "kernel_type", "antialias")...)
				return c.Like(asType(c, dx, x.DType()), x)
			})
		}},
		"CropAndResize": {Kind: graphops.Linear, VJP: func(c *context) []output {
			if c.Wants(1) {
				refuse(c, "its boxes depend on the explained inputs")
				return nil
			}
			return c.Adjoints(func() output {
				x := c.Node.Inputs[0]
				return c.Like(c.Op("CropAndResizeGradImage", []output{c.Grad(0), c.In(1), c.In(2), c.ShapeVector(x)},
					graphops.Type("T", x.DType()), c.Node.Copy("method")), x)
			})
		}},
	}
}

// areaBack: the result is H x W' with a matrix for the height and one for the
// width, which are what the op makes of unit matrices.
func areaBack(c *context, dy output) output {
	x := c.Node.Inputs[0]
	side := func(axis int) output {
		n := sizeOf(c, x, axis, axis+1)
		unit := c.Op("MatrixDiag", []output{c.Op("Fill", []output{c.Op("Reshape", []output{n.scalar(c), c.IntVector(1)}), c.ScalarLike(dy, 1)})})
		to := c.Op("StridedSlice", []output{asType(c, c.In(1), tensor.Int32), c.IntVector(axis - 1), c.IntVector(axis), c.IntVector(1)})
		one := c.IntVector(1)
		order := []output{to, one}
		if axis == 2 {
			order = []output{one, to}
		}
		image := c.Op("Reshape", []output{unit, c.Op("ConcatV2", append(reshapeTo(c, n, axis), c.IntScalar(0)))})
		resized := c.Op("ResizeArea", []output{image, c.Op("ConcatV2", append(order, c.IntScalar(0)))}, c.Node.Copy("align_corners"))
		return c.Op("Reshape", []output{resized, c.Op("ConcatV2", []output{to, c.IntVector(-1), c.IntScalar(0)})})
	}
	rows := c.Op("Einsum", []output{dy, side(1)}, graphops.Str("equation", "bhwc,hH->bHwc"))
	return asType(c, c.Op("Einsum", []output{rows, side(2)}, graphops.Str("equation", "bHwc,wW->bHWc")), x.DType())
}

// reshapeTo is the shape of an image whose channels are unit vectors along an
// axis.
func reshapeTo(c *context, n size, axis int) []output {
	one, count := c.IntVector(1), c.Op("Reshape", []output{n.scalar(c), c.IntVector(1)})
	if axis == 1 {
		return []output{one, count, one, count}
	}
	return []output{one, one, count, count}
}
