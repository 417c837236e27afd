package graphops

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// maxPlayers bounds the tensors that a difference is split over: the function
// is evaluated for every subset of them. A Select has three.
const maxPlayers = 4

// players are the tensors over which the difference of an elementwise function
// with a choice in it is split; nil where o is not one. The function reaches
// back through conditions to what is compared, and from there through activations
// to what they are computed from, so that where(a > b, f(a), b) is a function of
// a and b.
func (d *DeepLIFT) players(w *Walk, o Output) []Output {
	n := o.Node
	if n.Op == "Select" && varies(w, n, isDiscrete) && !mixes(n) {
		return varying(w, n)
	}
	if !mixes(n) || !isDiscrete(o) && !varies(w, n, isDiscrete) || d.bentAt(o) {
		return nil
	}
	var found []Output
	add := func(p Output) {
		if !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	var visit func(in Output)
	visit = func(in Output) {
		switch {
		case !w.Varies(in):
		case in.DType().IsFloat():
			add(d.regions.of(in))
		case mixes(in.Node):
			for _, i := range in.Node.Inputs {
				visit(i)
			}
		default:
			add(in)
		}
	}
	for _, in := range n.Inputs {
		visit(in)
	}
	if len(found) > maxPlayers {
		found = nil
		for _, in := range varying(w, n) {
			add(in)
		}
	}
	if len(found) > maxPlayers || slices.ContainsFunc(found, func(p Output) bool { return !p.DType().IsFloat() && !isDiscrete(p) }) {
		return nil
	}
	return found
}

// mixes says whether a node's first result is an elementwise function of its
// inputs, which broadcast.
func mixes(n *Node) bool {
	switch n.Op {
	case "IdentityN":
		return false // has several
	case "Select": // broadcasts a condition of one bool per row the other way round
		return n.Inputs[0].Shape().Rank() == 0 || n.Inputs[0].Shape().Same(n.Outputs[0].Shape)
	}
	return elementwise(n)
}

// shapley splits the difference of an elementwise function over its players:
// each is at its value or at its reference, and gets what it changes, averaged
// over the orders in which they may change (Shapley 1953; element by element).
// An element that does not differ changes nothing and gets 0, and the shares add
// up to the whole difference whatever the function is.
func (d *DeepLIFT) shapley(c *Context, w *Walk, players []Output) []Adjoint {
	y := Output{c.Node, 0}
	t := c.share
	if y.DType().IsFloat() {
		t = y.DType()
	}
	values := d.coalitions(c, w, players, t)
	whole := c.Cast(c.Grad(0), t)
	if !y.DType().IsFloat() {
		whole = c.Op("DivNoNan", []Output{whole, c.Sub(values[len(values)-1], values[0])})
	}
	var out []Adjoint
	for i, p := range players {
		part := c.worth(values, i)
		if y.DType().IsFloat() && p.DType().IsFloat() {
			part = d.withoutNoise(c, part, p, values)
		}
		share := c.sharesOf(p, c.Mul(whole, part))
		if p.DType().IsFloat() {
			dp := c.Sub(p, d.ref.At(p))
			share = c.Op("DivNoNan", []Output{c.Cast(share, p.DType()), dp})
		} else {
			share = c.Cast(share, c.share)
		}
		out = append(out, Adjoint{p, c.Like(share, p)})
	}
	return out
}

// coalitions are the values of the function for each set of players: bit i says
// whether player i is at its value, not at its reference.
func (d *DeepLIFT) coalitions(c *Context, w *Walk, players []Output, t tensor.DType) []Output {
	y := Output{c.Node, 0}
	game := NewWalk(c.graph, y, players, w.rules)
	game.fixed = w.fixed
	all := 1<<len(players) - 1
	values := make([]Output, all+1)
	values[0] = c.Cast(d.ref.At(y), t)
	for set := 1; set < all; set++ {
		r := NewReference(game, c.Builder.In(fmt.Sprintf("%s/players_%d", c.scope, set)), func(o Output) Output {
			i := slices.Index(players, o)
			switch {
			case i < 0:
				return Output{}
			case set>>i&1 == 1:
				return o
			}
			return c.rowsOf(d.ref.At(o), o)
		})
		values[set] = c.Like(c.Cast(r.At(y), t), y)
		c.Fail(r.b.err)
	}
	values[all] = c.Cast(y, t)
	return values
}

// sharesOf adds up a player's shares, which have the shape of the result, to its own
// shape.
func (c *Context) sharesOf(p, share Output) Output {
	n := c.Node
	if n.Op != "Select" || p != n.Inputs[0] || mixes(n) {
		return c.SumTo(share, Output{n, 0}, p)
	}
	count := c.Op("Size", []Output{p}) // one bool for each row
	flat := c.Op("Reshape", []Output{share, c.Op("Pack", []Output{count, c.IntScalar(-1)}, Int("axis", 0))})
	return c.ReshapeLike(c.Sum(flat, false, 1), p)
}

// worth is the Shapley value of player i, given the function's value for each
// set of players that are present.
func (c *Context) worth(values []Output, i int) Output {
	n := bits.Len(uint(len(values))) - 1
	var sum Output
	for set := range values {
		if set>>i&1 == 1 {
			continue
		}
		k := bits.OnesCount(uint(set))
		weight := 1.0 // k! (n-1-k)! / n!
		for j := range n - 1 - k {
			weight *= float64(j+1) / float64(k+1+j)
		}
		weight /= float64(n)
		term := c.Sub(values[set|1<<i], values[set])
		if weight != 1 {
			term = c.Scale(term, weight)
		}
		if sum.Valid() {
			term = c.Add(sum, term)
		}
		sum = term
	}
	return sum
}

// withoutNoise drops shares that are nothing but rounding, where a player
// hardly differs: the quotient with its difference would be any number.
func (d *DeepLIFT) withoutNoise(c *Context, share, p Output, values []Output) Output {
	near := NearZero(p.DType())
	far := c.Op("GreaterEqual", []Output{c.Abs(c.Sub(p, d.ref.At(p))), c.ScalarLike(p, near)})
	size := c.Add(c.Abs(values[0]), c.Abs(values[len(values)-1]))
	jumps := c.Op("Greater", []Output{c.Abs(share), c.Scale(size, near)})
	return c.Where(c.Like(c.Op("LogicalOr", []Output{far, jumps}), share), share, c.Zeros(share))
}
