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

// Walk is the part of a graph between explained tensors and a target.
type Walk struct {
	Target Output
	Xs     []Output
	// Path lists the nodes between them, inputs first.
	Path []*Node

	// AllowFallback says for which op types the plain gradient may stand in when
	// a pass refuses. Nil: none.
	AllowFallback func(op string) bool
	// Fallbacks lists, after Check, where it does, and why.
	Fallbacks []Refusal

	graph  *Graph
	rules  Registry
	isX    map[Output]bool
	varies map[*Node]bool // through its inputs
	onPath map[*Node]bool
	plain  map[*Node]bool  // falls back to the gradient
	fixed  map[Output]bool // taken to be what it is at the baseline
	guards []*Node         // fail if one of those is not
}

// NewWalk finds the nodes between xs and target.
func NewWalk(g *Graph, target Output, xs []Output, rules Registry) *Walk {
	w := &Walk{Target: target, Xs: xs, graph: g, rules: rules, isX: map[Output]bool{}, varies: map[*Node]bool{}, onPath: map[*Node]bool{}, plain: map[*Node]bool{}, fixed: map[Output]bool{}}
	for _, x := range xs {
		w.isX[x] = true
	}
	// A TF1 loop may lead back, so repeat until nothing changes.
	for changed := true; changed; {
		changed = false
		for _, n := range g.nodes {
			if !w.varies[n] && rules[n.Op].Kind != Constant && slices.ContainsFunc(n.Inputs, w.Varies) {
				w.varies[n], changed = true, true
			}
		}
	}
	reaches := map[*Node]bool{}
	todo := []*Node{target.Node}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if reaches[n] || !w.varies[n] {
			continue
		}
		reaches[n] = true
		for i, in := range n.Inputs {
			if n.passes(i) {
				todo = append(todo, in.Node)
			}
		}
	}
	for _, n := range g.nodes {
		if reaches[n] {
			w.Path = append(w.Path, n)
			w.onPath[n] = true
		}
	}
	return w
}

// Varies says whether a tensor depends on an explained one.
func (w *Walk) Varies(o Output) bool { return (w.isX[o] || w.varies[o.Node]) && !w.fixed[o] }

// Check returns an *UnsupportedOpError that lists every node of the path that
// the pass cannot go through, unless the gradient is allowed there.
func (w *Walk) Check(p Pass) error {
	var bad []Refusal
	w.Fallbacks = nil
	for _, n := range w.Path {
		r := w.rules[n.Op]
		reason, help := "", ""
		switch {
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
	if err := w.Check(p); err != nil {
		return nil, err
	}
	sums := map[Output][]Output{w.Target: {seed}}
	total := func(o Output) Output {
		s := sums[o]
		if len(s) > 1 {
			s = []Output{b.Like(b.Op("AddN", s), o)}
			sums[o] = s
		}
		if len(s) == 0 {
			return Output{}
		}
		return b.Like(s[0], o)
	}
	for _, n := range slices.Backward(w.Path) {
		c := w.context(b, n)
		some := false
		for i := range n.Outputs {
			c.grads[i] = total(Output{n, i})
			some = some || c.grads[i].Valid()
		}
		if !some {
			continue
		}
		pass := p
		if w.plain[n] {
			pass = Gradient{}
		}
		for _, a := range pass.Backprop(c, w.rules[n.Op], w) {
			sums[a.Of] = append(sums[a.Of], a.Value)
		}
		b.Fail(c.err)
		if b.err != nil {
			return nil, b.err
		}
	}
	out := make([]Output, len(w.Xs))
	for i, x := range w.Xs {
		if out[i] = total(x); !out[i].Valid() {
			out[i] = b.Zeros(x)
		}
		out[i] = b.after(w.guards, out[i])
	}
	return out, b.err
}

// context is what a rule sees of a node when it is evaluated where the model
// is.
func (w *Walk) context(b *Builder, n *Node) *Context {
	c := &Context{Builder: b.In(b.scope + "/" + n.Name), Node: n, grads: make([]Output, len(n.Outputs)),
		wants: make([]bool, len(n.Inputs)), differs: make([]bool, len(n.Inputs)), share: finer(w.Target.DType(), tensor.Float32),
		in: func(o Output) Output { return o }, out: func(i int) Output { return Output{n, i} }}
	for i, in := range n.Inputs {
		c.wants[i] = w.Varies(in) && carries(in.DType())
	}
	return c
}
