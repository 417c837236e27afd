package graphops

// overridden are the activations for which DeepExplain (methods.py, commit
// 87fb43a) replaces the gradient. Everything else passes its plain gradient.
func overridden(op string) bool {
	switch op {
	case "Relu", "Elu", "Sigmoid", "Tanh", "Softplus":
		return true
	}
	return false
}

// DeepExplainLIFT is DeepLIFT as DeepExplain computes it: the quotient of
// differences at five activations, the plain gradient elsewhere. It is not
// complete for pooling, products or softmax.
type DeepExplainLIFT struct{ Ref *Reference }

// Name implements Pass.
func (*DeepExplainLIFT) Name() string { return "deeplift (DeepExplain's rules)" }

// Refuse implements Pass.
func (*DeepExplainLIFT) Refuse(*Node, Rule, *Walk) (string, string) { return "", "" }

// Reference implements Pass.
func (p *DeepExplainLIFT) Reference() *Reference { return p.Ref }

// Within implements Pass.
func (*DeepExplainLIFT) Within(_ *Walk, ref *Reference) Pass { return &DeepExplainLIFT{Ref: ref} }

// Backprop implements Pass. Where the input differs by at most 1e-5 from its
// reference it takes the gradient halfway between them, as DeepExplain does.
func (p *DeepExplainLIFT) Backprop(c *Context, r Rule, w *Walk) []Adjoint {
	if !overridden(c.Node.Op) {
		return Gradient{}.Backprop(c, r, w)
	}
	const near = 1e-5
	x, y := c.Node.Inputs[0], Output{c.Node, 0}
	dx, dy := c.Sub(x, p.Ref.At(x)), c.Sub(y, p.Ref.At(y))
	far := c.Like(c.Op("Greater", []Output{c.Abs(dx), c.ScalarLike(x, near)}), x)
	mid := *c
	half := c.Like(c.Scale(c.Add(x, p.Ref.At(x)), 0.5), x)
	mid.in = func(Output) Output { return half }
	var again *Node
	mid.out = func(i int) Output {
		if again == nil {
			again = c.again(c.Node, []Output{half})
		}
		if again == nil {
			return Output{}
		}
		return Output{again, i}
	}
	slope := r.VJP(&mid)
	if c.Err() != nil {
		return nil
	}
	quotient := c.Mul(c.Grad(0), c.Op("DivNoNan", []Output{dy, dx}))
	return []Adjoint{{x, c.Like(c.Where(far, quotient, slope[0]), x)}}
}

// DeepExplainLRP is epsilon-LRP as DeepExplain computes it (Ancona, Ceolini,
// Oeztireli and Gross 2018, arXiv:1711.06104, proposition 1): at five
// activations the gradient is replaced by f(z)/(z + epsilon*sign(z)), with
// sign(0) = +1; elsewhere the plain gradient passes. The pre-activation z
// includes the bias, whose relevance is lost.
type DeepExplainLRP struct{ Epsilon float64 }

// Name implements Pass.
func (*DeepExplainLRP) Name() string { return "elrp" }

// Refuse implements Pass.
func (*DeepExplainLRP) Refuse(*Node, Rule, *Walk) (string, string) { return "", "" }

// Reference implements Pass.
func (*DeepExplainLRP) Reference() *Reference { return nil }

// Within implements Pass.
func (p *DeepExplainLRP) Within(*Walk, *Reference) Pass { return p }

// Backprop implements Pass.
func (p *DeepExplainLRP) Backprop(c *Context, r Rule, w *Walk) []Adjoint {
	if !overridden(c.Node.Op) {
		return Gradient{}.Backprop(c, r, w)
	}
	z, y := c.Node.Inputs[0], Output{c.Node, 0}
	stable := Output{}
	if c.Node.Op == "Relu" {
		stable = c.Shift(y, p.Epsilon) // y is z where z > 0, and elsewhere the quotient is 0 in any case
	} else {
		stable = c.stabilized(z, p.Epsilon)
	}
	ratio := c.Div(y, stable)
	return []Adjoint{{z, c.Like(c.Mul(c.Grad(0), ratio), z)}}
}

// stabilized is z + epsilon*sign(z), with sign(0) = +1.
func (b *Builder) stabilized(z Output, epsilon float64) Output {
	atLeastZero := b.Like(b.Op("GreaterEqual", []Output{z, b.ScalarLike(z, 0)}), z)
	return b.Where(atLeastZero, b.Shift(z, epsilon), b.Shift(z, -epsilon))
}
