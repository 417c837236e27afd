package graphops

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Pass is one way of sending adjoints back through a node: the gradient, or
// a method that puts something else in its place.
type Pass interface {
	// Name is the method's name for messages.
	Name() string
	// Refuse says why the pass cannot go through a node that has a rule; empty
	// when it can.
	Refuse(n *Node, r Rule, w *Walk) (reason, help string)
	// Backprop returns what flows back from a node, to its inputs as a rule.
	Backprop(c *Context, r Rule, w *Walk) []Adjoint

	// Reference is what the pass compares with; nil if with nothing.
	Reference() *Reference
	// Within is the same pass for a walk through the body of a loop, whose values
	// at the baseline are those of ref.
	Within(w *Walk, ref *Reference) Pass
}

// Adjoint is a share of the adjoint of one tensor.
type Adjoint struct{ Of, Value Output }

// Gradient is the plain gradient, with the custom gradients that Forward was
// given.
type Gradient struct{}

// Name implements Pass.
func (Gradient) Name() string { return "gradient" }

// Refuse implements Pass.
func (Gradient) Refuse(*Node, Rule, *Walk) (string, string) { return "", "" }

// Backprop implements Pass.
func (Gradient) Backprop(c *Context, r Rule, _ *Walk) []Adjoint {
	if g := c.Node.custom; g != nil && g.seeds != nil {
		return c.customAdjoints(g)
	}
	if r.VJP == nil {
		return nil
	}
	return c.toInputs(r.VJP(c))
}

// Reference implements Pass.
func (Gradient) Reference() *Reference { return nil }

// Within implements Pass.
func (Gradient) Within(*Walk, *Reference) Pass { return Gradient{} }

// Walk is the part of a graph between explained tensors and targets. There is
// one target, except in the body of a loop.
type Walk struct {
	Targets []Output
	Xs      []Output
	// Path lists the nodes between them, inputs first.
	Path []*Node

	// AllowFallback says for which op types the plain gradient may stand in when
	// a pass refuses. Nil: none.
	AllowFallback func(op string) bool
	// Fallbacks lists, after Check, where it does, and why.
	Fallbacks []Refusal

	variation
	graph   *Graph
	onPath  map[*Node]bool
	plain   map[*Node]bool    // falls back to the gradient
	insides map[*Node]*inside // of the loops on the path
	beside  []Output          // given as varying, but not to be explained
	guards  []*Node           // fail if what is fixed is not what it is at the baseline

	shares bool         // the pass sends shares to discrete tensors
	share  tensor.DType // their type, if the walk around the loop says so
}

// NewWalk finds the nodes between xs and target.
func NewWalk(g *Graph, target Output, xs []Output, rules Registry) *Walk {
	return newWalk(g, []Output{target}, xs, xs, rules)
}

// newWalk finds the nodes between what varies, the xs and perhaps more, and
// targets.
func newWalk(g *Graph, targets, xs, varying []Output, rules Registry) *Walk {
	w := &Walk{Targets: targets, Xs: xs, graph: g, variation: vary(g, varying, rules), onPath: map[*Node]bool{}, plain: map[*Node]bool{}, insides: map[*Node]*inside{}}
	for _, o := range varying {
		if !slices.Contains(xs, o) {
			w.beside = append(w.beside, o)
		}
	}
	todo := slices.Clone(targets)
	for len(todo) > 0 {
		o := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if w.onPath[o.Node] || !w.varies[o.Node] || !w.Varies(o) {
			continue
		}
		w.onPath[o.Node] = true
		for i, in := range o.Node.Inputs {
			if o.Node.passes(i) {
				todo = append(todo, in)
			}
		}
	}
	for _, n := range g.nodes {
		if w.onPath[n] {
			w.Path = append(w.Path, n)
		}
	}
	return w
}

// Nodes lists the nodes of the path, with those in the bodies of loops.
func (w *Walk) Nodes() []*Node {
	var all []*Node
	for _, n := range w.Path {
		all = append(all, n)
		if n.Loop != nil {
			all = append(all, w.inside(n).walk.Nodes()...)
		}
	}
	return all
}

// Check returns an *UnsupportedOpError that lists every node of the path that
// the pass cannot go through, unless the gradient is allowed there.
func (w *Walk) Check(p Pass) error {
	var bad []Refusal
	w.Fallbacks = nil
	for _, n := range w.Path {
		r := w.rules[n.Op]
		reason, help := "", ""
		switch {
		case n.Loop != nil:
			bad = append(bad, w.checkLoop(n, p)...)
		case r.Kind == Opaque:
			reason, help = ruleless(n.Op)
		case r.Refuse != nil && r.Refuse(n) != "":
			reason = r.Refuse(n)
			help = perturb + ", or give a rule of your own (Options.Rules)"
		case complexHere(w, n) && !takesComplex(n.Op, r.Kind):
			reason, help = "it computes with complex numbers", perturb
		default:
			reason, help = p.Refuse(n, r, w)
			if reason != "" && w.AllowFallback != nil && w.AllowFallback(n.Op) {
				w.plain[n] = true
				w.Fallbacks = append(w.Fallbacks, Refusal{Op: n.Op, Node: n.Origin, Reason: reason, Help: "the plain gradient was taken"})
				reason = ""
			}
		}
		if reason != "" {
			bad = append(bad, Refusal{Op: n.Op, Node: n.Origin, Reason: reason, Help: help})
		}
	}
	if len(bad) > 0 {
		return &UnsupportedOpError{Method: p.Name(), Ops: bad}
	}
	return nil
}

// Backward adds to the graph what sends seed, the adjoint of the target, back
// to the explained tensors, and returns their adjoints. An explained tensor
// that the target does not depend on gets zeros.
func (w *Walk) Backward(b *Builder, p Pass, seed Output) ([]Output, error) {
	return w.backward(b, p, []Output{seed})
}

// backward takes the adjoint of each target.
func (w *Walk) backward(b *Builder, p Pass, seeds []Output) ([]Output, error) {
	if err := w.Check(p); err != nil {
		return nil, err
	}
	sums := adjoints{}
	for i, target := range w.Targets {
		sums[target] = append(sums[target], seeds[i])
	}
	for _, n := range slices.Backward(w.Path) {
		c := w.context(b, n)
		some := false
		for i := range n.Outputs {
			c.grads[i] = sums.total(b, Output{n, i})
			some = some || c.grads[i].Valid()
		}
		if !some {
			continue
		}
		for _, a := range w.through(c, p) {
			sums[a.Of] = append(sums[a.Of], a.Value)
		}
		b.Fail(c.err)
		if b.err != nil {
			return nil, b.err
		}
	}
	out := make([]Output, len(w.Xs))
	for i, x := range w.Xs {
		if out[i] = sums.total(b, x); !out[i].Valid() {
			out[i] = w.nothing(b, x)
		}
		out[i] = b.after(w.guards, out[i])
	}
	return out, b.err
}

// through sends the adjoints of a node's outputs back through it.
func (w *Walk) through(c *Context, p Pass) []Adjoint {
	switch n := c.Node; {
	case n.Loop != nil:
		return w.throughLoop(c, p)
	case w.plain[n]:
		p = Gradient{}
	}
	return p.Backprop(c, w.rules[c.Node.Op], w)
}

// adjoints has for each tensor what flowed back to it, from each of its users.
type adjoints map[Output][]Output

// total is the adjoint of a tensor; the zero Output where nothing flowed back.
func (a adjoints) total(b *Builder, o Output) Output {
	switch parts := a[o]; len(parts) {
	case 0:
		return Output{}
	case 1:
	default:
		a[o] = []Output{b.Like(b.Op("AddN", parts), o)}
	}
	return b.Like(a[o][0], o)
}

// nothing is the adjoint of an explained tensor that no target depends on.
func (w *Walk) nothing(b *Builder, x Output) Output {
	if takesShare(x) {
		return b.noShares(x, w.shareType())
	}
	return b.Zeros(x)
}

// context is what a rule sees of a node when it is evaluated where the model
// is.
func (w *Walk) context(b *Builder, n *Node) *Context {
	c := &Context{Builder: b.In(b.scope + "/" + n.Name), Node: n, grads: make([]Output, len(n.Outputs)),
		wants: make([]bool, len(n.Inputs)), differs: make([]bool, len(n.Inputs)), share: w.shareType(),
		in: func(o Output) Output { return o }, out: func(i int) Output { return Output{n, i} }}
	for i, in := range n.Inputs {
		c.wants[i] = w.Varies(in) && in.carries()
	}
	return c
}

// shareType is the type of shares of the target's difference.
func (w *Walk) shareType() tensor.DType {
	if w.share != tensor.Invalid {
		return w.share
	}
	t := tensor.Float32
	for _, target := range w.Targets {
		if target.DType().IsFloat() {
			t = finer(t, target.DType())
		}
	}
	return t
}
