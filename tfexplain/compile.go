package tfexplain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/tensor"
)

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

// fetchInner makes the values of the inner tensors that are explained ready to be
// fetched. One may be an input, and TensorFlow does not fetch what is fed.
func (d *draft) fetchInner() error {
	b := graphops.NewBuilder(d.graph, "inner")
	for _, i := range d.explained {
		if in := d.inputs[i]; in.inner {
			d.innerValues = append(d.innerValues, b.Like(b.Op("Identity", []graphops.Output{in.x}), in.x))
		}
	}
	return b.Err()
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
	of, feeds := d.feeds()
	p := &program{plan: d.plan, inputs: d.inputs, feeds: of, explained: d.explained, fixedRows: d.fixedRows, rowBytes: d.graph.RowBytes(), target: d.targetShape()}
	from := ends(prefix, feeds)
	answer, err := d.model.Session().Callable(from, ends(prefix, []graphops.Output{d.target}), nil)
	p.answer = answer
	if err == nil && len(d.innerValues) > 0 {
		p.inner, err = d.model.Session().Callable(from, ends(prefix, d.innerValues), nil)
	}
	return p, err
}

// feeds are the inputs that the graph has, and their indices.
func (d *draft) feeds() (of []int, feeds []graphops.Output) {
	for i, in := range d.inputs {
		if !in.inner && d.graph.Node(in.place.Node.Name) != nil {
			of, feeds = append(of, i), append(feeds, in.place)
		}
	}
	return of, feeds
}

// callables prepares what the calls of a method that takes one row for each sample
// run.
func (d *draft) callables(prefix string, w *wiring) (*program, error) {
	p, err := d.forward(prefix)
	if err != nil {
		return nil, err
	}
	p.fedYs, p.compares, p.fallbacks, p.customs = w.ys.Valid(), w.refs != nil, w.fallbacks, w.customs
	_, inputs := d.feeds()
	feeds := slices.Clone(inputs)
	if w.ys.Valid() {
		feeds = append(feeds, w.ys)
	}
	if w.refs != nil {
		more, err := d.feedReferences(p, w.refs)
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, more...)
		if err := d.storage(p, prefix, ends(prefix, inputs), w); err != nil {
			return nil, err
		}
	}
	p.explain, err = d.model.Session().Callable(ends(prefix, feeds), ends(prefix, w.fetches), nil)
	return p, err
}

// feedReferences says how a call says what its rows are compared with: by an
// index, or by the baselines themselves.
func (d *draft) feedReferences(p *program, r *references) (feeds []graphops.Output, err error) {
	if p.cached = r.cached; !p.cached {
		return r.x0, nil
	}
	if p.fedIndex = d.graph.Node(r.index.Node.Name) != nil; !p.fedIndex {
		return nil, nil
	}
	first, err := tensor.New([]int32{0}, 1)
	p.onlyIndex = []*tensor.Tensor{first}
	return []graphops.Output{r.index}, err
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
