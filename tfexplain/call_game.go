package tfexplain

import (
	"context"
	"fmt"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// scorer values rows: samples of which something is hidden.
type scorer struct {
	c     *call
	first int         // first sample of the group
	ys    [][]float64 // weights of each sample; nil: the entry at index
	index []int
}

// score is sum(T*ys) of each row of an answer; of says which sample each row
// was made from.
func (s *scorer) score(answer *tensor.Tensor, of []int) ([]float64, error) {
	values, err := answer.Float64s()
	if err != nil {
		return nil, err
	}
	shape := answer.Shape()
	if len(shape) == 0 || shape[0] != len(of) {
		return nil, errRowCount(shape, len(of))
	}
	each := len(values) / max(len(of), 1)
	out := make([]float64, len(of))
	if s.ys == nil {
		at := 0
		for i, k := range s.index {
			if i+1 >= len(shape) || k >= shape[i+1] {
				return nil, &OptionError{Field: "TargetIndex", Given: fmt.Sprint(s.index), Wanted: fmt.Sprintf("indices below %v", shape[1:])}
			}
			at = at*shape[i+1] + k
		}
		rest := 1
		for _, d := range shape[len(s.index)+1:] {
			rest *= d
		}
		for n := range out {
			for _, v := range values[n*each+at*rest : n*each+(at+1)*rest] {
				out[n] += v
			}
		}
		return out, nil
	}
	for n, sample := range of {
		w := s.ys[sample-s.first]
		if len(w) != each {
			return nil, &ShapeError{Input: "target", Given: shape, Wanted: fmt.Sprintf("%d entries in each row, as at the first sample", len(w))}
		}
		for i, v := range values[n*each : (n+1)*each] {
			out[n] += v * w[i]
		}
	}
	return out, nil
}

// play explains pairs from to to by a method that values rows.
func (c *call) play(ctx context.Context, from, to int) error {
	first, last := from/c.refs, (to-1)/c.refs+1
	s := &scorer{c: c, first: first, index: c.e.opts.TargetIndex}
	full, err := s.samples(ctx, last)
	if err != nil {
		return err
	}
	whole := make([]share, to-from)
	for i := range whole {
		whole[i] = share{pair: from + i, rows: []row{{hidden: c.whole}}}
	}
	empty, err := s.rows(ctx, whole)
	if err != nil {
		return err
	}
	tasks := make([]task, to-from)
	for i := range tasks {
		sample := (from + i) / c.refs
		if tasks[i], err = c.game.task(from+i, sample, empty[i].values[0], full[sample-first]); err != nil {
			return err
		}
	}
	if err := c.work(ctx, from, tasks, s.rows); err != nil {
		return err
	}
	for i, t := range tasks {
		attributions, found, err := t.(gameTask).result()
		if err != nil {
			return err
		}
		c.sums.put(from+i, full[(from+i)/c.refs-first], empty[i].values[0], attributions)
		c.sums.players(from+i, found)
	}
	return nil
}

// samples asks for the samples as they are, up to last, and settles their
// weights.
func (s *scorer) samples(ctx context.Context, last int) ([]float64, error) {
	c := s.c
	xs, err := c.samples(s.first, last)
	if err != nil {
		return nil, err
	}
	answer, err := c.answer(ctx, xs, last-s.first)
	if err != nil {
		return nil, err
	}
	of := make([]int, last-s.first)
	for i := range of {
		of[i] = s.first + i
	}
	if c.e.program.fedYs {
		t := targetShape{dtype: tensor.Float64, ranked: true, sizes: answer.Shape()[min(1, len(answer.Shape())):]}
		ys, classes, err := c.ys.weights(t, s.first, last, answer)
		if err != nil {
			return nil, err
		}
		c.sums.choose(s.first, classes)
		w, err := ys.Float64s()
		if err != nil {
			return nil, err
		}
		each := len(w) / max(len(of), 1)
		s.ys = make([][]float64, len(of))
		for i := range s.ys {
			s.ys[i] = w[i*each : (i+1)*each]
		}
	}
	return s.score(answer, of)
}

// rows values the rows of some pairs in one Run.
func (s *scorer) rows(ctx context.Context, shares []share) ([]results, error) {
	c := s.c
	var of []int
	for _, share := range shares {
		for range share.rows {
			of = append(of, share.pair/c.refs)
		}
	}
	xs, err := c.take(c.feeds, of)
	if err != nil {
		return nil, err
	}
	if err := c.hideIn(xs, shares); err != nil {
		return nil, err
	}
	answer, err := c.answer(ctx, xs, len(of))
	if err != nil {
		return nil, err
	}
	values, err := s.score(answer, of)
	if err != nil {
		return nil, err
	}
	var got []results
	for _, share := range shares {
		n := len(share.rows)
		got = append(got, results{values: values[:n]})
		values = values[n:]
	}
	return got, nil
}

// hideIn overwrites what is hidden in the rows of some pairs.
func (c *call) hideIn(xs []*tensor.Tensor, shares []share) error {
	p := c.e.program
	for i, k := range p.explained {
		x := xs[p.feedOf(k)]
		x0 := c.base.x0[p.inputs[k].info.Key]
		r := 0
		for _, share := range shares {
			for _, at := range share.rows {
				if err := hide(x, r, x0, c.reference(share.pair), at.hidden.runs(i)); err != nil {
					return err
				}
				r++
			}
		}
	}
	return nil
}
