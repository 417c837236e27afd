package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// cumulatives are products over axes, and sums and products up to each place.
func cumulatives() graphops.Registry {
	return graphops.Registry{
		"Prod": {Kind: graphops.Normalize, Multiplier: prodMultiplier, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return prodShare(c, c.In(0), c.In(0)) })
		}, Note: "a difference is split factor by factor, from both ends"},
		"Cumsum": linear(func(c *context, dy output) output { return turned(c, "Cumsum", dy) }),
		"Cumprod": {Kind: graphops.Normalize, Multiplier: cumprodMultiplier, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return c.Like(cumprodBack(c), c.Node.Inputs[0]) })
		}, Note: "DeepLIFT: takes memory for the square of the axis, which must be a constant"},
		"CumulativeLogsumexp": {Kind: graphops.Normalize, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return c.Like(cumulativeLogsumexpBack(c, c.In(0), c.Out(0)), c.Node.Inputs[0]) })
		}, Multiplier: func(c *context) []output {
			// As for softmax, with logarithmic means in the place of values.
			return c.Adjoints(func() output {
				x, x0 := values(c, 0)
				y, y0 := c.Out(0), repeated(c, c.RefOut(0), output{Node: c.Node})
				return c.Like(cumulativeLogsumexpBack(c, logMean(c, x, x0), logMean(c, y, y0)), c.Node.Inputs[0])
			})
		}},
	}
}

// turned runs a cumulative op along the axis of the node, the other way round.
func turned(c *context, op string, x output) output {
	return c.Op(op, []output{x, c.In(1)}, c.Node.Copy("exclusive"), graphops.Bool("reverse", !c.Node.Bool("reverse")))
}

// along runs a cumulative op along the axis of the node.
func along(c *context, op string, x output, exclusive bool) output {
	return c.Op(op, []output{x, c.In(1)}, graphops.Bool("exclusive", exclusive), c.Node.Copy("reverse"))
}

// cumprodBack is the sum of dy*y over the places that follow, divided by x.
// Where x is 0 that says nothing; but y is 0 from the first 0 on, and the
// derivative at that one is the same sum with a 1 in its place, while all
// later ones are 0.
func cumprodBack(c *context) output {
	x, dy := c.In(0), c.Grad(0)
	zero := c.Op("Equal", []output{x, c.ScalarLike(c.Node.Inputs[0], 0)})
	before := along(c, "Cumsum", asType(c, zero, tensor.Int32), false)
	first := c.Op("LogicalAnd", []output{zero, c.Op("Equal", []output{before, c.IntScalar(1)})})
	ones := c.Ones(x)
	without := c.Op("Select", []output{first, ones, x})
	product := along(c, "Cumprod", without, c.Node.Bool("exclusive"))
	atFirst := turned(c, "Cumsum", c.Mul(dy, product))
	elsewhere := c.Div(turned(c, "Cumsum", c.Mul(dy, c.Out(0))), c.Op("Select", []output{zero, ones, x}))
	return c.Op("Select", []output{first, atFirst, elsewhere})
}

// cumulativeLogsumexpBack is exp(x_i) times the sum of dy_j*exp(-y_j) over the
// places that follow, with logarithms throughout and the two signs of dy apart,
// so that nothing overflows.
func cumulativeLogsumexpBack(c *context, x, y output) output {
	dy := c.Grad(0)
	const never = -1e30 // exp of it is 0 in every float type, beside any x
	part := func(positive output) output {
		has := c.Op("Greater", []output{positive, c.ScalarLike(c.Node.Inputs[0], 0)})
		log := c.Op("Log", []output{c.Op("Select", []output{has, positive, c.Ones(positive)})})
		log = c.Op("SelectV2", []output{has, c.Sub(log, y), c.ScalarLike(c.Node.Inputs[0], never)})
		return c.Op("Exp", []output{c.Add(turned(c, "CumulativeLogsumexp", log), x)})
	}
	return c.Sub(part(c.Op("Relu", []output{dy})), part(c.Op("Relu", []output{c.Neg(dy)})))
}

// prodShare is m times, for each factor, the product of the ones before it in a
// and of those behind it in b.
func prodShare(c *context, a, b output) output {
	x := c.Node.Inputs[0]
	first, second, back := prodLayout(c, a, b)
	before := c.Op("Cumprod", []output{first, c.IntScalar(0)}, graphops.Bool("exclusive", true))
	behind := c.Op("Cumprod", []output{second, c.IntScalar(0)}, graphops.Bool("exclusive", true), graphops.Bool("reverse", true))
	m := c.Op("Reshape", []output{c.Grad(0), c.IntVector(1, -1)})
	return c.Like(back(c.Mul(c.Op("Mul", []output{before, behind}), m)), x)
}

// prodMultiplier: the difference of a product is the sum over its factors of
// their differences, times the values before and the references behind; or the
// other way round. The mean of both treats the ends alike and is the half rule
// for two factors.
func prodMultiplier(c *context) []output {
	return c.Adjoints(func() output {
		x, x0 := c.In(0), repeated(c, c.RefIn(0), c.Node.Inputs[0])
		return c.Like(c.Scale(c.Add(prodShare(c, x, x0), prodShare(c, x0, x)), 0.5), c.Node.Inputs[0])
	})
}

// prodLayout gives tensors like the node's input the shape [factors, products],
// and the way back.
func prodLayout(c *context, a, b output) (first, second output, back func(output) output) {
	x := c.Node.Inputs[0]
	axes, ok := reducedAxes(c.Node)
	if !ok {
		return prodLayoutAtRunTime(c, a, b)
	}
	var perm []int
	factors := fixed(1)
	for _, reduced := range []bool{true, false} {
		for i := range x.Shape().Rank() {
			if axes[i] != reduced {
				continue
			}
			perm = append(perm, i)
			if reduced {
				factors = factors.times(c, sizeOf(c, x, i, i+1))
			}
		}
	}
	inverse, sizes := make([]int, len(perm)), make([]size, len(perm))
	for k, i := range perm {
		inverse[i] = k
		sizes[k] = sizeOf(c, x, i, i+1)
	}
	there := func(o output) output {
		return shaped(c, c.Op("Transpose", []output{o, c.IntVector(perm...)}), factors, rest())
	}
	first, second = there(a), there(b)
	return first, second, func(o output) output {
		return c.Op("Transpose", []output{shaped(c, o, sizes...), c.IntVector(inverse...)})
	}
}

func prodLayoutAtRunTime(c *context, a, b output) (first, second output, back func(output) output) {
	shape := shapeOf(c, c.Node.Inputs[0], tensor.Int32)
	rank := c.Op("Size", []output{shape})
	axes := c.Op("Reshape", []output{asType(c, c.Node.Inputs[1], tensor.Int32), c.IntVector(-1)})
	axes = c.Op("FloorMod", []output{axes, rank})
	others := c.Op("ListDiff", []output{count(c, rank), axes})
	perm := c.Op("ConcatV2", []output{axes, others, c.IntScalar(0)})
	sizes := c.Op("Gather", []output{shape, perm})
	factors := c.Op("Prod", []output{c.Op("Gather", []output{shape, axes}), c.IntVector(0)})
	flat := c.Op("Pack", []output{factors, c.IntScalar(-1)}, graphops.Int("axis", 0))
	there := func(o output) output {
		return c.Op("Reshape", []output{c.Op("Transpose", []output{o, perm}), flat})
	}
	first, second = there(a), there(b)
	return first, second, func(o output) output {
		return c.Op("Transpose", []output{c.Op("Reshape", []output{o, sizes}), c.Op("InvertPermutation", []output{perm})})
	}
}

// cumprodMultiplier is the half rule at each product y_i = y_(i-1) * x_i: with
// means of values and references, m_x_i is y_(i-1) times the sum over the
// following j of m_j times the x between i and j. The products in between are
// taken in a square of places, because to divide by them fails at 0.
func cumprodMultiplier(c *context) []output {
	at, ok := graphops.ConstInts(c.Node.Inputs[1])
	rank := c.Node.Inputs[0].Shape().Rank()
	if !ok || len(at) != 1 || rank < 1 {
		refuse(c, "its axis is not known before it runs")
		return nil
	}
	axis := at[0]
	if axis < 0 {
		axis += rank
	}
	last := make([]int, rank) // swaps the axis with the last one
	for i := range last {
		last[i] = i
	}
	last[axis], last[rank-1] = rank-1, axis
	turn := func(o output) output { return c.Op("Transpose", []output{o, c.IntVector(last...)}) }
	flip := func(o output) output {
		if c.Node.Bool("reverse") {
			return c.Op("ReverseV2", []output{o, c.IntVector(-1)})
		}
		return o
	}
	exclusive := c.Node.Bool("exclusive")
	return c.Adjoints(func() output {
		x, x0 := c.In(0), repeated(c, c.RefIn(0), c.Node.Inputs[0])
		mean := flip(turn(c.Scale(c.Add(x, x0), 0.5)))
		before := c.Scale(c.Add(along(c, "Cumprod", x, true), along(c, "Cumprod", x0, true)), 0.5)
		m := flip(turn(c.Grad(0)))
		places := count(c, sizeOf(c, c.Node.Inputs[0], axis, axis+1).scalar(c))
		i := c.Op("ExpandDims", []output{places, c.IntScalar(1)})
		behind := c.Op("Less", []output{i, places}) // i < j
		wide := func(o output) output { return c.Op("ExpandDims", []output{o, c.IntScalar(-2)}) }
		one, zero := c.ScalarLike(c.Node.Inputs[0], 1), c.ScalarLike(c.Node.Inputs[0], 0)
		between := c.Op("Cumprod", []output{c.Op("SelectV2", []output{behind, wide(mean), one}), c.IntScalar(-1)}, graphops.Bool("exclusive", exclusive))
		counted := behind
		if !exclusive {
			counted = c.Op("LessEqual", []output{i, places})
		}
		terms := c.Op("Mul", []output{wide(m), c.Op("SelectV2", []output{counted, between, zero})})
		sum := c.Sum(terms, false, -1)
		return c.Like(c.Mul(before, turn(flip(sum))), c.Node.Inputs[0])
	})
}
