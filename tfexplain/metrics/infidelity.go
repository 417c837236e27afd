package metrics

import (
	"context"
	"fmt"
)

// Infidelity asks whether attributions predict what perturbing the input does
// to the answer (Yeh et al., NeurIPS 2019, arXiv:1901.09392). With I the random
// difference between x and its perturbed copy,
//
//	infidelity = E[ (sum(I_i * R_i) - (f(x) - f(x - I)))^2 ]
//
// for attributions that are slopes. For contributions, which already hold the
// factor x - x0, I_i / (x_i - x0_i) stands for I_i: 1 for a removed element (1
// is also the divisor where x_i = x0_i, as in Captum). From 0, in squared units
// of the target; lower is better, and 0 for exact attributions of a linear
// model. The expectation is the mean over Samples perturbations.
type Infidelity struct {
	// Perturbation makes I. Nil: Squares{}.
	Perturbation Perturbation

	// Slopes says that the attributions are per unit of input, such as a
	// gradient, and not contributions, such as gradient times input.
	Slopes bool

	// Scale multiplies the attributions of a row by the number beta that fits
	// best, so that their scale does not count (the normalize option of Captum):
	// with a = sum(I_i * R_i) and b = f(x) - f(x - I), beta = E[a*b] / E[a*a], and
	// 0 where a is always 0.
	Scale bool

	// Samples is how many perturbations each row gets. 0: 100.
	Samples int

	// Seed chooses the perturbations, together with the values of the row.
	Seed uint64
}

// InfidelityResult is the infidelity of each row.
type InfidelityResult struct {
	Infidelity PerRow
	Beta       PerRow // what the attributions were multiplied by: 1 without Scale
}

// Measure computes the infidelity. The errors are *OptionError, *InputError,
// *ScoreError, the context's, and those of score.
func (m Infidelity) Measure(ctx context.Context, score Score, d Data) (*InfidelityResult, error) {
	s, err := d.study()
	if err != nil {
		return nil, err
	}
	if m.Samples < 0 {
		return nil, &OptionError{Field: "Samples", Given: fmt.Sprint(m.Samples), Wanted: "0 (100 samples) or a positive number"}
	}
	if m.Samples == 0 {
		m.Samples = 100
	}
	if m.Perturbation == nil {
		m.Perturbation = Squares{}
	}
	if err := m.Perturbation.check(s, m.Slopes); err != nil {
		return nil, err
	}
	b, err := s.batcher(score, s.rows*(m.Samples+1))
	if err != nil {
		return nil, err
	}
	res := &InfidelityResult{Infidelity: make(PerRow, s.rows), Beta: make(PerRow, s.rows)}
	for row := range s.rows {
		if err := m.sample(ctx, b, row, res); err != nil {
			return nil, err
		}
	}
	return res, b.flush(ctx)
}

// sample perturbs one row. Its result is set once the scores are known.
func (m Infidelity) sample(ctx context.Context, b *batcher, row int, res *InfidelityResult) error {
	c, err := b.study.coefficients(row, m.Slopes)
	if err != nil {
		return err
	}
	fx := 0.0
	if err := b.add(ctx, row, unchanged, func(f float64) { fx = f }); err != nil {
		return err
	}
	rng := b.rng(m.Seed, row, 0)
	pairs := make([][2]float64, 0, m.Samples) // expected and real difference
	for range m.Samples {
		var expected float64
		perturb := func(p perturbed) (err error) {
			expected, err = m.Perturbation.perturb(rng, p, c)
			return err
		}
		then := func(f float64) {
			if pairs = append(pairs, [2]float64{expected, fx - f}); len(pairs) == m.Samples {
				res.Infidelity[row], res.Beta[row] = m.squaredError(pairs)
			}
		}
		if err := b.add(ctx, row, perturb, then); err != nil {
			return err
		}
	}
	return nil
}

func (m Infidelity) squaredError(pairs [][2]float64) (mean, beta float64) {
	beta = 1
	if m.Scale {
		ab, aa := 0.0, 0.0
		for _, p := range pairs {
			ab += p[0] * p[1]
			aa += p[0] * p[0]
		}
		if beta = 0; aa > 0 {
			beta = ab / aa
		}
	}
	for _, p := range pairs {
		e := beta*p[0] - p[1]
		mean += e * e / float64(len(pairs))
	}
	return mean, beta
}
