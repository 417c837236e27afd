package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// inTurn gives the multipliers of any elementwise function of several numbers.
// The inputs are changed from their references to their values one after the
// other, and each gets what its own step changes; that in the order of the
// inputs and backwards, and the mean of both. For two inputs that is the
// Shapley value, and for a product the half rule. The shares add up to the
// whole difference whatever the function is. Of two orders the one counts on
// whose way the function has a value: x/y from (0, 0) has none at (x, 0). Where
// an input hardly differs the gradient stands in for the quotient.
func inTurn(vjp func(c *context) []output) func(c *context) []output {
	return func(c *context) []output {
		n := c.Node
		w := &way{c: c, here: make([]output, len(n.Inputs)), there: make([]output, len(n.Inputs))}
		for i, x := range n.Inputs {
			w.here[i], w.there[i] = c.In(i), c.In(i)
			if c.Wants(i) {
				w.there[i] = repeated(c, c.RefIn(i), x)
				w.varying = append(w.varying, i)
			}
		}
		shares := w.shares()
		slopes := make([]output, len(n.Inputs))
		if vjp != nil {
			slopes = vjp(c)
		}
		out := make([]output, len(n.Inputs))
		for _, i := range w.varying {
			x := n.Inputs[i]
			d := c.Sub(w.here[i], w.there[i])
			share := c.SumTo(c.Mul(c.Grad(0), shares[i]), output{Node: n}, x)
			quotient := c.Op("DivNoNan", []output{share, d})
			if slopes[i].Valid() {
				near := c.Like(c.Op("Less", []output{c.Abs(d), c.ScalarLike(x, graphops.NearZero(x.DType()))}), x)
				quotient = c.Where(near, slopes[i], quotient)
			}
			out[i] = c.Like(quotient, x)
		}
		return out
	}
}

// way leads from the references of a node's inputs to their values.
type way struct {
	c           *context
	here, there []output // values and references
	varying     []int    // inputs that change
}

// steps are the values of y on the way from y0, if the inputs change in this order.
func (w *way) steps(order []int, y, y0 output) []output {
	values := []output{y0}
	at := append([]output{}, w.there...)
	for _, i := range order[:len(order)-1] {
		at[i] = w.here[i]
		values = append(values, w.c.Like(w.c.Op(w.c.Node.Op, append([]output{}, at...)), y))
	}
	return append(values, y)
}

// shares are what each input changes of y, by number.
func (w *way) shares() []output {
	c := w.c
	y, y0 := c.Out(0), c.RefOut(0)
	shares := make([]output, len(w.here))
	forwards, last := w.steps(w.varying, y, y0), len(w.varying)-1
	if last == 0 {
		shares[w.varying[0]] = c.Sub(y, y0)
		return shares
	}
	order := make([]int, len(w.varying))
	for k, i := range w.varying {
		order[last-k] = i
	}
	backwards := w.steps(order, y, y0)
	if last == 1 {
		forwards[1], backwards[1] = orOther(c, forwards[1], backwards[1], y, y0), orOther(c, backwards[1], forwards[1], y, y0)
	}
	for k, i := range w.varying {
		up, down := c.Sub(forwards[k+1], forwards[k]), c.Sub(backwards[last-k+1], backwards[last-k])
		shares[i] = c.Scale(c.Add(up, down), 0.5)
	}
	return shares
}

// orOther is the value half way from y0 to y in one order, or if there is none
// the one that gives both inputs the same shares as the other order.
func orOther(c *context, value, other, y, y0 output) output {
	same := c.Sub(c.Add(y, y0), other)
	return c.Like(c.Op("SelectV2", []output{c.Op("IsFinite", []output{value}), value, same}), y)
}

// repeated gives a reference that was stored for one row the rows of x.
func repeated(c *context, ref, x output) output {
	if !ref.Valid() || ref.Shape().Same(x.Shape()) {
		return ref
	}
	return c.Like(c.Op("BroadcastTo", []output{ref, c.ShapeVector(x)}), x)
}
