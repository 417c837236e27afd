package tfexplain

import (
	"maps"
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// empty is a tensor for the attributions of all rows, whatever is in it: the one
// that the Result has, if that fits.
func (s *sums) empty(i int) (*tensor.Tensor, error) {
	p := s.c.e.program
	old := s.into.Attributions[p.inputs[p.explained[i]].info.Key]
	if old != nil && old.DType() == s.dtypes[i] && slices.Equal(old.Shape(), s.shapes[i]) {
		return old, nil
	}
	return tensor.Zeros(s.dtypes[i], s.shapes[i]...)
}

// attribution is the whole of what one explained input got.
func (s *sums) attribution(i int) (*tensor.Tensor, error) {
	c := s.c
	switch {
	case s.means != nil:
		t, err := tensor.New(s.means[i], s.shapes[i]...)
		if err != nil {
			return nil, err
		}
		if t, err = t.Convert(s.dtypes[i]); err != nil {
			return nil, err
		}
		into, err := s.empty(i)
		if err == nil {
			copy(into.Bytes(), t.Bytes())
		}
		return into, err
	case c.rows == 0 && s.shapes[i] == nil:
		return tensor.Zeros(s.dtypes[i], emptyShape(c.e.program.inputs[c.e.program.explained[i]].x.Shape().Sizes())...)
	case c.rows == 0:
		return s.empty(i)
	}
	return s.attributions[i], nil
}

// finish writes the call's Result.
func (s *sums) finish() error {
	c, r, p := s.c, s.into, s.c.e.program
	r.Target, r.BaselineTarget, r.Classes, r.Players = s.target, s.base, s.classes, s.found
	r.Fallbacks, r.CustomGradients = p.fallbacks, p.customs
	if r.Attributions == nil {
		r.Attributions = map[string]*tensor.Tensor{}
	}
	if r.ranks == nil {
		r.ranks = map[string]int{}
	}
	old := len(r.Attributions)
	for i, k := range p.explained {
		t, err := s.attribution(i)
		if err != nil {
			return err
		}
		key := p.inputs[k].info.Key
		r.Attributions[key] = t
		if in := p.inputs[k]; in.inner {
			k = slices.Index(p.keys(), in.ids)
		}
		if i := slices.Index(p.feeds, k); i >= 0 {
			r.ranks[key] = len(c.feeds[i].Shape())
		}
	}
	if old > 0 && len(r.Attributions) > len(p.explained) { // of another Explainer
		maps.DeleteFunc(r.Attributions, func(key string, _ *tensor.Tensor) bool { return !p.explains(key) })
	}
	if n := p.plan.noise; s.base == nil || n != nil && n.variance {
		r.Delta = nil
		return nil // nothing is conserved
	}
	return s.delta(r)
}

// explains says whether something of this name is explained.
func (p *program) explains(key string) bool {
	return slices.ContainsFunc(p.explained, func(k int) bool { return p.inputs[k].info.Key == key })
}

// delta adds up each row's attributions, in float64, and compares.
func (s *sums) delta(r *Result) error {
	c := s.c
	r.Delta = zeros(r.Delta, c.rows)
	for _, k := range c.e.program.explained {
		if err := addRows(r.Delta, r.Attributions[c.e.program.inputs[k].info.Key], c.e.program.plan.gaps); err != nil {
			return err
		}
	}
	for n := range r.Delta {
		r.Delta[n] -= r.Target[n] - r.BaselineTarget[n]
	}
	limit := c.e.opts.MaxDelta
	if limit <= 0 {
		return nil
	}
	worst := 0
	for n, d := range r.Delta {
		if size := math.Abs(d); size > math.Abs(r.Delta[worst]) || math.IsNaN(size) {
			worst = n
		}
	}
	if c.rows > 0 && !(math.Abs(r.Delta[worst]) <= limit) {
		return &DeltaError{Row: worst, Delta: r.Delta[worst], Limit: limit}
	}
	return nil
}

// addRows adds the sum of each row of a tensor to sums. gaps leaves NaN out.
func addRows(sums []float64, t *tensor.Tensor, gaps bool) error {
	values, err := tensor.Data[float32](t) // nearly always; others are copied
	if err == nil {
		addRowsOf(sums, values, gaps)
		return nil
	}
	wide, err := t.Float64s()
	if err == nil {
		addRowsOf(sums, wide, gaps)
	}
	return err
}

func addRowsOf[T float32 | float64](sums []float64, values []T, gaps bool) {
	row := len(values) / max(len(sums), 1)
	for n := range sums {
		for _, v := range values[n*row : (n+1)*row] {
			if v == v || !gaps { // NaN is not
				sums[n] += float64(v)
			}
		}
	}
}

// emptyShape is the shape of no rows; axes of unknown size are empty as well.
func emptyShape(sizes []int) []int {
	shape := []int{0}
	for _, d := range sizes[1:] {
		shape = append(shape, max(d, 0))
	}
	return shape
}
