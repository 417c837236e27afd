package metrics

import (
	"context"
	"math"
)

// Completeness asks whether the attributions of a row account for all of its
// answer: by how much they miss
//
//	sum(R) = f(x) - f(x0)
//
// (Sundararajan et al., ICML 2017, arXiv:1703.01365, call it completeness;
// Shrikumar et al., ICML 2017, arXiv:1704.02685, summation to delta). From 0;
// what is left at float rounding, about 1e-6 relative, is none. Methods that do
// not compare with a baseline need not be complete.
type Completeness struct{}

// CompletenessResult is the error of each row.
type CompletenessResult struct {
	Error    PerRow // |sum(R) - (f(x) - f(x0))|, in units of the target
	Relative PerRow // Error / max(1, |f(x)|, |f(x0)|)
}

// Measure computes the errors. Its own errors are *OptionError, *InputError,
// *ScoreError, the context's, and those of score.
func (Completeness) Measure(ctx context.Context, score Score, d Data) (*CompletenessResult, error) {
	s, err := d.study()
	if err != nil {
		return nil, err
	}
	b, err := s.batcher(score, 2*s.rows)
	if err != nil {
		return nil, err
	}
	res := &CompletenessResult{Error: make(PerRow, s.rows), Relative: make(PerRow, s.rows)}
	for row := range s.rows {
		relevance, err := s.relevance(row)
		if err != nil {
			return nil, err
		}
		fx := 0.0
		if err := b.add(ctx, row, unchanged, func(f float64) { fx = f }); err != nil {
			return nil, err
		}
		removed := func(p perturbed) error { p.removeAll(); return nil }
		then := func(f0 float64) {
			res.Error[row] = math.Abs(sum(relevance) - (fx - f0))
			res.Relative[row] = res.Error[row] / max(1, math.Abs(fx), math.Abs(f0))
		}
		if err := b.add(ctx, row, removed, then); err != nil {
			return nil, err
		}
	}
	return res, b.flush(ctx)
}
