package tfexplain

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// program is a draft that has been spliced into the session. Its feeds and
// fetches never change, so TensorFlow keeps one executor for each callable.
type program struct {
	plan      plan
	inputs    []input
	explained []int // indices into inputs
	feeds     []int // indices into inputs, in the order they are fed
	fixedRows int
	rowBytes  graphops.RowBytes // of its largest Run, an estimate; 0 for a function
	target    targetShape
	fedYs     bool             // weights are fed after the inputs
	compares  bool             // there is a baseline
	cached    bool             // baseline values are stored in the session; else they are fed
	fedIndex  bool             // cached, and something stored is read
	onlyIndex []*tensor.Tensor // feeds the index of the only reference
	fallbacks []graphops.Refusal
	customs   []graphops.CustomGradient

	// explain is fed the inputs, then the weights (fedYs), then the index of the
	// reference (cached) or the baselines (not cached). It fetches the
	// attributions, then the explained number of each row, then the same at the
	// baseline.
	explain *cgo.Callable
	answer  runner        // fetches the target
	path    *pathProgram  // instead of explain, for methods that follow a path
	write   *cgo.Callable // stores the reference values
	free    *cgo.Callable // frees them
	inner   *cgo.Callable // fetches the inner tensors that are explained, for their baselines
}

// runner is a prepared call of the model: a callable of its session, or a
// function.
type runner interface {
	Run(ctx context.Context, feeds []*tensor.Tensor) ([]*tensor.Tensor, error)
}

// feedOf is where an input stands among what is fed.
func (p *program) feedOf(input int) int { return slices.Index(p.feeds, input) }

// wiring are the ends of a draft's graph that calls use.
type wiring struct {
	fetches []graphops.Output
	ys      graphops.Output
	refs    *references
	freed   []*graphops.Node

	fallbacks []graphops.Refusal
	customs   []graphops.CustomGradient
}

// compile adds the backward pass to the draft and splices the whole into the
// model's session.
func (d *draft) compile() (*program, error) {
	prefix := d.model.ReservePrefix()
	switch {
	case d.plan.path != nil:
		return d.compilePath(prefix)
	case d.plan.game != nil:
		return d.compileGame(prefix)
	}
	w, err := d.wire(prefix)
	if err != nil {
		return nil, err
	}
	if err := d.enter(prefix, d.kept(w)...); err != nil {
		return nil, err
	}
	return d.callables(prefix, w)
}

// compileGame splices a method that needs no more than answers.
func (d *draft) compileGame(prefix string) (*program, error) {
	if err := d.enter(prefix, append(d.places(), d.target)...); err != nil {
		return nil, err
	}
	p, err := d.forward(prefix)
	if err != nil {
		return nil, err
	}
	p.fedYs, p.compares = len(d.opts.TargetIndex) == 0, true
	return p, nil
}

// enter puts what the given tensors need into the model's session.
func (d *draft) enter(prefix string, keep ...graphops.Output) error {
	if d.plan.baseline {
		if err := d.fetchInner(); err != nil {
			return err
		}
	}
	d.graph.DropCustomGradients()
	d.graph.Prune(append(keep, d.innerValues...)...)
	// A scratch import first: if our graph is wrong, the session must not see it.
	if _, err := d.infer(graphops.Scratch(d.graph, d.model.GraphDef().GetLibrary())); err != nil {
		return fmt.Errorf("tfexplain: the %s graph does not pass TensorFlow's checks: %w", d.method.Name(), err)
	}
	return d.splice(prefix)
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

// splice adds the draft's graph to the model's session, on the device that was
// asked for. Frames of TF1 loops need names of their own: TensorFlow would take
// two loops with one frame name for one loop.
func (d *draft) splice(prefix string) error {
	framed := map[*graphops.Node]bool{} // loops may share a body
	d.graph.Each(func(n *graphops.Node) {
		if n.Device == "" && n.Loaded == "" {
			n.Device = d.model.Device()
		}
		if frame := n.Str("frame_name"); frame != "" && !framed[n] {
			n.Set(graphops.Str("frame_name", prefix+frame))
			framed[n] = true
		}
	})
	loaded := map[cgo.Endpoint]cgo.Endpoint{}
	for o, node := range d.graph.LoadedMap() {
		loaded[cgo.Endpoint{Node: o.Node.Name, Index: o.Index}] = cgo.Endpoint{Node: node, Index: o.Index}
	}
	return d.model.Splice(prefix, d.graph.ToDef(true, strings.ReplaceAll(prefix, "/", "_")), loaded)
}

// ends are where tensors of the draft are in the session's graph.
func ends(prefix string, os []graphops.Output) []cgo.Endpoint {
	var out []cgo.Endpoint
	for _, o := range os {
		e := cgo.Endpoint{Node: prefix + o.Node.Name, Index: o.Index}
		if o.Node.Loaded != "" {
			e.Node = o.Node.Loaded
		}
		out = append(out, e)
	}
	return out
}

// forward is a program that can do no more than answer.
func (d *draft) forward(prefix string) (*program, error) {
	p := &program{plan: d.plan, inputs: d.inputs, explained: d.explained, fixedRows: d.fixedRows, rowBytes: d.graph.RowBytes(), target: d.targetShape()}
	feeds := ends(prefix, d.feeds(p))
	answer, err := d.model.Session().Callable(feeds, ends(prefix, []graphops.Output{d.target}), nil)
	p.answer = answer
	if err == nil && len(d.innerValues) > 0 {
		p.inner, err = d.model.Session().Callable(feeds, ends(prefix, d.innerValues), nil)
	}
	return p, err
}

// feeds are the inputs that the graph has, which p notes.
func (d *draft) feeds(p *program) []graphops.Output {
	p.feeds = nil
	var feeds []graphops.Output
	for i, in := range d.inputs {
		if !in.inner && d.graph.Node(in.place.Node.Name) != nil {
			p.feeds = append(p.feeds, i)
			feeds = append(feeds, in.place)
		}
	}
	return feeds
}

func (d *draft) callables(prefix string, w *wiring) (*program, error) {
	p, err := d.forward(prefix)
	if err != nil {
		return nil, err
	}
	p.fedYs, p.compares, p.fallbacks, p.customs = w.ys.Valid(), w.refs != nil, w.fallbacks, w.customs
	feeds := d.feeds(p)
	all := feeds[:len(feeds):len(feeds)]
	if w.ys.Valid() {
		all = append(all, w.ys)
	}
	if w.refs != nil {
		if p.cached = w.refs.cached; p.cached {
			if p.fedIndex = d.graph.Node(w.refs.index.Node.Name) != nil; p.fedIndex {
				all = append(all, w.refs.index)
				first, err := tensor.New([]int32{0}, 1)
				if err != nil {
					return nil, err
				}
				p.onlyIndex = []*tensor.Tensor{first}
			}
		} else {
			all = append(all, w.refs.x0...)
		}
		if err := d.storage(p, prefix, ends(prefix, feeds), w); err != nil {
			return nil, err
		}
	}
	p.explain, err = d.model.Session().Callable(ends(prefix, all), ends(prefix, w.fetches), nil)
	return p, err
}

// storage makes the callables that write and free stored references.
func (d *draft) storage(p *program, prefix string, feeds []cgo.Endpoint, w *wiring) error {
	var writes, frees []string
	for i, s := range w.refs.stored {
		writes = append(writes, prefix+s.assign.Name)
		frees = append(frees, prefix+w.freed[i].Name)
	}
	if len(writes) == 0 {
		return nil
	}
	var err error
	if p.write, err = d.model.Session().Callable(feeds, nil, writes); err != nil {
		return err
	}
	p.free, err = d.model.Session().Callable(nil, nil, frees)
	return err
}
