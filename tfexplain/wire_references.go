package tfexplain

import (
	"fmt"
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
