package metrics

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// MaxSensitivity asks how far attributions move when the input hardly does (Yeh
// et al., NeurIPS 2019, arXiv:1901.09392). With R(x) the attributions at x and
// |.| the Euclidean norm over all elements of a row,
//
//	max over y of |R(y) - R(x)|,  |y_i - x_i| <= Radius
//
// From 0; lower is better, and 0 for the gradient of a linear model. The maximum
// is taken over Samples points drawn evenly, so that it is a lower bound. All
// attributed inputs of a float type are moved; there must be one.
type MaxSensitivity struct {
	// Radius is the largest change of an element, in units of the input. 0: 0.02,
	// as in Captum, for inputs from 0 to 1.
	Radius float64

	// Samples is how many points are drawn for each row. 0: 10, as in Captum.
	Samples int

	// Seed chooses the points, together with the values of the row.
	Seed uint64
}

// MaxSensitivityResult is the largest change of each row's attributions.
type MaxSensitivityResult struct {
	Max      PerRow // |R(y) - R(x)|, in units of the attributions
	Relative PerRow // Max / |R(x)|, which is what Captum gives; NaN where R(x) is 0
}

// Measure computes the maxima; Data.Attributions must be what explain gives for
// Data.Inputs. The errors are *OptionError, *InputError, the context's, and
// those of explain.
func (m MaxSensitivity) Measure(ctx context.Context, explain Explain, d Data) (*MaxSensitivityResult, error) {
	s, err := d.study()
	if err != nil {
		return nil, err
	}
	if err := m.complete(s); err != nil {
		return nil, err
	}
	if explain == nil {
		return nil, &OptionError{Field: "explain", Given: "nil", Wanted: "a function that gives attributions"}
	}
	norms, err := s.norms()
	if err != nil {
		return nil, err
	}
	b, err := s.batcher(s.distance(explain), s.rows*m.Samples)
	if err != nil {
		return nil, err
	}
	res := &MaxSensitivityResult{Max: make(PerRow, s.rows), Relative: make(PerRow, s.rows)}
	for row := range s.rows {
		rng := b.rng(m.Seed, row, 0)
		move := func(p perturbed) error { return m.move(rng, p) }
		then := func(distance float64) { res.Max[row] = max(res.Max[row], distance) } // a NaN stays
		for range m.Samples {
			if err := b.add(ctx, row, move, then); err != nil {
				return nil, err
			}
		}
	}
	if err := b.flush(ctx); err != nil {
		return nil, err
	}
	for row, norm := range norms {
		res.Relative[row] = math.NaN()
		if norm > 0 {
			res.Relative[row] = res.Max[row] / norm
		}
	}
	return res, nil
}

// complete fills in what was left out.
func (m *MaxSensitivity) complete(s *study) error {
	if m.Radius == 0 {
		m.Radius = 0.02
	}
	if m.Samples == 0 {
		m.Samples = 10
	}
	if !(m.Radius > 0) || math.IsInf(m.Radius, 1) {
		return &OptionError{Field: "Radius", Given: fmt.Sprint(m.Radius), Wanted: "0 (0.02) or a positive change, in units of the input"}
	}
	if m.Samples < 0 {
		return &OptionError{Field: "Samples", Given: fmt.Sprint(m.Samples), Wanted: "0 (10 samples) or a positive number"}
	}
	if !slices.ContainsFunc(s.inputs, input.movable) {
		return &OptionError{Field: "Inputs", Given: "without an attributed input of a float type", Wanted: "one at least: only floats can move a little"}
	}
	return nil
}

func (in input) movable() bool { return in.count > 0 && in.x.DType().IsFloat() }

// norms are |R(x)| of all rows.
func (s *study) norms() ([]float64, error) {
	norms := make([]float64, s.rows)
	for row := range norms {
		for i := range s.inputs {
			in := &s.inputs[i]
			if in.count == 0 {
				continue
			}
			v, err := in.attributions(row)
			if err != nil {
				return nil, err
			}
			norms[row] = math.Hypot(norms[row], length(v))
		}
	}
	return norms, nil
}

// move adds noise to a row.
func (m MaxSensitivity) move(rng *rand.Rand, p perturbed) error {
	for i, in := range p.b.study.inputs {
		if !in.movable() {
			continue
		}
		v, err := values(in.x, p.row)
		if err != nil {
			return err
		}
		for e := range v {
			v[e] += m.Radius * (2*rng.Float64() - 1)
		}
		if _, err := p.set(i, v); err != nil {
			return err
		}
	}
	return nil
}

// distance scores a row by how far its attributions are from those of the row
// it was made from.
func (s *study) distance(explain Explain) Score {
	return func(ctx context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error) {
		moved, err := explain(ctx, xs, of)
		if err != nil {
			return nil, err
		}
		distances := make([]float64, len(of))
		for i := range s.inputs {
			in := &s.inputs[i]
			if in.count == 0 {
				continue
			}
			r := moved[in.key]
			if r == nil || !slices.Equal(r.Shape(), append([]int{len(of)}, in.r.Shape()[1:]...)) {
				return nil, &InputError{Input: in.key, Reason: fmt.Sprintf("for %d rows, explain gave the attributions %v; wanted those of Data, %v", len(of), r, in.r)}
			}
			for k, row := range of {
				a, err := values(r, k)
				if err != nil {
					return nil, err
				}
				b, err := values(in.r, row)
				if err != nil {
					return nil, err
				}
				for e := range a {
					a[e] -= b[e]
				}
				distances[k] = math.Hypot(distances[k], length(a))
			}
		}
		return distances, nil
	}
}

// length is the Euclidean norm.
func length(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x * x
	}
	return math.Sqrt(s)
}
