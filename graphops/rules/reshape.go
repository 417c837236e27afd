package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// reshapes move or repeat elements without computing.
func reshapes() graphops.Registry {
	reshape := linear(func(c *context, dy output) output { return c.ReshapeLike(dy, c.Node.Inputs[0]) })
	return graphops.Registry{
		"Reshape":            reshape,
		"Squeeze":            reshape,
		"ExpandDims":         reshape,
		"Transpose":          linear(transposeBack),
		"ConjugateTranspose": linear(transposeBack), // of real numbers
		"BroadcastTo":        linear(func(c *context, dy output) output { return c.SumTo(dy, output{Node: c.Node}, c.Node.Inputs[0]) }),
		"Tile":               linear(tileBack),
		"Fill":               {Kind: graphops.Linear, VJP: func(c *context) []output { return c.Adjoints(nil, func() output { return sumAll(c, c.Grad(0)) }) }},
		"Cast": linear(func(c *context, dy output) output {
			return c.Op("Cast", []output{dy}, graphops.Type("DstT", c.Node.Inputs[0].DType()))
		}),
	}
}

// linear is the rule of an op that is linear in its first input and whose
// other inputs steer it.
func linear(back func(c *context, dy output) output) graphops.Rule {
	return graphops.Rule{Kind: graphops.Linear, VJP: func(c *context) []output {
		return c.Adjoints(func() output { return c.Like(back(c, c.Grad(0)), c.Node.Inputs[0]) })
	}}
}

func transposeBack(c *context, dy output) output {
	perm, ok := graphops.ConstInts(c.Node.Inputs[1])
	if !ok {
		return c.Op("Transpose", []output{dy, c.Op("InvertPermutation", []output{c.Node.Inputs[1]})})
	}
	inverse := make([]int, len(perm))
	for i, p := range perm {
		if p < 0 {
			p += len(perm)
		}
		if p < 0 || p >= len(perm) {
			c.Fail(&graphops.GraphError{Node: c.Node.Origin, Reason: "its permutation is not one"})
			return output{}
		}
		inverse[p] = i
	}
	return c.Op("Transpose", []output{dy, c.IntVector(inverse...)})
}

// tileBack gives every axis a second one that counts the repetitions, and adds
// up over those.
func tileBack(c *context, dy output) output {
	x := c.Node.Inputs[0]
	if times, ok := graphops.ConstInts(c.Node.Inputs[1]); ok && x.Shape().Known() && len(times) == x.Shape().Rank() {
		var sizes, counts []int
		open := 0
		for i, d := range x.Shape().Dims {
			size := d.Size
			if d.PerRow {
				size, open = -1, open+1
			}
			sizes, counts = append(sizes, times[i], size), append(counts, 2*i)
		}
		if open <= 1 {
			return c.Sum(c.Op("Reshape", []output{dy, c.IntVector(sizes...)}), false, counts...)
		}
	}
	times := c.Op("Cast", []output{c.Node.Inputs[1]}, graphops.Type("DstT", tensor.Int32))
	shape := c.Op("Shape", []output{x}, graphops.Type("out_type", tensor.Int32))
	pairs := c.Op("Reshape", []output{c.Op("Pack", []output{times, shape}, graphops.Int("axis", 1)), c.IntVector(-1)})
	counts := c.Op("Range", []output{c.IntScalar(0), c.Op("Size", []output{pairs}), c.IntScalar(2)})
	return c.Op("Sum", []output{c.Op("Reshape", []output{dy, pairs}), counts})
}

// sumAll adds up every element, to a scalar.
func sumAll(c *context, x output) output {
	return c.Sum(c.Op("Reshape", []output{x, c.IntVector(-1)}), false, 0)
}
