package graphops

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// ChoiceMark starts the message of a run that failed because a discrete tensor
// is not what it is at the baseline. The node's path in the model follows, and
// then "]".
const ChoiceMark = "tfexplain: not the same at the baseline: "

// guard adds for each fixed tensor what fails unless it equals its reference,
// and puts it in the place of its reference.
func (w *Walk) guard(ref *Reference) {
	for _, n := range w.Path {
		for i := range n.Outputs {
			if o := (Output{n, i}); w.fixed[o] {
				w.guards = append(w.guards, ref.guard(o))
			}
		}
	}
	for _, o := range append(slices.Clone(w.beside), w.Xs...) { // variables of a loop
		if w.fixed[o] {
			w.guards = append(w.guards, ref.guard(o))
		}
	}
}

func (r *Reference) guard(o Output) *Node {
	b := r.b.In(r.b.scope + "/same")
	o0 := b.rowsOf(r.value(o), o)
	same := func(x, y Output) Output {
		equal := b.Op("Equal", []Output{x, y}, Bool("incompatible_shape_error", false))
		// It is a scalar where the shapes do not fit, which no inference foresees.
		return b.Op("All", []Output{b.Op("Reshape", []Output{equal, b.IntVector(-1)}), b.IntVector(0)})
	}
	shape := func(x Output) Output { return b.Op("Shape", []Output{x}, Type("out_type", tensor.Int32)) }
	holds := b.Op("LogicalAnd", []Output{same(shape(o), shape(o0)), same(o, o0)})
	assert := b.Node("Assert", []Output{holds, b.text(ChoiceMark + o.Node.Origin)})
	if assert == nil {
		r.b.Fail(b.err)
		return nil
	}
	r.memo[o] = b.Like(b.after([]*Node{assert}, o), o)
	r.b.Fail(b.err)
	return assert
}

// after is x once the given nodes have run.
func (b *Builder) after(nodes []*Node, x Output) Output {
	if len(nodes) == 0 || !x.Valid() {
		return x
	}
	n := b.Node("Identity", []Output{x})
	if n == nil {
		return Output{}
	}
	n.Controls = slices.Clone(nodes)
	return b.Like(Output{n, 0}, x)
}

// text is a constant string.
func (b *Builder) text(s string) Output {
	return b.constant(keyOf("text", s), &tfproto.TensorProto{Dtype: int32(tensor.String), TensorShape: &tfproto.TensorShapeProto{}, StringVal: [][]byte{[]byte(s)}})
}
