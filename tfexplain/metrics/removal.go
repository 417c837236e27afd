package metrics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Deletion removes the features of a row step by step, the strongest
// attribution first, and takes the area under the score (Petsiuk et al., BMVC
// 2018, arXiv:1806.07421). With F features, K steps and m_k = round(k*F/K)
// features removed after step k,
//
//	AUC = sum over k of (m_k - m_k-1)/F * (f_k + f_k-1)/2
//
// which is the trapezoidal rule over the share of removed features. It lies
// between the smallest and the largest score on the way: from 0 to 1 for
// probabilities. Lower is better: the answer falls as soon as what carries it
// is gone. Attributions are ordered with their sign; equal ones by their place.
type Deletion struct {
	// Steps is K. 0: 224, as in the paper. At most one feature a step is taken,
	// so that more steps than features are as many as there are.
	Steps int
}

// Insertion starts at the baseline and brings the features back, the strongest
// attribution first (Petsiuk et al., BMVC 2018, arXiv:1806.07421). The area is
// that of Deletion; higher is better: the answer rises as soon as what carries
// it is there. The paper starts from a blurred image: give it as Data.Baseline,
// a row for each row.
type Insertion struct {
	// Steps is as in Deletion.
	Steps int
}

// RemovalResult is how the score moves.
type RemovalResult struct {
	AUC   PerRow    // the area under each row's curve
	Share []float64 // the share of features removed, or brought back, at each point of a curve
	Curve []float64 // the score there, averaged over the rows
}

// Measure computes the area. The errors are *OptionError, *InputError,
// *ScoreError, the context's, and those of score.
func (m Deletion) Measure(ctx context.Context, score Score, d Data) (*RemovalResult, error) {
	return removal(ctx, score, d, m.Steps, func(p perturbed, moved, _ []int) {
		for _, feature := range moved {
			p.remove(feature)
		}
	})
}

// Measure computes the area. The errors are those of Deletion.
func (m Insertion) Measure(ctx context.Context, score Score, d Data) (*RemovalResult, error) {
	return removal(ctx, score, d, m.Steps, func(p perturbed, _, rest []int) {
		for _, feature := range rest {
			p.remove(feature)
		}
	})
}

// removal scores the points of all curves. perturb gets the features that were
// moved so far, and the others.
func removal(ctx context.Context, score Score, d Data, steps int, perturb func(p perturbed, moved, rest []int)) (*RemovalResult, error) {
	s, err := d.study()
	if err != nil {
		return nil, err
	}
	if steps < 0 {
		return nil, &OptionError{Field: "Steps", Given: fmt.Sprint(steps), Wanted: "0 (224 steps) or a positive number"}
	}
	if steps == 0 {
		steps = 224
	}
	steps = min(steps, s.features)
	b, err := s.batcher(score, s.rows*(steps+1))
	if err != nil {
		return nil, err
	}
	res := &RemovalResult{AUC: make(PerRow, s.rows), Share: make([]float64, steps+1), Curve: make([]float64, steps+1)}
	moved := make([]int, steps+1)
	for k := range moved {
		moved[k] = (2*k*s.features + steps) / (2 * steps)
		res.Share[k] = float64(moved[k]) / float64(s.features)
	}
	for row := range s.rows {
		order, err := s.strongestFirst(row)
		if err != nil {
			return nil, err
		}
		last := 0.0
		for k, n := range moved {
			move := func(p perturbed) error { perturb(p, order[:n], order[n:]); return nil }
			then := func(f float64) {
				res.Curve[k] += f / float64(s.rows)
				if k > 0 {
					res.AUC[row] += (res.Share[k] - res.Share[k-1]) * (f + last) / 2
				}
				last = f
			}
			if err := b.add(ctx, row, move, then); err != nil {
				return nil, err
			}
		}
	}
	return res, b.flush(ctx)
}

// strongestFirst orders the features of a row by their attributions.
func (s *study) strongestFirst(row int) ([]int, error) {
	r, err := s.relevance(row)
	if err != nil {
		return nil, err
	}
	order := make([]int, len(r))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(r[j], r[i]) })
	return order, nil
}
