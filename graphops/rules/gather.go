package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// gathers pick elements by index. Those of a variable answer with a table that
// no explained tensor reaches.
func gathers() graphops.Registry {
	return graphops.Registry{
		"Gather": {Kind: graphops.Linear, Choice: gatherChoice, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return gatherBack(c, c.Grad(0), c.In(1), 0, 0) })
		}},
		"GatherV2": {Kind: graphops.Linear, Choice: gatherChoice, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				axis, batch, ok := gatherAxis(c)
				if !ok {
					return output{}
				}
				return gatherBack(c, c.Grad(0), c.In(1), axis, batch)
			})
		}, Refuse: func(n *graphops.Node) string {
			if n.Int("batch_dims") < 0 {
				return "its batch_dims is negative"
			}
			return ""
		}},
		"GatherNd": {Kind: graphops.Linear, Choice: gatherNdChoice, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return gatherNdBack(c, c.Grad(0), c.In(1)) })
		}},
		"ResourceGather": {Kind: graphops.Discrete, Note: "of a variable; explain its result, the embedding", Choice: func(c *context) []output {
			ids := c.Node.Inputs[1]
			return []output{{}, c.ReshapeLike(perIndex(c, accounted(c), sizeOf(c, ids, 0, end)), ids)}
		}},
		"ResourceGatherNd": {Kind: graphops.Discrete, Note: "of a variable; explain its result, the embedding", Choice: func(c *context) []output {
			return []output{{}, placesChoice(c, 1, perIndex(c, accounted(c), sizeOf(c, c.Node.Inputs[1], 0, -1)))}
		}},
	}
}

// gatherAxis are the axis and the batch axes of a gather.
func gatherAxis(c *context) (axis, batch int, ok bool) {
	if c.Node.Op == "Gather" {
		return 0, 0, true
	}
	at, ok := graphops.ConstInts(c.Node.Inputs[2])
	if !ok || len(at) != 1 {
		refuse(c, "its axis is not known before it runs")
		return 0, 0, false
	}
	return at[0], c.Node.Int("batch_dims"), true
}

// gatherChoice is the half rule over table and indices: the table gets what it
// changes, by the mean of both choices; an index gets what its change of choice
// does to the mean of both tables.
func gatherChoice(c *context) []output {
	axis, batch, ok := gatherAxis(c)
	if !ok {
		return nil
	}
	ids := c.Node.Inputs[1]
	return halfChoice(c, 0, 1,
		func(table, ids output) output {
			return c.Op("GatherV2", []output{table, ids, c.IntScalar(axis)}, graphops.Int("batch_dims", batch))
		},
		func(dy, ids output) output { return gatherBack(c, dy, ids, axis, batch) },
		func(share output) output {
			after, inner := end, fixed(1)
			if axis != -1 {
				after = axis + 1
				inner = sizeOf(c, c.Node.Inputs[0], after, end)
			}
			batches, outer := fixed(1), fixed(1)
			if batch > 0 {
				batches = sizeOf(c, ids, 0, batch)
			}
			if axis != 0 {
				outer = sizeOf(c, c.Node.Inputs[0], batch, axis)
			}
			return c.ReshapeLike(c.Sum(shaped(c, share, batches, outer, rest(), inner), false, 1, 3), ids)
		})
}

// halfChoice splits the difference of pick(table, ids), linear in the table,
// over the two: the table, input i, through back, and the indices, input k, by
// perIndex, which adds up what each index picked.
func halfChoice(c *context, i, k int, pick, back func(table, ids output) output, perIndex func(share output) output) []output {
	out := make([]output, len(c.Node.Inputs))
	ids, ids0 := c.In(k), there(c, k)
	m := slopeOf(c, 0)
	if c.Wants(i) || c.Differs(i) {
		table := back(m, ids)
		if c.Differs(k) {
			table = halfOf(c, table, back(m, ids0))
		}
		out[i] = answer(c, i, table)
	}
	if c.Differs(k) {
		table, table0 := values(c, i)
		if table != table0 {
			table = halfOf(c, table, table0)
		}
		table = asType(c, table, m.DType())
		out[k] = asType(c, perIndex(c.Mul(m, c.Sub(pick(table, ids), pick(table, ids0)))), c.ShareType())
	}
	return out
}

func gatherNdChoice(c *context) []output {
	return halfChoice(c, 0, 1,
		func(table, ids output) output { return c.Op("GatherNd", []output{table, ids}) },
		func(dy, ids output) output { return gatherNdBack(c, dy, ids) },
		func(share output) output {
			return placesChoice(c, 1, perIndex(c, share, sizeOf(c, c.Node.Inputs[1], 0, -1)))
		})
}

func gatherNdBack(c *context, dy, ids output) output {
	shape := shapeOf(c, c.Node.Inputs[0], c.Node.Inputs[1].DType())
	if c.Node.Inputs[1].Shape().Rank() < 2 { // ScatterNd wants a list of places
		ids, dy = c.Op("ExpandDims", []output{ids, c.IntScalar(0)}), c.Op("ExpandDims", []output{dy, c.IntScalar(0)})
	}
	return c.Like(c.Op("ScatterNd", []output{ids, dy, shape}), c.Node.Inputs[0])
}

// gatherBack adds every element back to where it was taken from. The axes of
// the table are those that run along with the indices (batch), those before
// the axis (outer), the axis, and the others (inner).
func gatherBack(c *context, dy, ids output, axis, batch int) output {
	return c.Like(gatheredBack(c, dy, asIndex(c, ids), axis, batch), c.Node.Inputs[0])
}

func gatheredBack(c *context, dy, ids output, axis, batch int) output {
	params := c.Node.Inputs[0]
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
