package tfexplain

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// references is how a program gets the values at the baseline.
//
// Cached: each tensor that the method asks for lives in a variable of the
// session, one row for each reference, and is written once per baseline by a
// forward pass over the references. A call then costs one forward and one
// backward pass. The fed index says which reference each row is compared with;
// an index of one entry serves all rows.
//
// Joint: the baselines are fed and a second forward pass runs in the same Run.
// This is for baselines that come with the call, and for models where inputs
// that are not explained, and so are the same on both sides, differ from call
// to call.
type references struct {
	cached bool
	index  graphops.Output   // cached: fed, int32 [1] or [rows]
	x0     []graphops.Output // joint: fed, one for each explained input
	stored []stored
}

// stored is one cached tensor.
type stored struct {
	of, handle graphops.Output
	assign     *graphops.Node
}

// newReferences adds to the graph what supplies the baseline values.
func (d *draft) newReferences(b *graphops.Builder, w *graphops.Walk, prefix string) (*graphops.Reference, *references) {
	r := &references{cached: d.canCache()}
	if !r.cached {
		leaves := map[graphops.Output]graphops.Output{}
		for _, i := range d.explained {
			x0, fed := d.fedBaseline(b, d.inputs[i])
			r.x0 = append(r.x0, fed)
			leaves[d.inputs[i].x] = x0
		}
		return graphops.NewReference(w, b, func(o graphops.Output) graphops.Output { return leaves[o] }), r
	}
	r.index = b.Op("Placeholder", nil, graphops.Type("dtype", tensor.Int32), graphops.Dims("shape", []int{-1}))
	oneSided := graphops.OneSided()
	return graphops.NewReference(w, b, func(o graphops.Output) graphops.Output {
		if !storable(o) || oneSided(o) { // nothing is stored in a branch that is not taken
			return graphops.Output{}
		}
		return r.store(b, o, fmt.Sprintf("%sreference/%d", prefix, len(r.stored)))
	}), r
}

// fedBaseline is the value of an explained tensor at a baseline that is fed. The
// baseline of an embedding is that of other ids, which go through the same ops.
func (d *draft) fedBaseline(b *graphops.Builder, in input) (x0, fed graphops.Output) {
	// One row may serve all, also where the model was exported for more.
	fed = b.Op("Placeholder", nil, graphops.Type("dtype", in.place.DType()), placeShape(openRows(in.place.Shape())))
	rows := b.Like(b.Op("BroadcastTo", []graphops.Output{fed, b.Op("Shape", []graphops.Output{in.place})}), in.place)
	if in.x == in.place || b.Err() != nil {
		return rows, fed
	}
	up := graphops.NewWalk(d.graph, in.x, []graphops.Output{in.place}, d.rules)
	ref := graphops.NewReference(up, b, func(o graphops.Output) graphops.Output {
		if o == in.place {
			return rows
		}
		return graphops.Output{}
	})
	return ref.At(in.x), fed
}

func placeShape(s graphops.Shape) graphops.Attr {
	if !s.KnownRank {
		return graphops.UnknownDims("shape")
	}
	return graphops.Dims("shape", s.Sizes())
}

// openRows is the shape with any number of rows.
func openRows(s graphops.Shape) graphops.Shape {
	if s.Rank() > 0 {
		s.Dims = slices.Clone(s.Dims)
		s.Dims[0] = graphops.UnknownDim()
	}
	return s
}

// canCache says whether reference values depend on nothing but the baseline:
// every input that has rows is explained, and its shape is known so that the
// baseline is complete before the first call.
func (d *draft) canCache() bool {
	if d.opts.BaselinePerCall || d.fixedRows > 0 {
		return false
	}
	for i, in := range d.inputs {
		if d.graph.Node(in.place.Node.Name) == nil {
			continue
		}
		if in.inner { // the rest of the model stays as it is in the call
			return false
		}
		if !storable(in.place) { // its rows could not be told from other axes
			return false
		}
		// What else ids decide, a mask say, stays as it is in the call.
		if !slices.Contains(d.explained, i) || in.x != in.place {
			return false
		}
		for _, size := range in.info.Shape[min(1, len(in.info.Shape)):] {
			if size < 0 {
				return false
			}
		}
		if !in.info.KnownRank {
			return false
		}
	}
	return true
}

// storable says whether rows of a tensor can be stored and picked by number:
// its first axis counts rows, and no other does. Conditions and indices are
// worked out again instead, for not every device keeps them in variables.
func storable(o graphops.Output) bool {
	s := o.Shape()
	if !o.DType().IsFloat() || s.Rank() < 1 || s.Dims[0] != (graphops.Dim{Size: 1, PerRow: true}) {
		return false
	}
	return !slices.ContainsFunc(s.Dims[1:], func(d graphops.Dim) bool { return d.PerRow || !d.Known() })
}

// store keeps a tensor in a variable and returns what reads it.
func (r *references) store(b *graphops.Builder, o graphops.Output, name string) graphops.Output {
	sizes := o.Shape().Sizes()
	handle := b.Op("VarHandleOp", nil, graphops.Type("dtype", o.DType()), graphops.Dims("shape", sizes), graphops.Str("shared_name", name))
	read := b.Op("ReadVariableOp", []graphops.Output{handle}, graphops.Type("dtype", o.DType()))
	assign := b.Node("AssignVariableOp", []graphops.Output{handle, o}, graphops.Type("dtype", o.DType()))
	picked := b.Op("GatherV2", []graphops.Output{read, r.index, b.IntScalar(0)})
	if b.Err() != nil {
		return graphops.Output{}
	}
	// One row broadcasts to all: what is certain about the shape.
	sizes[0] = 1
	picked.Node.Outputs[0].Shape = graphops.ShapeOf(sizes...)
	r.stored = append(r.stored, stored{of: o, handle: handle, assign: assign})
	return picked
}

// baseline is the set of references an Explainer compares with at one time.
type baseline struct {
	count int                       // references per row
	x0    map[string]*tensor.Tensor // by input key, references as rows
}

// settle works out the values before the first call, so that a baseline which no
// call could use is refused at once. It is nil where the model leaves sizes open.
func (p *program) settle(b Baseline) (*baseline, error) {
	for _, i := range p.compared(b) {
		in := p.inputs[i]
		sizes := p.innerShape(in, b)
		if !in.inner {
			sizes = in.info.Shape[min(1, len(in.info.Shape)):]
		}
		if !in.info.KnownRank || slices.ContainsFunc(sizes, func(n int) bool { return n < 0 }) {
			return nil, p.checkKeys(b)
		}
	}
	return p.resolveBaseline(b, func(i int) []int { return p.inputs[i].info.Shape[1:] })
}

func (p *program) checkKeys(b Baseline) error {
	for _, key := range keysOfBaseline(b) {
		if keys := append(p.keys(), p.innerKeys()...); !slices.Contains(keys, key) {
			return &InputError{Input: key, Reason: "has a baseline but is not an input", Keys: keys}
		}
	}
	return nil
}

// resolveBaseline works out the values for inputs whose shape is known.
func (p *program) resolveBaseline(b Baseline, shapeOf func(i int) []int) (*baseline, error) {
	if b == nil {
		b = Zeros()
	}
	if err := p.checkKeys(b); err != nil {
		return nil, err
	}
	out := &baseline{x0: map[string]*tensor.Tensor{}}
	for _, i := range p.compared(b) {
		info := p.inputs[i].info
		shape := p.innerShape(p.inputs[i], b)
		if shape == nil {
			shape = shapeOf(i)
		}
		t, err := b.values(info.Key, info.DType, shape)
		if err != nil {
			return nil, err
		}
		out.x0[info.Key] = t
		out.count = max(out.count, t.Shape()[0])
	}
	for key, t := range out.x0 {
		switch n := t.Shape()[0]; {
		case n == out.count:
		case n == 1:
			many := make([]*tensor.Tensor, out.count)
			for i := range many {
				many[i] = t
			}
			all, err := tensor.Concat(many...)
			if err != nil {
				return nil, err
			}
			out.x0[key] = all
		default:
			return nil, &ShapeError{Input: "baseline of " + key, Given: t.Shape(), Wanted: fmt.Sprintf("1 or %d references, as other inputs have", out.count)}
		}
	}
	return out, nil
}

// remember writes the reference values of a baseline into the session.
func (p *program) remember(ctx context.Context, b *baseline) error {
	var feeds []*tensor.Tensor
	for _, i := range p.feeds {
		feeds = append(feeds, b.x0[p.inputs[i].info.Key])
	}
	_, err := p.write.Run(ctx, feeds)
	return err
}

// release frees the stored references.
func (p *program) release() error {
	if p.free == nil {
		return nil
	}
	_, err := p.free.Run(context.Background(), nil)
	return err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
