package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// gathers pick elements by index. Those of a variable answer with a table that
// no explained tensor reaches.
func gathers() graphops.Registry {
	fromVariable := graphops.Rule{Kind: graphops.Discrete, Note: "of a variable; explain its result, the embedding"}
	return graphops.Registry{
		"Gather": linear(func(c *context, dy output) output { return gatherBack(c, dy, 0, 0) }),
		"GatherV2": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				axis, ok := graphops.ConstInts(c.Node.Inputs[2])
				if !ok || len(axis) != 1 {
					refuse(c, "its axis is not known before it runs")
					return output{}
				}
				return c.Like(gatherBack(c, c.Grad(0), axis[0], c.Node.Int("batch_dims")), c.Node.Inputs[0])
			})
		}, Refuse: func(n *graphops.Node) string {
			if n.Int("batch_dims") < 0 {
				return "its batch_dims is negative"
			}
			return ""
		}},
		"GatherNd": linear(func(c *context, dy output) output {
			shape := shapeOf(c, c.Node.Inputs[0], c.Node.Inputs[1].DType())
			ids := c.In(1)
			if c.Node.Inputs[1].Shape().Rank() < 2 { // ScatterNd wants a list of places
				ids, dy = c.Op("ExpandDims", []output{ids, c.IntScalar(0)}), c.Op("ExpandDims", []output{dy, c.IntScalar(0)})
			}
			return c.Op("ScatterNd", []output{ids, dy, shape})
		}),
		"ResourceGather":   fromVariable,
		"ResourceGatherNd": fromVariable,
		"TopKV2": {Kind: graphops.Extremum, Multiplier: topOne, VJP: func(c *context) []output {
			if !c.HasGrad(0) {
				return c.Adjoints()
			}
			return c.Adjoints(func() output { return c.Like(topBack(c), c.Node.Inputs[0]) })
		}, Note: "DeepLIFT: for k = 1"},
	}
}

// gatherBack adds every element back to where it was taken from. The axes of
// the table are those that run along with the indices (batch), those before
// the axis (outer), the axis, and the others (inner).
func gatherBack(c *context, dy output, axis, batch int) output {
	params, ids := c.Node.Inputs[0], asIndex(c, c.In(1))
	after, inner := end, fixed(1)
	if axis != -1 {
		after = axis + 1
		inner = sizeOf(c, params, after, end)
	}
	entries := sizeOf(c, params, axis, after)
	sum := func(rows, ids output, segments size) output {
		return c.Op("UnsortedSegmentSum", []output{rows, c.Op("Reshape", []output{ids, c.IntVector(-1)}), segments.scalar(c)})
	}
	if axis == 0 {
		table := sum(shaped(c, dy, rest(), inner), ids, entries)
		if params.Shape().Rank() == 2 {
			return table
		}
		return c.ReshapeLike(table, params)
	}
	outer := sizeOf(c, params, batch, axis)
	batches, segments := fixed(1), entries
	if batch > 0 {
		// The entries of every batch have numbers of their own.
		batches = sizeOf(c, c.Node.Inputs[1], 0, batch)
		segments = batches.times(c, entries)
		first := c.Op("Mul", []output{count(c, batches.scalar(c)), entries.scalar(c)})
		first = c.Op("ExpandDims", []output{asType(c, first, ids.DType()), c.IntScalar(1)})
		ids = c.Op("AddV2", []output{shaped(c, ids, batches, rest()), first})
	}
	swap := func(o output) output { return c.Op("Transpose", []output{o, c.IntVector(0, 2, 1, 3)}) }
	rows := shaped(c, swap(shaped(c, dy, batches, outer, rest(), inner)), rest(), outer, inner)
	table := shaped(c, sum(rows, ids, segments), batches, entries, outer, inner)
	return c.ReshapeLike(swap(table), params)
}

// topBack adds the adjoints of the largest entries of each row back to where
// they were.
func topBack(c *context) output {
	x := c.Node.Inputs[0]
	rows, entries := sizeOf(c, x, 0, -1), sizeOf(c, x, -1, end)
	first := c.Op("Mul", []output{count(c, rows.scalar(c)), entries.scalar(c)})
	ids := c.Op("AddV2", []output{shaped(c, asType(c, c.Out(1), tensor.Int32), rows, rest()), c.Op("ExpandDims", []output{first, c.IntScalar(1)})})
	flat := func(o output) output { return c.Op("Reshape", []output{o, c.IntVector(-1)}) }
	return c.ReshapeLike(c.Op("UnsortedSegmentSum", []output{flat(c.Grad(0)), flat(ids), rows.times(c, entries).scalar(c)}), x)
}

// topOne leaves the largest entry to the rule of an extremum. What of the
// difference of the second largest belongs to which entry no rule says.
func topOne(c *context) []output {
	if k, ok := graphops.ConstInts(c.Node.Inputs[1]); !ok || len(k) != 1 || k[0] != 1 {
		refuse(c, "there is no rule that splits the difference of any but the largest entry")
		return []output{}
	}
	return nil
}
