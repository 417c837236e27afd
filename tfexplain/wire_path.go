package tfexplain

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// pathProgram is the spliced graph of a path method. A Run is fed its samples
// and references once, however many rows it has; each row names the sample and
// the reference it lies between, and where.
type pathProgram struct {
	gradient *cgo.Callable // fetches the sums of the parts, then the values of the rows
	value    *cgo.Callable // fetches the values of the rows only
}

// pathWiring are the ends of that graph.
type pathWiring struct {
	inputs, references []graphops.Output // fed: samples, or an input without rows; references
	ys                 graphops.Output   // fed: one entry for each sample

	sample, reference, alpha graphops.Output // fed: one number for each row
	weight, part, parts      graphops.Output

	sums   []graphops.Output // for each explained input, one row for each part
	values graphops.Output

	fallbacks []graphops.Refusal
	customs   []graphops.CustomGradient
}

// forward lists the feeds of a Run that computes values, in order.
func (w *pathWiring) forward() []graphops.Output {
	feeds := slices.Concat(w.inputs, w.references)
	if w.ys.Valid() {
		feeds = append(feeds, w.ys)
	}
	return append(feeds, w.sample, w.reference, w.alpha)
}

// backward lists the feeds of a Run that computes gradients, in order.
func (w *pathWiring) backward() []graphops.Output {
	return append(w.forward(), w.weight, w.part, w.parts)
}

// wirePath adds a copy of the forward graph whose rows lie between samples and
// references, and its gradient.
func (d *draft) wirePath() (*pathWiring, error) {
	// The graph as it is says what is refused, before any of it is copied.
	whole := d.walk(d.target)
	if err := whole.Check(graphops.Gradient{}); err != nil {
		return nil, err
	}
	d.graph.Prune(append(d.places(), d.target)...)
	b := graphops.NewBuilder(d.graph, "path")
	w := newPathWiring(b)
	w.customs = whole.CustomGradients()
	samples := d.feedSamples(b, w)
	xs, differences := d.between(b, w, samples)
	if xs == nil {
		return nil, b.Err()
	}
	rows := maps.Clone(samples)
	for k, i := range d.explained {
		rows[d.inputs[i].x] = xs[k]
	}
	target := graphops.NewReplay(b.In("path/model"), rows).At(d.target)
	if !target.Valid() {
		return nil, b.Err()
	}
	if err := d.pathBack(b, w, target, xs, differences); err != nil {
		return nil, err
	}
	return w, b.Err()
}

// newPathWiring adds the placeholders that say what each row is.
func newPathWiring(b *graphops.Builder) *pathWiring {
	numbers := func(t tensor.DType) graphops.Output { return feedOf(b, t, graphops.Dims("shape", []int{-1})) }
	return &pathWiring{
		sample: numbers(tensor.Int32), reference: numbers(tensor.Int32), alpha: numbers(tensor.Float64),
		weight: numbers(tensor.Float64), part: numbers(tensor.Int32), parts: feedOf(b, tensor.Int32, graphops.Dims("shape", []int{})),
	}
}

func feedOf(b *graphops.Builder, t tensor.DType, shape graphops.Attr) graphops.Output {
	return b.Op("Placeholder", nil, graphops.Type("dtype", t), shape)
}

// pick adds a placeholder for samples or references, and what each row takes of
// them.
func pick(b *graphops.Builder, in input, which graphops.Output) (fed, rows graphops.Output) {
	fed = feedOf(b, in.place.DType(), placeShape(openRows(in.place.Shape())))
	return fed, b.Like(b.Op("GatherV2", []graphops.Output{fed, which, b.IntScalar(0)}), in.place)
}

// feedSamples has each row take its sample: what stands for the inputs that have
// rows.
func (d *draft) feedSamples(b *graphops.Builder, w *pathWiring) map[graphops.Output]graphops.Output {
	samples := map[graphops.Output]graphops.Output{}
	for _, in := range d.inputs {
		switch {
		case in.inner || d.graph.Node(in.place.Node.Name) == nil:
		case !in.rows:
			w.inputs = append(w.inputs, in.place)
		default:
			fed, rows := pick(b, in, w.sample)
			w.inputs, samples[in.place] = append(w.inputs, fed), rows
		}
	}
	return samples
}

// between gives each explained tensor where each row is on its way, and the way
// itself, from the reference to the sample; nil after an error.
func (d *draft) between(b *graphops.Builder, w *pathWiring, samples map[graphops.Output]graphops.Output) (xs, differences []graphops.Output) {
	for _, i := range d.explained {
		in := d.inputs[i]
		fed, rows := pick(b, in, w.reference)
		w.references = append(w.references, fed)
		other := maps.Clone(samples)
		other[in.place] = rows
		x := graphops.NewReplay(b.In("path/sample"), samples).At(in.x)
		x0 := graphops.NewReplay(b.In("path/reference"), other).At(in.x)
		if b.Err() != nil || !x.Valid() || !x0.Valid() {
			return nil, nil
		}
		difference := b.Sub(x, x0)
		at := b.Like(b.Add(x0, b.Mul(column(b, w.alpha, x), difference)), in.x)
		xs, differences = append(xs, at), append(differences, difference)
	}
	return xs, differences
}

// pathBack adds the gradient at the rows and what is made of it.
func (d *draft) pathBack(b *graphops.Builder, w *pathWiring, target graphops.Output, xs, differences []graphops.Output) error {
	target, seed, ys, err := d.seed(b, target, func(ys graphops.Output) graphops.Output {
		return b.Op("GatherV2", []graphops.Output{ys, w.sample, b.IntScalar(0)})
	})
	if err != nil {
		return err
	}
	w.ys = ys
	walk := d.walkFrom(target, xs)
	adjoints, err := walk.Backward(b.In("path/back"), graphops.Gradient{}, seed)
	if err != nil {
		return err
	}
	w.fallbacks = walk.Fallbacks
	for i, adjoint := range adjoints {
		difference := differences[i]
		if t := adjoint.DType(); t == tensor.Float16 || t == tensor.BFloat16 {
			// Their sums are good to two or three digits only.
			adjoint, difference = b.Cast(adjoint, tensor.Float32), b.Cast(difference, tensor.Float32)
		}
		share := b.Mul(b.Mul(adjoint, column(b, w.weight, adjoint)), difference)
		// Rows whose part is -1 are dropped, NaN or not.
		sum := b.Op("UnsortedSegmentSum", []graphops.Output{share, w.part, w.parts})
		w.sums = append(w.sums, sum)
	}
	w.values = rowSums(b, target, seed)
	return b.Err()
}

// column gives one number for each row the rank and type of a tensor.
func column(b *graphops.Builder, v, like graphops.Output) graphops.Output {
	if !like.Valid() {
		return graphops.Output{}
	}
	shape := graphops.Output{}
	if s := like.Shape(); s.KnownRank {
		shape = b.IntVector(append([]int{-1}, slices.Repeat([]int{1}, s.Rank()-1)...)...)
	} else {
		axes := b.Op("StridedSlice", []graphops.Output{b.Op("Shape", []graphops.Output{like}), b.IntVector(1), b.IntVector(0), b.IntVector(1)}, graphops.Int("end_mask", 1))
		shape = b.Op("ConcatV2", []graphops.Output{b.IntVector(-1), b.Ones(axes), b.IntScalar(0)})
	}
	c := b.Op("Reshape", []graphops.Output{b.Cast(v, like.DType()), shape})
	if s := like.Shape(); c.Valid() && s.Known() {
		dims := slices.Repeat([]graphops.Dim{{Size: 1}}, s.Rank())
		dims[0] = s.Dims[0]
		c.Node.Outputs[0].Shape = graphops.Shape{Dims: dims, KnownRank: true}
	}
	return c
}

// compilePath splices the graph of a path method.
func (d *draft) compilePath(prefix string) (*program, error) {
	w, err := d.wirePath()
	if err != nil {
		return nil, err
	}
	keep := slices.Concat([]graphops.Output{d.target, w.values}, d.places(), w.sums, w.backward())
	if err := d.enter(prefix, keep...); err != nil {
		return nil, err
	}
	p, err := d.forward(prefix)
	if err != nil {
		return nil, err
	}
	p.fedYs, p.compares, p.fallbacks, p.customs, p.path = w.ys.Valid(), true, w.fallbacks, w.customs, &pathProgram{}
	s := d.model.Session()
	if p.path.value, err = s.Callable(ends(prefix, w.forward()), ends(prefix, []graphops.Output{w.values}), nil); err != nil {
		return nil, fmt.Errorf("tfexplain: prepare %s: %w", d.method.Name(), err)
	}
	p.path.gradient, err = s.Callable(ends(prefix, w.backward()), ends(prefix, append(slices.Clone(w.sums), w.values)), nil)
	return p, err
}
