package graphops

import (
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Through tensors of discrete types (conditions, indices, counts) DeepLIFT
// sends shares of the target's difference instead of multipliers: a bool has no
// difference to divide by. An op without a rule for that must get from input and
// baseline the same discrete values; then they are constants.

// discrete says whether a type has values but no slope.
func discrete(t tensor.DType) bool { return t == tensor.Bool || t == tensor.String || t.IsInteger() }

func isDiscrete(o Output) bool { return discrete(o.DType()) }

// takesShare says whether what flows back to a tensor is a share: it is of a
// discrete type, or a TensorList of such tensors. The shares of a list are a list.
func takesShare(o Output) bool { return isDiscrete(o) || discrete(o.Element()) }

// noShares are the shares, all zero, of a discrete tensor or list.
func (b *Builder) noShares(o Output, t tensor.DType) Output {
	if o.Valid() && o.DType() == tensor.Variant {
		return b.Op("TensorListReserve", []Output{b.IntScalar(-1), b.Op("TensorListLength", []Output{o})}, Type("element_dtype", t))
	}
	return b.Zeros(b.Cast(o, t))
}

// varies says whether some varying input of n is of a kind.
func varies(w *Walk, n *Node, kind func(Output) bool) bool {
	return slices.ContainsFunc(n.Inputs, func(in Output) bool { return w.Varies(in) && kind(in) })
}

// discreteOnly says whether all results of a node are of discrete types.
func discreteOnly(n *Node) bool {
	return len(n.Outputs) > 0 && !slices.ContainsFunc(n.Outputs, func(t Tensor) bool { return !discrete(t.DType) })
}

// hasShare says whether a share flows back to the node.
func (c *Context) hasShare() bool {
	for i, g := range c.grads {
		if g.Valid() && takesShare(Output{c.Node, i}) {
			return true
		}
	}
	return false
}

// way says where the pass goes from o, and which discrete tensors it must take
// for fixed.
func (d *DeepLIFT) way(w *Walk, o Output) (next, fix []Output) {
	n := o.Node
	if n.Loop != nil {
		for _, i := range w.inside(n).carried {
			if w.Varies(n.Inputs[i]) {
				next = append(next, n.Inputs[i])
			}
		}
		return next, nil
	}
	if players := d.players(w, o); players != nil {
		return players, nil
	}
	r := w.rules[n.Op]
	if r.Choice != nil && (isDiscrete(o) || varies(w, n, isDiscrete)) {
		return varying(w, n), nil
	}
	if isDiscrete(o) && !moves(n, r) && !hasTwin(n, r) {
		return nil, []Output{o}
	}
	for i, in := range n.Inputs {
		switch {
		case !w.Varies(in):
		case isDiscrete(in) && !(takesShare(o) && isData(n, i)):
			fix = append(fix, in)
		default:
			next = append(next, in)
		}
	}
	return next, fix
}

func varying(w *Walk, n *Node) []Output {
	return slices.DeleteFunc(slices.Clone(n.Inputs), func(in Output) bool { return !w.Varies(in) })
}

// isData says whether an input of a node has the type of its result, as what an
// op computes with has, unlike indices and axes. Lists and what is put into them
// count as one type.
func isData(n *Node, i int) bool {
	out := n.def.OutputArg[0]
	for _, arg := range n.def.InputArg {
		count, err := argCount(n, arg, len(n.Inputs))
		if err != nil {
			return false
		}
		if i < count && strings.HasPrefix(n.Op, "TensorList") {
			return arg.TypeAttr == "element_dtype" || n.Inputs[i].DType() == tensor.Variant
		}
		if i < count {
			return arg.TypeAttr != "" && arg.TypeAttr == out.TypeAttr || arg.TypeListAttr != "" && arg.TypeListAttr == out.TypeListAttr
		}
		i -= count
	}
	return false
}

// moves says whether a node of discrete results only moves or copies elements,
// so that the share of an element is the sum of the shares of its copies: the
// gradient. A joined list does more: it also gives the lengths of its parts.
func moves(n *Node, r Rule) bool {
	return r.VJP != nil && r.Kind == Linear && routes(n.Op, r.Kind) && n.Op != "TensorListConcatV2"
}

// hasTwin says whether an op on integers can be computed in floats, where it
// has a rule: Sum, Max, Cumsum.
func hasTwin(n *Node, r Rule) bool {
	switch r.Kind {
	case Linear, Bilinear, Extremum, Normalize:
	default:
		return false
	}
	if n.Op == "Range" || len(n.Outputs) != 1 || !n.Outputs[0].DType.IsInteger() {
		return false // how many numbers a Range has depends on their values
	}
	name := n.def.OutputArg[0].TypeAttr
	for _, a := range n.def.Attr {
		if a.Name == name && name != "" {
			types := a.GetAllowedValues().GetList().GetType()
			return len(types) == 0 || slices.Contains(types, int32(tensor.Float32))
		}
	}
	return false
}

// passShares sends the shares of discrete results to discrete inputs.
func (d *DeepLIFT) passShares(c *Context, r Rule, w *Walk) []Adjoint {
	if moves(c.Node, r) {
		at := *c
		at.wants = make([]bool, len(c.wants))
		for i, in := range c.Node.Inputs {
			at.wants[i] = w.Varies(in) && isData(c.Node, i)
		}
		return at.toInputs(r.VJP(&at))
	}
	if !hasTwin(c.Node, r) {
		return nil // fixed: there is no difference to share out
	}
	// The same op on floats, with the multiplier that the share stands for.
	n, t := c.Node, c.share
	ins := slices.Clone(n.Inputs)
	for i := range ins {
		if isData(n, i) {
			ins[i] = c.Cast(ins[i], t)
		}
	}
	as := Type(n.def.OutputArg[0].TypeAttr, t)
	twin := c.again(&Node{Name: n.Name, Op: n.Op, Attrs: with(n.Attrs, as), Outputs: n.Outputs}, ins)
	if twin == nil {
		return nil
	}
	for i, in := range ins {
		w.varies[in.Node] = w.varies[in.Node] || w.Varies(n.Inputs[i])
	}
	w.varies[twin] = true
	y := Output{twin, 0}
	at := w.context(c.Builder, twin)
	at.grads[0] = c.Op("DivNoNan", []Output{c.Grad(0), c.Sub(y, d.ref.At(y))})
	var out []Adjoint
	for _, a := range d.Backprop(at, r, w) {
		cast := a.Of
		out = append(out, Adjoint{cast.Node.Inputs[0], c.Like(c.Mul(a.Value, c.Sub(cast, d.ref.At(cast))), cast)})
	}
	c.Fail(at.err)
	return out
}

func with(attrs map[string]*tfproto.AttrValue, a Attr) map[string]*tfproto.AttrValue {
	out := map[string]*tfproto.AttrValue{a.Name: a.value}
	for name, v := range attrs {
		if name != a.Name {
			out[name] = v
		}
	}
	return out
}
