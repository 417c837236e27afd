package graphops

import (
	"math"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// DeepLIFT sends multipliers back instead of gradients: an input's difference
// from the reference times its multiplier is its share of the output's
// difference, and the shares add up (Shrikumar, Greenside and Kundaje 2017,
// arXiv:1704.02685, the rescale rule), here for every kind of op:
//
//	linear     the gradient
//	unary      dy/dx as a quotient of differences, for whole elementwise regions
//	bilinear   the gradient halfway between x and its reference: exact for products
//	extremum   each of x and its reference gets what its own choice explains
//	choices    Select, gathers, masks: the Shapley value of data and choice
//	others     the rule's closed form
type DeepLIFT struct {
	ref     *Reference
	regions *regions
	single  map[*Node]bool // nodes passed one by one, not as part of a region
	// shares gives for a multiplier that is a quotient share/difference its
	// numerator: what the input contributes.
	shares map[Adjoint]Output
}

// NewDeepLIFT prepares the pass for one walk. Conditionals whose choice depends
// on the explained tensors are changed in the walk's graph: both branches run,
// and a Select picks.
func NewDeepLIFT(w *Walk, ref *Reference) *DeepLIFT {
	d := &DeepLIFT{ref: ref, shares: map[Adjoint]Output{}}
	w.shares, w.insides = true, map[*Node]*inside{}
	w.joinBranches()
	for _, o := range w.beside { // nobody would take their shares
		if isDiscrete(o) {
			w.fixed[o] = true
		}
	}
	for again := true; again; { // what is fixed may make a function of one tensor of one of several
		d.regions, d.single = findRegions(w), map[*Node]bool{}
		again = d.follow(w)
	}
	if ref != nil {
		w.guard(ref)
	}
	return d
}

// follow finds the nodes that the pass will go through one by one. It fixes
// discrete tensors whose differences no rule accounts for, and says whether
// there are more of them than before.
func (d *DeepLIFT) follow(w *Walk) bool {
	before := len(w.fixed)
	seen := map[Output]bool{}
	todo := slices.Clone(w.Targets)
	for len(todo) > 0 {
		o := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[o] || !w.onPath[o.Node] || !w.Varies(o) {
			continue
		}
		seen[o] = true
		if d.bentAt(o) {
			todo = append(todo, d.regions.of(o))
			continue
		}
		d.single[o.Node] = true
		next, fix := d.way(w, o)
		todo = append(todo, next...)
		for _, f := range fix {
			w.fixed[f] = true
		}
	}
	return len(w.fixed) > before
}

// bentAt says whether o is passed as an activation of its region's source.
func (d *DeepLIFT) bentAt(o Output) bool { return d.regions.bent[o] && o.Node.Op != "IdentityN" }

// Name implements Pass.
func (*DeepLIFT) Name() string { return "deeplift" }

// Refuse implements Pass.
func (d *DeepLIFT) Refuse(n *Node, r Rule, w *Walk) (reason, help string) {
	if !d.single[n] {
		return "", ""
	}
	help = "allow the plain gradient there (AllowGradientFallback), choose a gradient method, or " + perturb
	varying := 0
	for _, in := range n.Inputs {
		if !w.Varies(in) {
			continue
		}
		varying++
		if !in.carries() && !takesShare(in) {
			return "its result depends on the explained inputs through a " + in.DType().String() + ", which carries no difference", help
		}
	}
	switch {
	case discrete(n.Outputs[0].Element) && !moves(n, r):
		return "there is no rule that passes shares through a list of " + n.Outputs[0].Element.String(), help
	case discreteOnly(n) || d.players(w, Output{n, 0}) != nil:
	case r.Choice != nil && varies(w, n, isDiscrete):
	case r.Multiplier != nil || r.Kind == Linear || r.Kind == Bilinear || r.Kind == Extremum || r.Kind == Select:
	case r.Kind == Unary && varying == 1 && len(n.Inputs) == 1:
	case r.Kind == Unary && varying == 1 && n.Outputs[0].Shape.Same(n.Inputs[0].Shape()):
	case r.Kind == Discrete && len(n.Outputs) == 1 && n.Outputs[0].Shape.Same(n.Inputs[0].Shape()):
	case r.Kind == Quotient && !w.Varies(n.Inputs[1]):
	case varying == 0: // what it depends on is fixed
	default:
		return "there is no rule that splits a difference over its inputs", help
	}
	return "", ""
}

// Reference implements Pass.
func (d *DeepLIFT) Reference() *Reference { return d.ref }

// Within implements Pass.
func (*DeepLIFT) Within(w *Walk, ref *Reference) Pass { return NewDeepLIFT(w, ref) }

// Backprop implements Pass.
func (d *DeepLIFT) Backprop(c *Context, r Rule, w *Walk) []Adjoint {
	c.ref = d.ref
	if y := (Output{c.Node, 0}); d.bentAt(y) {
		return d.rescale(c, w, y, d.regions.of(y))
	} else if players := d.players(w, y); players != nil {
		return d.shapley(c, w, players)
	}
	for i, in := range c.Node.Inputs {
		c.differs[i] = w.Varies(in) && isDiscrete(in)
	}
	if r.Choice != nil && (varies(w, c.Node, isDiscrete) || c.hasShare()) {
		return d.remember(c.toInputs(r.Choice(c)))
	}
	if c.hasShare() {
		return d.passShares(c, r, w)
	}
	switch {
	case r.Multiplier != nil:
		if m := r.Multiplier(c); m != nil || r.Kind != Extremum {
			return d.remember(c.toInputs(m))
		}
		return d.remember(c.toInputs(d.extremum(c, r))) // the closed form does not cover this node
	case r.Kind == Unary || r.Kind == Discrete:
		for i := range c.Node.Inputs {
			if c.wants[i] {
				return d.rescale(c, w, Output{c.Node, 0}, c.Node.Inputs[i])
			}
		}
		return nil
	case r.Kind == Bilinear:
		return c.toInputs(r.VJP(d.halfway(c, w)))
	case r.Kind == Extremum:
		return d.remember(c.toInputs(d.extremum(c, r)))
	}
	return c.toInputs(r.VJP(c))
}

// NearZero is the difference below which a quotient of differences is mostly
// rounding, and the gradient is taken instead: 8 units in the last place of 1,
// about 1e-6 in float32 (tangermeme uses 1e-6, shap 1e-6, DeepExplain 1e-5).
func NearZero(t tensor.DType) float64 {
	const ulps = 8
	switch t {
	case tensor.Float64:
		return ulps * math.Exp2(-52)
	case tensor.Float16:
		return ulps * math.Exp2(-10)
	case tensor.BFloat16:
		return ulps * math.Exp2(-7)
	}
	return ulps * math.Exp2(-23)
}

// rescale treats y as one activation of x, element by element. Where a Cast
// makes the types of the two differ it computes in the finer one. The square root
// of 0 and the like have no slope; where x does not move there it gets nothing.
func (d *DeepLIFT) rescale(c *Context, w *Walk, y, x Output) []Adjoint {
	if y.Node.Op == "Relu" && y.Node.Inputs[0] == x {
		return []Adjoint{{x, c.Like(d.rescaleRelu(c, w, y, x), x)}}
	}
	if !y.DType().IsFloat() { // what flows back is a share
		dx := c.Sub(x, d.ref.At(x))
		return []Adjoint{{x, c.Like(c.Op("DivNoNan", []Output{c.Cast(c.Grad(0), x.DType()), dx}), x)}}
	}
	t := finer(x.DType(), y.DType())
	dx := c.Sub(c.Cast(x, t), c.Cast(d.ref.At(x), t))
	dy := c.Sub(c.Cast(y, t), c.Cast(d.ref.At(y), t))
	quotient := c.Cast(c.Mul(c.Cast(c.Grad(0), t), c.Op("DivNoNan", []Output{dy, dx})), x.DType())
	slope := c.slope(w, y, x)
	near := c.Like(c.Op("Less", []Output{c.Abs(dx), c.Scalar(t, NearZero(x.DType()))}), x)
	near = c.Like(c.Op("LogicalAnd", []Output{near, c.Like(c.Op("IsFinite", []Output{slope}), x)}), x)
	return []Adjoint{{x, c.Like(c.Where(near, slope, quotient), x)}}
}

// rescaleRelu is rescale for the activation that most models are made of, with
// as few passes over memory as it takes.
//
// Where x equals its reference the quotient would be 0/0, and the gradient
// should stand there. So the reference is moved by about one unit in the last
// place, and relu's quotient, which is always between 0 and 1, becomes its slope
// by itself. The sum of the attributions moves by no more than rounding does.
//
// Behind a pooling the differences of y are divided by and multiplied with at
// once; then what the pooling hands back is divided by those of x alone.
func (d *DeepLIFT) rescaleRelu(c *Context, w *Walk, y, x Output) Output {
	if share, ok := d.shares[Adjoint{y, c.Grad(0)}]; ok {
		return c.Op("DivNoNan", []Output{share, c.Sub(x, d.ref.At(x))})
	}
	size := c.Shift(c.Abs(x), 1e-30) // the smallest move that is a normal float32 is 1e-38
	moved := c.Like(c.Op("Sub", []Output{x, c.Scale(size, NearZero(x.DType())/4)}), x)
	bent := c.Like(c.Op("Relu", []Output{moved}), x)
	if c.Err() != nil {
		return Output{}
	}
	w.varies[moved.Node], w.varies[bent.Node] = true, true
	dx, dy := c.Sub(x, d.ref.At(moved)), c.Sub(y, d.ref.At(bent))
	return c.Mul(c.Grad(0), c.Op("DivNoNan", []Output{dy, dx}))
}

// slope is the gradient of y with respect to x where the model is.
func (c *Context) slope(w *Walk, y, x Output) Output {
	inner := NewWalk(c.graph, y, []Output{x}, w.rules)
	adjoints, err := inner.Backward(c.Builder.In(c.scope+"/slope"), Gradient{}, c.Grad(0))
	if err != nil {
		c.Fail(err)
		return Output{}
	}
	return adjoints[0]
}

// remember notes the numerators of multipliers that are quotients.
func (d *DeepLIFT) remember(adjoints []Adjoint) []Adjoint {
	for _, a := range adjoints {
		if a.Value.Valid() && a.Value.Node.Op == "DivNoNan" {
			d.shares[a] = a.Value.Node.Inputs[0]
		}
	}
	return adjoints
}

// halfway is the context of the same node at the middle between the values
// and their references.
func (d *DeepLIFT) halfway(c *Context, w *Walk) *Context {
	mid := *c
	mid.in = func(o Output) Output {
		if !w.Varies(o) || !o.carries() {
			return o
		}
		return c.Like(c.Scale(c.Add(o, d.ref.At(o)), 0.5), o)
	}
	return &mid
}

// extremum splits the difference of a maximum or minimum. With k the larger
// (for a minimum the smaller) of y and its reference y0, y-y0 = (k-y0) + (y-k):
// the first part belongs to what x chose, the second to what the reference
// chose, and both only ever land where x differs from its reference.
func (d *DeepLIFT) extremum(c *Context, r Rule) []Output {
	y := Output{c.Node, 0}
	y0 := d.ref.At(y)
	further := "Maximum"
	if strings.HasPrefix(c.Node.Op, "Min") {
		further = "Minimum"
	}
	k := c.Like(c.Op(further, []Output{y, y0}), y)
	m := c.Grad(0)
	atX := *c
	atX.grads = []Output{c.Mul(m, c.Sub(k, y0))}
	atRef := *c
	atRef.grads = []Output{c.Mul(m, c.Sub(y, k))}
	atRef.in = func(o Output) Output { return c.rowsOf(d.ref.At(o), o) }
	atRef.out = func(i int) Output { o := Output{c.Node, i}; return c.rowsOf(d.ref.At(o), o) }
	first, second := r.VJP(&atX), r.VJP(&atRef)
	if c.Err() != nil || len(first) == 0 || len(second) == 0 {
		return nil
	}
	out := make([]Output, len(c.Node.Inputs))
	for i, x := range c.Node.Inputs {
		if c.wants[i] {
			out[i] = c.Like(c.Op("DivNoNan", []Output{c.Add(first[i], second[i]), c.Sub(x, d.ref.At(x))}), x)
		}
	}
	return out
}
