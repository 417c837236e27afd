package tfexplain

import (
	"fmt"
	"slices"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// wiring are the ends of a draft's graph that calls use.
type wiring struct {
	fetches []graphops.Output
	ys      graphops.Output
	refs    *references
	freed   []*graphops.Node

	fallbacks []graphops.Refusal
	customs   []graphops.CustomGradient
}

// wire adds everything that computes attributions.
func (d *draft) wire(prefix string) (*wiring, error) {
	b := graphops.NewBuilder(d.graph, "explain")
	target, seed, ys, err := d.seed(b, d.target, func(ys graphops.Output) graphops.Output { return ys })
	if err != nil {
		return nil, err
	}
	w := &wiring{ys: ys}
	plan, xs := d.plan, d.xs()
	walk := d.walk(target)
	var ref *graphops.Reference
	if plan.baseline {
		ref, w.refs = d.newReferences(b.In("reference"), walk, prefix)
	}
	start := seed
	if plan.seed != nil {
		start = plan.seed(b, target, seed)
	}
	adjoints, err := walk.Backward(b.In("back"), plan.pass(walk, ref), start)
	if err == nil && ref != nil {
		err = ref.Err()
	}
	if err != nil {
		return nil, err
	}
	w.fallbacks, w.customs = walk.Fallbacks, walk.CustomGradients()
	for i, adj := range adjoints {
		var x0 graphops.Output
		if ref != nil {
			x0 = ref.At(xs[i])
		}
		a := plan.attribute(b, xs[i], x0, adj)
		if a.Valid() && (a.Node.Op == "Placeholder" || slices.Contains(w.fetches, a)) {
			// TensorFlow neither fetches what is fed nor the same tensor twice.
			a = b.Like(b.Op("Identity", []graphops.Output{a}), a)
		}
		w.fetches = append(w.fetches, a)
	}
	w.fetches = append(w.fetches, rowSums(b, target, seed))
	if ref != nil {
		w.fetches = append(w.fetches, rowSums(b, ref.At(target), seed))
		for _, s := range w.refs.stored {
			w.freed = append(w.freed, b.Node("DestroyResourceOp", []graphops.Output{s.handle}, graphops.Bool("ignore_lookup_error", true)))
		}
	}
	return w, b.Err()
}

// walk is the path from the explained inputs to a target.
func (d *draft) walk(target graphops.Output) *graphops.Walk { return d.walkFrom(target, d.xs()) }

func (d *draft) walkFrom(target graphops.Output, xs []graphops.Output) *graphops.Walk {
	w := graphops.NewWalk(d.graph, target, xs, d.rules)
	w.AllowFallback = func(op string) bool {
		return slices.Contains(d.opts.AllowGradientFallback, op) || slices.Contains(d.opts.AllowGradientFallback, "*")
	}
	return w
}

// seed makes the explained tensor, an entry of whole or all of it, and its
// adjoint: the weights. ys is where they are fed and rows says what each row
// gets of them.
func (d *draft) seed(b *graphops.Builder, whole graphops.Output, rows func(ys graphops.Output) graphops.Output) (target, seed, ys graphops.Output, err error) {
	if len(d.opts.TargetIndex) > 0 {
		target, err = d.indexed(b, whole, d.opts.TargetIndex)
		if err == nil {
			seed = b.Ones(target)
		}
		return target, seed, ys, err
	}
	shape := whole.Shape()
	ys = b.Op("Placeholder", nil, graphops.Type("dtype", whole.DType()), placeShape(openRows(shape)))
	seed = b.Like(rows(ys), whole)
	if !shape.Known() {
		seed = b.Mul(b.Ones(whole), seed) // weights of size 1 along an unknown axis broadcast
	}
	return whole, b.Like(seed, whole), ys, b.Err()
}

// rowSums is sum(T*ys) of each row, added up in float64.
func rowSums(b *graphops.Builder, target, seed graphops.Output) graphops.Output {
	product := b.Mul(b.Cast(target, tensor.Float64), b.Cast(seed, tensor.Float64))
	if rank := target.Shape().Rank(); rank > 1 {
		axes := make([]int, rank-1)
		for i := range axes {
			axes[i] = i + 1
		}
		return b.Sum(product, false, axes...)
	}
	rows := b.Op("StridedSlice", []graphops.Output{b.Op("Shape", []graphops.Output{product}), b.IntVector(0), b.IntVector(1), b.IntVector(1)})
	flat := b.Op("Reshape", []graphops.Output{product, b.Op("ConcatV2", []graphops.Output{rows, b.IntVector(-1), b.IntScalar(0)})})
	return b.Sum(flat, false, 1)
}

// kept are the tensors, and the nodes without outputs, that calls need.
func (d *draft) kept(w *wiring) []graphops.Output {
	keep := append([]graphops.Output{d.target, w.ys}, w.fetches...)
	if w.refs != nil {
		for i, s := range w.refs.stored {
			keep = append(keep, graphops.Output{Node: s.assign}, graphops.Output{Node: w.freed[i]})
		}
	}
	return keep
}

// targetShape is the shape of the weights.
func (d *draft) targetShape() targetShape {
	t := targetShape{dtype: d.target.DType(), ranked: d.target.Shape().KnownRank}
	if s := d.target.Shape(); s.KnownRank && s.Rank() > 0 {
		t.sizes = s.Sizes()[1:]
	}
	return t
}

// indexed is T[:, i, j, ...].
func (d *draft) indexed(b *graphops.Builder, whole graphops.Output, index []int) (graphops.Output, error) {
	sizes := d.targetShape().sizes
	if len(index) > len(sizes) {
		return graphops.Output{}, &OptionError{Field: "TargetIndex", Given: fmt.Sprint(index), Wanted: fmt.Sprintf("at most %d indices for a target of shape %v", len(sizes), d.targetShape())}
	}
	begin, end, step := []int{0}, []int{0}, []int{1}
	shrink := 0
	for i, k := range index {
		if sizes[i] >= 0 && k >= sizes[i] {
			return graphops.Output{}, &OptionError{Field: "TargetIndex", Given: fmt.Sprint(index), Wanted: fmt.Sprintf("indices below %v", sizes)}
		}
		begin, end, step = append(begin, k), append(end, k+1), append(step, 1)
		shrink |= 2 << i
	}
	o := b.Op("StridedSlice", []graphops.Output{whole, b.IntVector(begin...), b.IntVector(end...), b.IntVector(step...)},
		graphops.Int("begin_mask", 1), graphops.Int("end_mask", 1), graphops.Int("shrink_axis_mask", shrink))
	return o, b.Err()
}
