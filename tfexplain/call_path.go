package tfexplain

import (
	"context"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// pathGroup is what the Runs of some pairs share.
type pathGroup struct {
	c           *call
	first, from int              // first sample and pair
	perPair     bool             // each pair has a reference of its own among the feeds
	feeds       []*tensor.Tensor // samples, references and weights
}

// follow explains pairs from to to by a path method.
func (c *call) follow(ctx context.Context, from, to int) error {
	first, last := from/c.refs, (to-1)/c.refs+1 // samples
	samples, err := c.samples(first, last)
	if err != nil {
		return err
	}
	ys, err := c.weights(ctx, samples, first, last)
	if err != nil {
		return err
	}
	references, err := c.references(numbers(from, to))
	if err != nil {
		return err
	}
	g := &pathGroup{c: c, first: first, from: from, perPair: c.ownReference(), feeds: slices.Concat(samples, references)}
	if ys != nil {
		g.feeds = append(g.feeds, ys)
	}
	// The explained number at both ends: once for each sample, once for each pair.
	inputs := make([]int, last-first)
	for i := range inputs {
		inputs[i] = max(from, (first+i)*c.refs)
	}
	f1, err := g.values(ctx, inputs, 1)
	if err != nil {
		return err
	}
	f0, err := g.values(ctx, numbers(from, to), 0)
	if err != nil {
		return err
	}
	tasks := make([]task, to-from)
	for i := range tasks {
		tasks[i] = newPathTask(c.e.program.plan.path, from+i, f1[(from+i)/c.refs-first]-f0[i])
	}
	if err := c.work(ctx, from, tasks, g.gradients); err != nil {
		return err
	}
	for i, t := range tasks {
		c.sums.put(from+i, f1[(from+i)/c.refs-first], f0[i], t.(*pathTask).sums)
	}
	return nil
}

// values is the explained number of some pairs at one point of their way.
func (g *pathGroup) values(ctx context.Context, pairs []int, alpha float64) ([]float64, error) {
	rows := pathRows{g: g}
	for _, pair := range pairs {
		rows.add(pair, row{alpha: alpha}, 0)
	}
	feeds, err := rows.feeds(false)
	if err != nil {
		return nil, err
	}
	return rows.run(ctx, g.c.e.program.path.value, feeds, 0, nil)
}

// gradients runs the rows of some tasks.
func (g *pathGroup) gradients(ctx context.Context, shares []share) ([]results, error) {
	rows := pathRows{g: g, parts: len(shares)}
	for i, s := range shares {
		for _, r := range s.rows {
			rows.add(s.pair, r, i)
		}
	}
	feeds, err := rows.feeds(true)
	if err != nil {
		return nil, err
	}
	sums := make([][][]float64, len(shares))
	values, err := rows.run(ctx, g.c.e.program.path.gradient, feeds, len(g.c.e.program.explained), sums)
	if err != nil {
		return nil, err
	}
	got := make([]results, len(shares))
	for i, s := range shares {
		got[i] = results{values: values[:len(s.rows)], sums: sums[i]}
		values = values[len(s.rows):]
	}
	return got, nil
}

// pathRows are the feeds that say what each row of a Run is.
type pathRows struct {
	g                       *pathGroup
	sample, reference, part []int32
	alpha, weight           []float64
	parts, count            int
}

func (r *pathRows) add(pair int, at row, part int) {
	reference := 0
	if r.g.perPair {
		reference = pair - r.g.from
	}
	if at.weight == 0 {
		part = -1 // its gradient is not wanted, whatever it is
	}
	r.sample, r.reference = append(r.sample, int32(pair/r.g.c.refs-r.g.first)), append(r.reference, int32(reference))
	r.part = append(r.part, int32(part))
	r.alpha, r.weight = append(r.alpha, at.alpha), append(r.weight, at.weight)
	r.count++
}

func (r *pathRows) feeds(backward bool) ([]*tensor.Tensor, error) {
	for len(r.sample) < r.g.c.e.program.fixedRows { // the model was exported for so many
		n := len(r.sample) - 1
		r.sample, r.reference, r.part = append(r.sample, r.sample[n]), append(r.reference, r.reference[n]), append(r.part, -1)
		r.alpha, r.weight = append(r.alpha, r.alpha[n]), append(r.weight, 0)
	}
	out := slices.Clone(r.g.feeds)
	var err error
	add := func(t *tensor.Tensor, e error) {
		out = append(out, t)
		if err == nil {
			err = e
		}
	}
	n := len(r.sample)
	add(tensor.New(r.sample, n))
	add(tensor.New(r.reference, n))
	add(tensor.New(r.alpha, n))
	if backward {
		add(tensor.New(r.weight, n))
		add(tensor.New(r.part, n))
		add(tensor.New([]int32{int32(r.parts)}))
	}
	return out, err
}

// run gives the values of the rows and fills in the sums of the parts.
func (r *pathRows) run(ctx context.Context, call *cgo.Callable, feeds []*tensor.Tensor, explained int, sums [][][]float64) ([]float64, error) {
	out, err := call.Run(ctx, feeds)
	if err != nil {
		return nil, err
	}
	c := r.g.c
	c.e.runs.Add(1)
	for i, t := range out[:explained] {
		c.sums.shape(i, t.Shape())
		v, err := t.Float64s()
		if err != nil {
			return nil, err
		}
		each := len(v) / max(len(sums), 1)
		for k := range sums {
			sums[k] = append(sums[k], v[k*each:(k+1)*each])
		}
	}
	values, err := out[explained].Float64s()
	if err != nil {
		return nil, err
	}
	if len(values) != len(r.sample) {
		return nil, errRowCount(out[explained].Shape(), len(r.sample))
	}
	return values[:r.count], nil
}
