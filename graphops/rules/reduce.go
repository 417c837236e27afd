package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// reductions add up, average or pick along axes.
func reductions() graphops.Registry {
	extremum := graphops.Rule{Kind: graphops.Extremum, VJP: func(c *context) []output {
		return c.Adjoints(func() output {
			x := c.In(0)
			// Ties share equally.
			hit := c.Op("Cast", []output{c.Op("Equal", []output{x, kept(c, c.Out(0))})}, graphops.Type("DstT", x.DType()))
			share := c.Op("Sum", []output{hit, c.Node.Inputs[1]}, graphops.Bool("keep_dims", true))
			return c.Like(c.Mul(hit, c.Div(kept(c, c.Grad(0)), share)), c.Node.Inputs[0])
		})
	}}
	return graphops.Registry{
		"Sum": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return spread(c, kept(c, c.Grad(0))) })
		}},
		"Mean": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				dy := kept(c, c.Grad(0))
				if count, ok := reducedCount(c.Node); ok {
					return spread(c, c.Scale(dy, 1/float64(count)))
				}
				size := func(o output) output {
					return c.Op("Cast", []output{c.Op("Size", []output{o})}, graphops.Type("DstT", dy.DType()))
				}
				return spread(c, c.Div(dy, c.Div(size(c.Node.Inputs[0]), size(output{Node: c.Node}))))
			})
		}},
		"Max": extremum,
		"Min": extremum,
	}
}

// reducedAxes are the axes a reduction adds up, counted from the front.
func reducedAxes(n *graphops.Node) (axes map[int]bool, ok bool) {
	list, ok := graphops.ConstInts(n.Inputs[1])
	rank := n.Inputs[0].Shape().Rank()
	if !ok || rank < 0 {
		return nil, false
	}
	axes = map[int]bool{}
	for _, a := range list {
		if a < 0 {
			a += rank
		}
		axes[a] = true
	}
	return axes, true
}

// reducedCount is how many elements one result is made of, if that is fixed.
func reducedCount(n *graphops.Node) (int, bool) {
	axes, ok := reducedAxes(n)
	if !ok {
		return 0, false
	}
	count := 1
	for i, d := range n.Inputs[0].Shape().Dims {
		if axes[i] {
			if !d.Static() || d.Size == 0 {
				return 0, false
			}
			count *= d.Size
		}
	}
	return count, true
}

// kept gives a tensor of the reduction's output shape the reduced axes back,
// with size 1.
func kept(c *context, y output) output {
	if c.Node.Bool("keep_dims") {
		return y
	}
	x := c.Node.Inputs[0]
	if axes, ok := reducedAxes(c.Node); ok && x.Shape().Known() {
		var sizes []int
		open := 0
		for i, d := range x.Shape().Dims {
			switch {
			case axes[i]:
				sizes = append(sizes, 1)
			case d.Static():
				sizes = append(sizes, d.Size)
			default:
				sizes = append(sizes, -1)
				open++
			}
		}
		if open <= 1 {
			return c.Op("Reshape", []output{y, c.IntVector(sizes...)})
		}
	}
	// shape(x) with ones at the reduced axes.
	shape := c.Op("Shape", []output{x}, graphops.Type("out_type", tensor.Int32))
	rank := c.Op("Size", []output{shape})
	axes := c.Op("Cast", []output{c.Node.Inputs[1]}, graphops.Type("DstT", tensor.Int32))
	axes = c.Op("FloorMod", []output{c.Op("Reshape", []output{axes, c.IntVector(-1)}), rank})
	all := c.Op("Range", []output{c.IntScalar(0), rank, c.IntScalar(1)})
	ones := c.Op("OnesLike", []output{axes})
	return c.Op("Reshape", []output{y, c.Op("DynamicStitch", []output{all, axes, shape, ones}, graphops.Int("N", 2))})
}

// spread repeats an adjoint along the reduced axes.
func spread(c *context, dy output) output {
	x := c.Node.Inputs[0]
	return c.Like(c.Op("BroadcastTo", []output{dy, c.ShapeVector(x)}), x)
}

func keepDims() graphops.Attr { return graphops.Bool("keep_dims", true) }
