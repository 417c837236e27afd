package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// accounted is how much each element of the output accounts for of the target's
// difference: the share of a discrete output, or multiplier times difference.
func accounted(c *context) output {
	if !(output{Node: c.Node}).DType().IsFloat() {
		return c.Grad(0)
	}
	return c.Mul(c.Grad(0), c.Sub(c.Out(0), c.RefOut(0)))
}

// slopeOf is the multiplier of an output, of a discrete one the number that its
// share stands for.
func slopeOf(c *context, i int) output {
	if (output{Node: c.Node, Index: i}).DType().IsFloat() {
		return c.Grad(i)
	}
	d := c.Sub(asType(c, c.Out(i), c.ShareType()), asType(c, c.RefOut(i), c.ShareType()))
	return c.Op("DivNoNan", []output{c.Grad(i), d})
}

// values are input i here and at the baseline, as floats.
func values(c *context, i int) (x, x0 output) {
	x = c.In(i)
	switch {
	case c.Wants(i):
		return x, repeated(c, c.RefIn(i), c.Node.Inputs[i])
	case c.Differs(i):
		return asType(c, x, c.ShareType()), asType(c, c.RefIn(i), c.ShareType())
	}
	return x, x
}

// answer is what a Choice returns for input i, given its multiplier.
func answer(c *context, i int, multiplier output) output {
	if c.Differs(i) {
		x, x0 := values(c, i)
		multiplier = c.Mul(multiplier, c.Sub(x, x0))
	}
	return c.Like(multiplier, c.Node.Inputs[i])
}

// halfOf is the mean of what holds here and at the baseline.
func halfOf(c *context, a, b output) output { return c.Scale(c.Add(a, b), 0.5) }

// argChoice treats the choice of place a over place b, which was chosen at the
// baseline, as an activation of the one number that decides it, x_a - x_b. Where
// the choice changed that number has changed its sign.
func argChoice(c *context) []output {
	axis, ok := graphops.ConstInts(c.Node.Inputs[1])
	if !ok || len(axis) != 1 {
		refuse(c, "its axis is not known before it runs")
		return nil
	}
	x, x0 := values(c, 0)
	at := axis[0]
	if rank := c.Node.Inputs[0].Shape().Rank(); at < 0 && rank >= 0 {
		at += rank
	}
	after := end
	if at != -1 {
		after = at + 1
	}
	places := sizeOf(c, c.Node.Inputs[0], at, after).scalar(c)
	hot := func(choice output) output {
		return c.Op("OneHot", []output{choice, places, c.ScalarLike(x, 1), c.ScalarLike(x, 0)}, graphops.Int("axis", at))
	}
	moved := c.Op("Sub", []output{hot(c.Out(0)), hot(c.RefOut(0))}) // 1 at a, -1 at b, or nothing
	// MulNoNan: x may be infinite on both sides where nothing moved.
	gap := c.Sum(c.Op("MulNoNan", []output{c.Sub(x, x0), moved}), true, at)
	share := c.Op("ExpandDims", []output{asType(c, c.Grad(0), x.DType()), c.IntScalar(at)})
	return []output{answer(c, 0, c.Mul(moved, c.Op("DivNoNan", []output{share, gap})))}
}

// boolChoice: where All or Any changed, every input that changed did so in the
// same direction, and the Shapley value gives them equal shares.
func boolChoice(c *context) []output {
	x, x0 := values(c, 0)
	changed := c.Abs(c.Sub(x, x0))
	count := c.Op("Sum", []output{changed, c.Node.Inputs[1]}, keepDims())
	return []output{c.Like(c.Mul(changed, c.Op("DivNoNan", []output{kept(c, c.Grad(0)), count})), c.Node.Inputs[0])}
}

// placesChoice gives the share of a place to the coordinates that changed, in
// equal parts. ids are lists of coordinates.
func placesChoice(c *context, i int, share output) output {
	ids := c.Node.Inputs[i]
	list := func(o output) output {
		return shaped(c, o, sizeOf(c, ids, 0, -1), sizeOf(c, ids, -1, end))
	}
	changed := asType(c, c.Op("NotEqual", []output{list(c.In(i)), list(c.RefIn(i))}), share.DType())
	each := c.Op("DivNoNan", []output{shaped(c, share, sizeOf(c, ids, 0, -1), fixed(1)), c.Sum(changed, true, 1)})
	return c.ReshapeLike(c.Op("Mul", []output{changed, each}), ids)
}

// perIndex adds up the shares of what each index picked: the last axes of y.
func perIndex(c *context, share output, count size) output {
	return c.Sum(shaped(c, share, count, rest()), false, 1)
}
