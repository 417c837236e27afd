package tfexplain

import (
	"context"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// weights are those of some samples, or nil where none are fed.
func (c *call) weights(ctx context.Context, samples []*tensor.Tensor, first, last int) (*tensor.Tensor, error) {
	if !c.e.program.fedYs {
		return nil, nil
	}
	if c.weighed.by == c.ys && c.weighed.rows == last-first {
		c.sums.choose(first, c.weighed.classes)
		return c.weighed.ys, nil
	}
	t := c.e.program.target
	var answer *tensor.Tensor
	if !t.ranked || c.ys.asks() {
		var err error
		if answer, err = c.answer(ctx, samples, last-first); err != nil {
			return nil, err
		}
		t = t.at(answer)
	}
	ys, classes, err := c.ys.weights(t, first, last, answer)
	if err != nil {
		return nil, err
	}
	c.sums.choose(first, classes)
	switch c.ys.(type) {
	case onesYs, classYs: // the same for all rows
		if c.e.program.target.ranked {
			c.weighed = weighed{by: c.ys, rows: last - first, ys: ys, classes: classes}
		}
	}
	return ys, nil
}

// weighed are weights that serve again.
type weighed struct {
	by      Ys // a comparable one, or nil
	rows    int
	ys      *tensor.Tensor
	classes []int
}

// samples are the inputs of some samples, not to be changed; those without rows
// go as they are.
func (c *call) samples(from, to int) ([]*tensor.Tensor, error) {
	if from == 0 && to == c.rows {
		return c.feeds, nil
	}
	out := slices.Clone(c.feeds)
	for i, k := range c.e.program.feeds {
		if c.e.program.inputs[k].rows {
			part, err := out[i].Rows(from, to)
			if err != nil {
				return nil, err
			}
			out[i] = part
		}
	}
	return out, nil
}

// answer is the target's value for n samples.
func (c *call) answer(ctx context.Context, samples []*tensor.Tensor, n int) (*tensor.Tensor, error) {
	p := c.e.program
	if n < p.fixedRows { // the last sample fills the rows that the model was exported for
		rows := make([]int, p.fixedRows)
		for i := range rows {
			rows[i] = min(i, n-1)
		}
		var err error
		if samples, err = c.take(samples, rows); err != nil {
			return nil, err
		}
	}
	out, err := p.answer.Run(ctx, samples)
	if err != nil {
		return nil, err
	}
	c.e.runs.Add(1)
	if n < p.fixedRows {
		return out[0].Rows(0, n)
	}
	return out[0], nil
}

// take copies rows of the inputs that have rows.
func (c *call) take(samples []*tensor.Tensor, rows []int) ([]*tensor.Tensor, error) {
	out := slices.Clone(samples)
	for i, k := range c.e.program.feeds {
		if c.e.program.inputs[k].rows {
			t, err := samples[i].Take(rows)
			if err != nil {
				return nil, err
			}
			out[i] = t
		}
	}
	return out, nil
}

// repeat gives each pair its own copy of the sample and its weights.
func (c *call) repeat(samples []*tensor.Tensor, ys *tensor.Tensor, from, to, first int) ([]*tensor.Tensor, *tensor.Tensor, error) {
	rows := make([]int, to-from)
	for i := range rows {
		rows[i] = (from+i)/c.refs - first
	}
	out, err := c.take(samples, rows)
	if err != nil || ys == nil {
		return out, nil, err
	}
	ys, err = ys.Take(rows)
	return out, ys, err
}

// reference is the row of the baseline that a pair is compared with.
func (c *call) reference(pair int) int {
	switch {
	case c.drawn != nil:
		return c.drawn[pair]
	case c.perSample:
		return pair
	}
	return pair % c.refs
}

// ownReference says whether pairs have references of their own; else one
// serves all.
func (c *call) ownReference() bool { return c.refs > 1 || c.perSample }

// numbers are from, from+1, ... to-1.
func numbers(from, to int) []int {
	list := make([]int, to-from)
	for i := range list {
		list[i] = from + i
	}
	return list
}

// references are the feeds that say what each pair is compared with. Where all
// share one reference, pairs are not looked at.
func (c *call) references(pairs []int) ([]*tensor.Tensor, error) {
	p := c.e.program
	if p.cached && c.e.lost != nil {
		return nil, c.e.lost
	}
	if p.cached && !p.fedIndex {
		return nil, nil
	}
	if p.cached && !c.ownReference() {
		return p.onlyIndex, nil
	}
	rows := []int{0}
	if c.ownReference() {
		rows = make([]int, len(pairs))
		for i, pair := range pairs {
			rows[i] = c.reference(pair)
		}
	}
	if p.cached {
		index := make([]int32, len(rows))
		for i, r := range rows {
			index[i] = int32(r)
		}
		t, err := tensor.New(index, len(index))
		return []*tensor.Tensor{t}, err
	}
	var out []*tensor.Tensor
	for _, k := range p.explained {
		t, err := c.base.x0[p.inputs[k].info.Key].Take(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}
