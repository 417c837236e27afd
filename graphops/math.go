package graphops

import (
	"fmt"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func keyOf(kind string, v any) string { return fmt.Sprint(kind, v) }

// Neg is -x.
func (b *Builder) Neg(x Output) Output { return b.Like(b.Op("Neg", []Output{x}), x) }

// Square is x*x.
func (b *Builder) Square(x Output) Output { return b.Like(b.Op("Square", []Output{x}), x) }

// Abs is |x|.
func (b *Builder) Abs(x Output) Output { return b.Like(b.Op("Abs", []Output{x}), x) }

// Add is x+y; shapes broadcast.
func (b *Builder) Add(x, y Output) Output { return b.binary("AddV2", x, y) }

// Sub is x-y; shapes broadcast.
func (b *Builder) Sub(x, y Output) Output { return b.binary("Sub", x, y) }

// Mul is x*y; shapes broadcast.
func (b *Builder) Mul(x, y Output) Output { return b.binary("Mul", x, y) }

// Div is x/y; shapes broadcast.
func (b *Builder) Div(x, y Output) Output { return b.binary("RealDiv", x, y) }

// Scale is x times a constant.
func (b *Builder) Scale(x Output, by float64) Output {
	return b.Like(b.Op("Mul", []Output{x, b.ScalarLike(x, by)}), x)
}

// Shift is x plus a constant.
func (b *Builder) Shift(x Output, by float64) Output {
	return b.Like(b.Op("AddV2", []Output{x, b.ScalarLike(x, by)}), x)
}

// binary notes the result's shape where one side certainly has it.
func (b *Builder) binary(op string, x, y Output) Output {
	o := b.Op(op, []Output{x, y})
	if !o.Valid() {
		return o
	}
	sx, sy := x.Shape(), y.Shape()
	if shape, ok := Broadcast(sx, sy); ok {
		o.Node.Outputs[0].Shape = shape
	}
	return o
}

// Broadcast is the shape two shapes broadcast to, if that is certain.
func Broadcast(x, y Shape) (Shape, bool) {
	if !x.Known() || !y.Known() {
		return Shape{}, false
	}
	if len(x.Dims) < len(y.Dims) {
		x, y = y, x
	}
	out := Shape{Dims: slices.Clone(x.Dims), KnownRank: true}
	off := len(x.Dims) - len(y.Dims)
	one := Dim{Size: 1}
	for i, d := range y.Dims {
		switch e := x.Dims[off+i]; {
		case d == e || d == one:
		case e == one:
			out.Dims[off+i] = d
		default:
			return Shape{}, false
		}
	}
	return out, true
}

// finer is a float type that holds the values of both.
func finer(a, b tensor.DType) tensor.DType {
	switch {
	case a == b || a.Size() > b.Size():
		return a
	case a.Size() < b.Size():
		return b
	}
	return tensor.Float32 // float16 and bfloat16
}

// Cast is a tensor in another type; itself if it has that type.
func (b *Builder) Cast(o Output, t tensor.DType) Output {
	if !o.Valid() || o.DType() == t {
		return o
	}
	return b.Like(b.Op("Cast", []Output{o}, Type("DstT", t)), o)
}

// Where picks x where cond holds, else y; all of one shape. The old Select op
// is three times as fast as SelectV2, which broadcasts.
func (b *Builder) Where(cond, x, y Output) Output {
	return b.Like(b.Op("Select", []Output{cond, x, y}), cond)
}

// Zeros is a tensor of zeros like x.
func (b *Builder) Zeros(x Output) Output { return b.Like(b.Op("ZerosLike", []Output{x}), x) }

// Ones is a tensor of ones like x.
func (b *Builder) Ones(x Output) Output { return b.Like(b.Op("OnesLike", []Output{x}), x) }

// Sum adds up over the given axes (none: a copy).
func (b *Builder) Sum(x Output, keep bool, axes ...int) Output {
	return b.Op("Sum", []Output{x, b.IntVector(axes...)}, Bool("keep_dims", keep))
}

// ShapeVector is the shape of x as an int32 vector: a constant when it is
// known, with the batch left open by -1 if allowed by the op that takes it.
func (b *Builder) ShapeVector(x Output) Output {
	if !x.Valid() {
		return Output{}
	}
	if sizes, ok := x.Shape().Static(); ok {
		return b.IntVector(sizes...)
	}
	return b.Op("Shape", []Output{x}, Type("out_type", tensor.Int32))
}

// ReshapeLike gives x the shape of another tensor. At most one axis that
// depends on the batch is left to Reshape to work out, so that no Shape node
// is needed.
func (b *Builder) ReshapeLike(x, like Output) Output {
	if !like.Valid() || !x.Valid() {
		return Output{}
	}
	if like.Shape().Same(x.Shape()) {
		return x
	}
	target := Output{}
	if s := like.Shape(); s.Known() {
		open, zero := 0, false
		for _, d := range s.Dims {
			if d.PerRow {
				open++
			}
			zero = zero || d.Size == 0
		}
		if open <= 1 && !zero {
			target = b.IntVector(s.Sizes()...)
		}
	}
	if !target.Valid() {
		target = b.ShapeVector(like)
	}
	return b.Like(b.Op("Reshape", []Output{x, target}), like)
}

// SumTo undoes broadcasting: it adds up an adjoint that has the shape of from
// until it has the shape of to. Where both shapes are known nothing is left to
// run time, and nothing is added when they are equal.
func (b *Builder) SumTo(adjoint, from, to Output) Output {
	if b.err != nil || !adjoint.Valid() {
		return Output{}
	}
	sf, st := from.Shape(), to.Shape()
	if sf.Same(st) {
		return adjoint
	}
	if sf.Known() && st.Known() && len(st.Dims) <= len(sf.Dims) {
		off := len(sf.Dims) - len(st.Dims)
		var lead, keep []int
		one := Dim{Size: 1}
		for i := range sf.Dims {
			if i < off {
				lead = append(lead, i)
			} else if d := st.Dims[i-off]; d == one && sf.Dims[i] != one {
				keep = append(keep, i)
			}
		}
		switch {
		case len(keep) == 0 && len(lead) == 0:
			return adjoint
		case len(keep) == 0:
			return b.Like(b.Sum(adjoint, false, lead...), to)
		case len(lead) == 0:
			return b.Like(b.Sum(adjoint, true, keep...), to)
		}
		return b.ReshapeLike(b.Sum(adjoint, false, append(lead, keep...)...), to)
	}
	// BroadcastGradientArgs gives the axes for both sides; we need the first's.
	shape := b.Op("Shape", []Output{to}, Type("out_type", tensor.Int32))
	args := b.Node("BroadcastGradientArgs", []Output{shape, b.Op("Shape", []Output{from}, Type("out_type", tensor.Int32))})
	if args == nil {
		return Output{}
	}
	summed := b.Op("Sum", []Output{adjoint, {args, 0}}, Bool("keep_dims", false))
	return b.Like(b.Op("Reshape", []Output{summed, shape}), to)
}
