package rules

import (
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// sparses work on the values of sparse and ragged tensors, whose places are
// given.
func sparses() graphops.Registry {
	r := graphops.Registry{
		// places, shape, values, default
		"SparseToDense": {Kind: graphops.Linear, VJP: func(c *context) []output {
			own := func() output {
				return c.ReshapeLike(c.Op("GatherNd", []output{c.Grad(0), placeList(c)}), c.Node.Inputs[2])
			}
			return c.Adjoints(nil, nil, own, func() output { return c.Sub(sumAll(c, c.Grad(0)), sumAll(c, own())) })
		}},
		// places, values, shape, dense
		"SparseTensorDenseAdd": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(nil,
				func() output { return c.Like(c.Op("GatherNd", []output{c.Grad(0), c.In(0)}), c.Node.Inputs[1]) }, nil,
				func() output { return c.Grad(0) })
		}},
		// places, values, shape, axes
		"SparseReduceSum": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(nil, func() output { return c.Like(sparseSumBack(c), c.Node.Inputs[1]) })
		}},
		// places, values, shape, default; the last result says where each value went.
		"SparseFillEmptyRows": {Kind: graphops.Linear, VJP: func(c *context) []output {
			if !c.HasGrad(1) {
				return c.Adjoints()
			}
			g := c.Builder.Node("SparseFillEmptyRowsGrad", []output{c.Out(3), c.Grad(1)})
			return c.Adjoints(nil,
				func() output { return c.Like(output{Node: g, Index: 0}, c.Node.Inputs[1]) }, nil,
				func() output { return output{Node: g, Index: 1} })
		}},
		"RaggedTensorToTensor": {Kind: graphops.Linear, VJP: raggedBack},
	}
	for _, kind := range []string{"Sum", "Mean", "SqrtN"} {
		rule := linear(func(c *context, dy output) output {
			rows := asType(c, sizeOf(c, c.Node.Inputs[0], 0, 1).scalar(c), tensor.Int32)
			return c.Op("SparseSegment"+kind+"Grad", []output{dy, c.In(1), c.In(2), rows})
		})
		r["SparseSegment"+kind] = rule
		r["SparseSegment"+kind+"WithNumSegments"] = rule
	}
	return r
}

// placeList gives places as a list of lists of coordinates: one number, or one
// list of coordinates, stands for a single place or a vector of them.
func placeList(c *context) output {
	ids := c.In(0)
	switch c.Node.Inputs[0].Shape().Rank() {
	case 0, 1:
		return c.Op("Reshape", []output{ids, c.IntVector(-1, 1)})
	case 2:
		return ids
	}
	// [places, axes of the result]
	axes := c.Op("Size", []output{c.Node.Inputs[1]})
	return c.Op("Reshape", []output{ids, c.Op("Pack", []output{c.IntScalar(-1), axes}, graphops.Int("axis", 0))})
}

// sparseSumBack gives each value what its sum has: at its place, with 0 for the
// axes that were summed.
func sparseSumBack(c *context) output {
	shape := asType(c, c.In(2), tensor.Int32)
	rank := c.Op("Size", []output{shape})
	axes := c.Op("FloorMod", []output{c.Op("Reshape", []output{c.In(3), c.IntVector(-1)}), rank})
	all := count(c, rank)
	keptShape := c.Op("DynamicStitch", []output{all, axes, shape, c.Op("OnesLike", []output{axes})}, graphops.Int("N", 2))
	scale := c.Op("FloorDiv", []output{shape, c.Op("Maximum", []output{keptShape, c.IntScalar(1)})})
	places := c.Op("FloorDiv", []output{c.In(0), asType(c, c.Op("Maximum", []output{scale, c.IntScalar(1)}), tensor.Int64)})
	return c.Op("GatherNd", []output{c.Op("Reshape", []output{c.Grad(0), keptShape}), places})
}

// raggedBack finds where each row of values went by sending its number the same
// way, 1 for the first; 0 is padding.
func raggedBack(c *context) []output {
	n := c.Node
	if c.Wants(2) && n.Inputs[2].Shape().Rank() > 0 {
		refuse(c, "its default value is no single number and depends on the explained inputs")
		return nil
	}
	values := n.Inputs[1]
	rows := sizeOf(c, values, 0, 1)
	numbers := c.Op("AddV2", []output{count(c, rows.scalar(c)), c.IntScalar(1)})
	flat := sizeOf(c, values, 1, end)
	in := []output{raggedOuter(c), numbers, c.IntScalar(0)}
	for i := 3; i < len(n.Inputs); i++ {
		in = append(in, c.In(i))
	}
	cells := c.Op("RaggedTensorToTensor", in, copied(c, "row_partition_types")...)
	ids := c.Op("Sub", []output{c.Op("Reshape", []output{cells, c.IntVector(-1)}), c.IntScalar(1)})
	dy := shaped(c, c.Grad(0), size{-1, func() output { return c.Op("Size", []output{cells}) }}, flat)
	own := func() output {
		return c.ReshapeLike(c.Op("UnsortedSegmentSum", []output{dy, ids, rows.scalar(c)}), values)
	}
	return c.Adjoints(nil, own, func() output {
		return c.ReshapeLike(c.Sub(sumAll(c, c.Grad(0)), sumAll(c, own())), n.Inputs[2])
	})
}

// raggedOuter is the shape of the result without the axes that every value has.
func raggedOuter(c *context) output {
	partitions := 0
	for _, t := range c.Node.Strs("row_partition_types") {
		if !strings.HasPrefix(t, "FIRST_DIM_SIZE") {
			partitions++
		}
	}
	shape := c.Op("Shape", []output{output{Node: c.Node}}, graphops.Type("out_type", tensor.Int32))
	return c.Op("Slice", []output{shape, c.IntVector(0), c.IntVector(partitions + 1)})
}
