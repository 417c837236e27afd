package tfexplain

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// smooth explains pairs from to to on noisy copies.
func (c *call) smooth(ctx context.Context, from, to int) error {
	first, last := from/c.refs, (to-1)/c.refs+1
	samples, err := c.samples(first, last)
	if err != nil {
		return err
	}
	ys, err := c.weights(ctx, samples, first, last)
	if err != nil {
		return err
	}
	tasks := make([]task, to-from)
	for i := range tasks {
		tasks[i] = &noiseTask{plan: c.e.program.plan.noise}
	}
	run := func(ctx context.Context, shares []share) ([]results, error) { return c.noisy(ctx, shares, ys, first) }
	if err := c.work(ctx, from, tasks, run); err != nil {
		return err
	}
	for i, t := range tasks {
		t := t.(*noiseTask)
		c.sums.put(from+i, t.value, t.base, t.result())
	}
	return nil
}

// noisy runs the rows of some pairs. ys are the weights from sample first on.
func (c *call) noisy(ctx context.Context, shares []share, ys *tensor.Tensor, first int) ([]results, error) {
	p := c.e.program
	var samples, weights, pairs []int
	for _, s := range shares {
		for range s.rows {
			samples, weights, pairs = append(samples, s.pair/c.refs), append(weights, s.pair/c.refs-first), append(pairs, s.pair)
		}
	}
	n := len(samples)
	for len(samples) < p.fixedRows { // the model was exported for so many
		samples, weights, pairs = append(samples, samples[n-1]), append(weights, weights[n-1]), append(pairs, pairs[n-1])
	}
	feeds, err := c.take(c.feeds, samples)
	if err != nil {
		return nil, err
	}
	if err := c.addNoise(feeds, shares); err != nil {
		return nil, err
	}
	if ys != nil {
		w, err := ys.Take(weights)
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, w)
	}
	if c.base != nil {
		refs, err := c.references(pairs)
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, refs...)
	}
	out, err := p.explain.Run(ctx, feeds)
	if err != nil {
		return nil, choiceError(err)
	}
	c.e.runs.Add(1)
	return c.spread(shares, len(samples), out)
}

// addNoise adds each row's own noise to the explained inputs.
func (c *call) addNoise(feeds []*tensor.Tensor, shares []share) error {
	p := c.e.program
	values := make([][]float64, len(p.explained))
	for j, k := range p.explained {
		var err error
		if values[j], err = feeds[p.feedOf(k)].Float64s(); err != nil {
			return err
		}
	}
	r := 0
	for _, s := range shares {
		for _, at := range s.rows {
			if at.draw > 0 { // each draw of a pair has a stream of its own
				source := rand.New(rand.NewPCG(p.plan.noise.seed, uint64(s.pair)<<32+uint64(at.draw)))
				for j, k := range p.explained {
					each := len(values[j]) / feeds[p.feedOf(k)].Shape()[0]
					p.plan.noise.disturb(values[j][r*each:(r+1)*each], source)
				}
			}
			r++
		}
	}
	for j, k := range p.explained {
		i := p.feedOf(k)
		noisy, err := tensor.New(values[j], feeds[i].Shape()...)
		if err != nil {
			return err
		}
		if feeds[i], err = noisy.Convert(feeds[i].DType()); err != nil {
			return err
		}
	}
	return nil
}

// disturb adds noise to one row of an input.
func (p *noisePlan) disturb(x []float64, source *rand.Rand) {
	if len(x) == 0 {
		return
	}
	sigma := p.noise * (slices.Max(x) - slices.Min(x))
	for e := range x {
		x[e] += sigma * source.NormFloat64()
	}
}

// spread cuts what a Run of so many rows gave into the results of its shares,
// row by row.
func (c *call) spread(shares []share, fed int, out []*tensor.Tensor) ([]results, error) {
	n := len(c.e.program.explained)
	var columns [][]float64
	for i, t := range out {
		if i < n {
			c.sums.shape(i, t.Shape())
		}
		v, err := t.Float64s()
		if err != nil {
			return nil, err
		}
		columns = append(columns, v)
	}
	rows := len(columns[n])
	if rows != fed {
		return nil, errRowCount(out[n].Shape(), fed)
	}
	var got []results
	r := 0
	for _, s := range shares {
		var one results
		for range s.rows {
			var each [][]float64
			for _, v := range columns[:n] {
				size := len(v) / rows
				each = append(each, v[r*size:(r+1)*size])
			}
			one.each, one.values = append(one.each, each), append(one.values, columns[n][r])
			if len(columns) > n+1 {
				one.bases = append(one.bases, columns[n+1][r])
			}
			r++
		}
		got = append(got, one)
	}
	return got, nil
}
