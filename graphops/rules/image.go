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
