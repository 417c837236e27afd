package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// topK are the largest entries of each row, in order, and their places.
func topK() graphops.Registry {
	top := graphops.Rule{Kind: graphops.Extremum, Multiplier: topMultiplier, Choice: topChoice,
		Note: "DeepLIFT: takes memory for k times the row",
		VJP: func(c *context) []output {
			if !c.HasGrad(0) {
				return c.Adjoints()
			}
			return c.Adjoints(func() output { return c.Like(topBack(c, c.Grad(0), c.Out(1)), c.Node.Inputs[0]) })
		}}
	return graphops.Registry{"TopKV2": top,
		// Ties share equally.
		"NthElement": {Kind: graphops.Extremum, VJP: func(c *context) []output {
			return c.Adjoints(func() output {
				rank := func(o output) output { return c.Op("ExpandDims", []output{o, c.IntScalar(-1)}) }
				hit := asType(c, c.Op("Equal", []output{c.In(0), rank(c.Out(0))}), c.Node.Inputs[0].DType())
				each := c.Op("RealDiv", []output{rank(c.Grad(0)), c.Sum(hit, true, -1)})
				return c.Like(c.Op("Mul", []output{hit, each}), c.Node.Inputs[0])
			})
		}, Multiplier: func(c *context) []output {
			rank := func(o output) output { return c.Op("ExpandDims", []output{o, c.IntScalar(-1)}) }
			return []output{ranked(c, rank(c.Out(0)), rank(c.RefOut(0)), rank(accounted(c)))}
		}}}
}

// topBack adds numbers for the largest entries of each row to the places where
// the entries stand.
func topBack(c *context, of, places output) output {
	x := c.Node.Inputs[0]
	rows, entries := sizeOf(c, x, 0, -1), sizeOf(c, x, -1, end)
	first := c.Op("Mul", []output{count(c, rows.scalar(c)), entries.scalar(c)})
	ids := c.Op("AddV2", []output{shaped(c, asType(c, places, tensor.Int32), rows, rest()), c.Op("ExpandDims", []output{first, c.IntScalar(1)})})
	flat := func(o output) output { return c.Op("Reshape", []output{o, c.IntVector(-1)}) }
	return c.ReshapeLike(c.Op("UnsortedSegmentSum", []output{flat(of), flat(ids), rows.times(c, entries).scalar(c)}), x)
}

// topMultiplier is for the entries themselves: the rule of an extremum, for
// every rank. Where entry r rises from y0 to y, at most r-1 inputs were above y0
// and at least r are not below y; so some input that was not above y0 is not
// below y now. All such share the rise equally. A fall is the same mirrored.
// Each of them differs by at least as much, so that no multiplier exceeds that
// of y. For the largest entry it is the cross term of Max.
func topMultiplier(c *context) []output {
	return []output{topValues(c)}
}

func topValues(c *context) output {
	if !topSorted(c) {
		return output{}
	}
	return ranked(c, c.Out(0), c.RefOut(0), accounted(c))
}

// ranked are the multipliers for entries y of given ranks, each of which
// accounts for a share.
func ranked(c *context, y, y0, share output) output {
	x, x0 := values(c, 0)
	row := func(o output) output { return c.Op("ExpandDims", []output{o, c.IntScalar(-2)}) }
	rank := func(o output) output { return c.Op("ExpandDims", []output{o, c.IntScalar(-1)}) }
	in, in0 := row(c.In(0)), row(there(c, 0))
	y, y0 = rank(y), rank(y0)
	both := func(a, b output) output { return c.Op("LogicalAnd", []output{a, b}) }
	notBelow := func(a, b output) output { return c.Op("GreaterEqual", []output{a, b}) }
	passed := c.Op("SelectV2", []output{c.Op("Greater", []output{y, y0}),
		both(notBelow(in, y), notBelow(y0, in0)), both(notBelow(y, in), notBelow(in0, y0))})
	hit := asType(c, passed, x.DType())
	each := c.Op("DivNoNan", []output{rank(asType(c, share, x.DType())), c.Sum(hit, true, -1)})
	return answer(c, 0, c.Op("DivNoNan", []output{c.Sum(c.Mul(hit, each), false, -2), c.Sub(x, x0)}))
}

// topChoice is for the places of the entries, too. Where rank r went from place
// b to place a, each of the two now stands in another order to some inputs, and
// what decides that order is the difference of two numbers. Half of the share
// goes to the pairs of a and half to those of b, in equal parts, and to the two
// of a pair as to an activation of their difference.
func topChoice(c *context) []output {
	var m output
	if c.HasGrad(0) {
		m = topValues(c)
	}
	if c.HasGrad(1) && topSorted(c) {
		places := topPlaces(c, c.Out(1))
		places = c.Add(places, topPlaces(c, c.RefOut(1)))
		places = answer(c, 0, places)
		if m.Valid() {
			places = c.Add(m, places)
		}
		m = places
	}
	return []output{m}
}

// topPlaces are the multipliers of the inputs for half of the shares of the
// ranks, given to the pairs of the inputs at the given places.
func topPlaces(c *context, at output) output {
	node := c.Node.Inputs[0]
	x, x0 := values(c, 0)
	rows, entries := sizeOf(c, node, 0, -1), sizeOf(c, node, -1, end)
	flat := func(o output) output { return shaped(c, o, rows, entries) }
	x, x0, at = flat(x), flat(x0), shaped(c, at, rows, rest())
	at = asType(c, at, tensor.Int32)
	pick := func(o output) output {
		picked := c.Op("GatherV2", []output{o, at, c.IntScalar(1)}, graphops.Int("batch_dims", 1))
		return c.Op("ExpandDims", []output{picked, c.IntScalar(2)})
	}
	row := func(o output) output { return c.Op("ExpandDims", []output{o, c.IntScalar(1)}) }
	d, d0 := c.Op("Sub", []output{pick(x), row(x)}), c.Op("Sub", []output{pick(x0), row(x0)})
	// Of equal entries the first comes first.
	earlier := c.Op("Less", []output{c.Op("ExpandDims", []output{at, c.IntScalar(2)}), count(c, entries.scalar(c))})
	zero := c.ScalarLike(x, 0)
	before := func(d output) output {
		tie := c.Op("LogicalAnd", []output{c.Op("Equal", []output{d, zero}), earlier})
		return c.Op("LogicalOr", []output{c.Op("Greater", []output{d, zero}), tie})
	}
	turned := asType(c, c.Op("NotEqual", []output{before(d), before(d0)}), x.DType())
	changed := c.Op("NotEqual", []output{c.Out(1), c.RefOut(1)})
	share := asType(c, c.Grad(1), x.DType())
	share = c.Op("ExpandDims", []output{shaped(c, c.Op("SelectV2", []output{changed, share, zero}), rows, rest()), c.IntScalar(2)})
	each := c.Op("DivNoNan", []output{c.Scale(share, 0.5), c.Sum(turned, true, 2)})
	pairs := c.Op("DivNoNan", []output{c.Op("Mul", []output{turned, each}), c.Op("Sub", []output{d, d0})})
	own := topBack(c, c.Sum(pairs, false, 2), at)
	return c.Like(c.Sub(own, c.ReshapeLike(c.Sum(pairs, false, 1), node)), node)
}

// there is input i at the baseline.
func there(c *context, i int) output {
	if c.Wants(i) || c.Differs(i) {
		return repeated(c, c.RefIn(i), c.Node.Inputs[i])
	}
	return c.In(i)
}

func topSorted(c *context) bool {
	if !c.Node.Bool("sorted") {
		refuse(c, "its entries are in no order, so that they cannot be compared with those of the baseline")
		return false
	}
	return true
}
