package graphops

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// widen gives up what the bodies of loops do not keep of their variables'
// shapes, and says whether there was anything.
func (g *Graph) widen() (changed bool) {
	for _, n := range g.nodes {
		if n.Loop == nil {
			continue
		}
		body := n.Loop.Body
		for i, arg := range body.Args {
			if !n.Loop.changes(i) {
				continue
			}
			if s := common(arg.Shape(), body.Results[i].Shape()); !s.equals(arg.Shape()) {
				n.Loop.widen(i, s)
				changed = true
			}
		}
		changed = body.Graph.widen() || changed
	}
	return changed
}

// declare takes, for all variables of loops, what the model itself says of their
// shapes, and says whether that is news.
func (g *Graph) declare() (changed bool) {
	for _, n := range g.nodes {
		if n.Loop == nil {
			continue
		}
		declared := n.attr("output_shapes").GetList().GetShape()
		for i := range n.Inputs {
			if _, ok := n.Loop.widened[i]; ok || !n.Loop.changes(i) {
				continue
			}
			var s Shape
			if i < len(declared) {
				s = shapeOfProto(declared[i])
			}
			n.Loop.widen(i, s)
			changed = true
		}
		changed = n.Loop.Body.Graph.declare() || changed
	}
	return changed
}

func shapeOfProto(p *tfproto.TensorShapeProto) Shape {
	if p.GetUnknownRank() {
		return Shape{}
	}
	s := ShapeOf()
	for _, d := range p.GetDim() {
		s.Dims = append(s.Dims, Dim{Size: max(int(d.Size), -1)})
	}
	return s
}

func (l *Loop) widen(i int, s Shape) {
	if l.widened == nil {
		l.widened = map[int]Shape{}
	}
	l.widened[i] = s
}

// common is what holds of both shapes.
func common(a, b Shape) Shape {
	if !a.KnownRank || a.Rank() != b.Rank() {
		return Shape{}
	}
	c := Shape{KnownRank: true, Dims: slices.Clone(a.Dims)}
	for i, d := range b.Dims {
		if d != c.Dims[i] {
			c.Dims[i] = UnknownDim()
		}
	}
	return c
}

// equals says whether the same is known of two shapes.
func (s Shape) equals(t Shape) bool {
	return s.KnownRank == t.KnownRank && slices.Equal(s.Dims, t.Dims)
}

// sizesAt are the sizes for a number of rows; -1 where unknown.
func (s Shape) sizesAt(rows int) []int {
	out := s.Sizes()
	for i, d := range s.Dims {
		if d.PerRow && rows >= 0 {
			out[i] = d.Size * rows
		}
	}
	return out
}
