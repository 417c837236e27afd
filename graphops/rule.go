package graphops

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Kind says what an op is to a backward pass. It decides how methods that
// compare with a reference split a difference over the inputs.
type Kind int

const (
	// Opaque: no rule. Passing through it is refused.
	Opaque Kind = iota
	// Constant: the values of the outputs do not depend on the values of the
	// inputs, only on their shapes (Shape, ZerosLike).
	Constant
	// Discrete: piecewise constant (Floor, Sign, Greater, ArgMax, casts to
	// integers). The gradient is zero almost everywhere.
	Discrete
	// Linear: linear in each varying input, the others given.
	Linear
	// Unary: y_i = f(x_i), element by element.
	Unary
	// Bilinear: a product of two varying sides (Mul, MatMul); linear in each.
	Bilinear
	// Quotient: a/b with b varying.
	Quotient
	// Extremum: the output is one of the inputs (Max, Maximum, MaxPool).
	Extremum
	// Normalize: softmax and other closed forms that mix an axis.
	Normalize
	// Select: picks by a condition.
	Select
	// Control: a loop. Every pass goes through the ops of its body.
	Control
)

// String is the lower-case name.
func (k Kind) String() string {
	switch k {
	case Constant:
		return "constant"
	case Discrete:
		return "discrete"
	case Linear:
		return "linear"
	case Unary:
		return "unary"
	case Bilinear:
		return "bilinear"
	case Quotient:
		return "quotient"
	case Extremum:
		return "extremum"
	case Normalize:
		return "normalize"
	case Select:
		return "select"
	case Control:
		return "control"
	}
	return "opaque"
}

// Rule says how one op type passes adjoints back.
type Rule struct {
	Kind Kind

	// VJP (vector-Jacobian product) returns the adjoint of each input, given
	// those of the outputs. An entry that is missing or zero passes nothing;
	// only inputs for which Context.Wants holds are asked for. Values must be
	// taken from Context.In and Context.Out, because a pass may evaluate the op
	// at another point.
	VJP func(c *Context) []Output

	// Multiplier returns what DeepLIFT multiplies the differences of the inputs
	// by, where the kind alone does not say it: closed forms. Its sum over the
	// inputs must account for the whole difference of the outputs. For an
	// Extremum it may return nil to leave a node to the general form.
	Multiplier func(c *Context) []Output

	// Choice is Multiplier where a tensor of a discrete type is involved: an
	// index or a condition that depends on an explained tensor. Such a tensor has
	// no slope. What Choice is given for a discrete output (Context.Grad), and
	// returns for a discrete input (Context.Differs), is a share: how much of the
	// target's difference each element accounts for, 0 where the element is what
	// it is at the baseline. An op without Choice must get the same discrete
	// values from input and baseline; that is checked when it runs.
	Choice func(c *Context) []Output

	// Refuse names what stands in the way at one node, an attribute value that
	// the rule does not cover, say. Empty means nothing.
	Refuse func(n *Node) string

	// Note is a remark for the reader of the op table.
	Note string
}

// Registry holds the rule of each op type.
type Registry map[string]Rule

// With returns a registry that also has the rules of other; those win.
func (r Registry) With(other Registry) Registry {
	c := maps.Clone(r)
	maps.Copy(c, other)
	return c
}

// Names lists the op types in order.
func (r Registry) Names() []string { return slices.Sorted(maps.Keys(r)) }

// Context is what a rule sees of one node.
type Context struct {
	*Builder
	Node *Node

	grads   []Output
	wants   []bool
	differs []bool
	share   tensor.DType        // type of shares
	in      func(Output) Output // value of an input tensor at the point of evaluation
	out     func(int) Output    // value of an output there
	ref     *Reference          // values at the baseline; nil for gradients
}

// In is the value of input i.
func (c *Context) In(i int) Output { return c.in(c.Node.Inputs[i]) }

// Out is the value of output i.
func (c *Context) Out(i int) Output { return c.out(i) }

// Grad is the adjoint of output i; zeros when nothing flows back from it.
func (c *Context) Grad(i int) Output {
	if !c.grads[i].Valid() {
		if o := (Output{c.Node, i}); takesShare(o) {
			c.grads[i] = c.noShares(o, c.share)
		} else {
			c.grads[i] = c.Zeros(o)
		}
	}
	return c.grads[i]
}

// HasGrad says whether anything flows back from output i.
func (c *Context) HasGrad(i int) bool { return c.grads[i].Valid() }

// Wants says whether the adjoint of input i is of use: the input depends on an
// explained tensor and is of a float type.
func (c *Context) Wants(i int) bool { return c.wants[i] }

// Differs says whether input i is of a discrete type and may be another one at
// the baseline, so that a Choice must give its share.
func (c *Context) Differs(i int) bool { return c.differs[i] }

// ShareType is the float type of shares.
func (c *Context) ShareType() tensor.DType { return c.share }

// RefIn is the value of input i at the baseline: with all rows, or, of a float
// type, with one row that serves all. Only a Multiplier or a Choice may ask.
func (c *Context) RefIn(i int) Output { return c.ref.At(c.Node.Inputs[i]) }

// RefOut is the value of output i at the baseline. Only a Multiplier or
// a Choice may ask.
func (c *Context) RefOut(i int) Output { return c.ref.At(Output{c.Node, i}) }

// toInputs addresses one result per input to the inputs that have use for it.
func (c *Context) toInputs(values []Output) []Adjoint {
	if len(values) > len(c.wants) {
		c.Fail(&GraphError{c.Node.Name, fmt.Sprintf("the rule of %s answers for %d inputs, the node has %d", c.Node.Op, len(values), len(c.wants))})
		return nil
	}
	var out []Adjoint
	for i, v := range values {
		if v.Valid() && (c.wants[i] || c.differs[i]) {
			out = append(out, Adjoint{c.Node.Inputs[i], v})
		}
	}
	return out
}

// Adjoints collects one result per input, asking only for those wanted. It is
// the usual way to end a rule.
func (c *Context) Adjoints(of ...func() Output) []Output {
	out := make([]Output, len(c.Node.Inputs))
	for i, f := range of {
		if f != nil && i < len(out) && c.Wants(i) {
			out[i] = f()
		}
	}
	return out
}
