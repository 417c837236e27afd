package tfexplain

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// noisePlan runs a method on noisy copies.
type noisePlan struct {
	of       Method
	samples  int
	noise    float64
	seed     uint64
	variance bool
}

func (p noisePlan) withDefaults() noisePlan {
	if p.of == nil {
		p.of = Gradient{}
	}
	if p.samples == 0 {
		p.samples = 50
	}
	if p.noise == 0 {
		p.noise = .15
	}
	return p
}

func (p noisePlan) validate() error {
	switch {
	case p.samples < 0:
		return &OptionError{Field: "Samples", Given: fmt.Sprint(p.samples), Wanted: "a positive number of noisy copies, or 0 for 50"}
	case !(p.noise >= 0) || math.IsInf(p.noise, 0):
		return &OptionError{Field: "Noise", Given: fmt.Sprint(p.noise), Wanted: "a share of the input's range, or 0 for 0.15"}
	}
	if of := p.of.plan(); of.manyRows() {
		return &OptionError{Field: "Method", Given: p.of.Name(), Wanted: "a method that takes one row for each sample, such as Gradient{} or DeepLIFT{}"}
	}
	return p.of.validate()
}

func (p noisePlan) plan() plan {
	of := p.of.plan()
	of.noise = &p
	return of
}

// noiseTask takes the mean, or the variance, of the rows of one pair. Its first
// row has no noise: it says what is explained.
type noiseTask struct {
	plan       *noisePlan
	asked, got int
	value      float64
	base       float64
	mean, m2   [][]float64 // Welford's
}

func (t *noiseTask) next(n int) []row {
	var rows []row
	for ; t.asked <= t.plan.samples && len(rows) < n; t.asked++ {
		rows = append(rows, row{draw: t.asked})
	}
	return rows
}

func (t *noiseTask) take(rows []row, got results) {
	for i, r := range rows {
		if r.draw == 0 {
			t.value = got.values[i]
			if got.bases != nil {
				t.base = got.bases[i]
			}
			continue
		}
		t.got++
		if t.mean == nil {
			for _, v := range got.each[i] {
				t.mean, t.m2 = append(t.mean, make([]float64, len(v))), append(t.m2, make([]float64, len(v)))
			}
		}
		for j, v := range got.each[i] {
			for k := range v {
				d := v[k] - t.mean[j][k]
				t.mean[j][k] += d / float64(t.got)
				t.m2[j][k] += d * (v[k] - t.mean[j][k])
			}
		}
	}
}

func (t *noiseTask) result() [][]float64 {
	if !t.plan.variance {
		return t.mean
	}
	for _, v := range t.m2 {
		for k := range v {
			v[k] /= float64(t.got)
		}
	}
	return t.m2
}

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
