package metrics

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// SensitivityN asks whether sums of attributions follow what removing their
// features does to the answer (Ancona et al., ICLR 2018, arXiv:1711.06104). For
// each row and size n, random subsets S of n features are drawn:
//
//	r(n) = Pearson correlation over S of  sum(R_i, i in S)  and  f(x) - f(x_S)
//
// r is from -1 to 1; 1 for all n is perfect, and what exact attributions of a
// linear model reach. Removing features one by one (occlusion) reaches 1 at
// n = 1 by definition. r says nothing about the scale of R. It is not defined
// where one of the two does not vary over S.
type SensitivityN struct {
	// Sizes are the sizes n, in any order. Nil: Points sizes, spaced evenly in
	// log(n) from 1 to MaxShare of the features, rounded, repeated ones left out.
	Sizes []int

	// Points is how many sizes are made. 0: 16, enough to draw a curve.
	Points int

	// MaxShare bounds the sizes that are made. 0: 0.8, where the curves of the
	// paper end; removing more leaves the same picture whatever was removed.
	MaxShare float64

	// Subsets is how many subsets are drawn for each size. 0: 100, as in the
	// paper. At least 2.
	Subsets int

	// Seed chooses the subsets, together with the values of the row.
	Seed uint64
}

// SensitivityNResult is r by size and row.
type SensitivityNResult struct {
	Sizes []int
	R     []PerRow // for each size; NaN where r is not defined
}

// Mean is the mean of r over all rows and sizes where it is defined.
func (r *SensitivityNResult) Mean() float64 { return PerRow(slices.Concat(r.R...)).Mean() }

// Undefined is how many rows have no r, summed over the sizes.
func (r *SensitivityNResult) Undefined() int { return PerRow(slices.Concat(r.R...)).Undefined() }

// Measure computes r. The errors are *OptionError, *InputError, *ScoreError,
// the context's, and those of score.
func (m SensitivityN) Measure(ctx context.Context, score Score, d Data) (*SensitivityNResult, error) {
	s, err := d.study()
	if err != nil {
		return nil, err
	}
	if m.Subsets == 0 {
		m.Subsets = 100
	}
	if m.Subsets < 2 {
		return nil, &OptionError{Field: "Subsets", Given: fmt.Sprint(m.Subsets), Wanted: "0 (100 subsets) or at least 2: fewer have no correlation"}
	}
	sizes, err := m.sizes(s.features)
	if err != nil {
		return nil, err
	}
	b, err := s.batcher(score, s.rows*len(sizes)*m.Subsets)
	if err != nil {
		return nil, err
	}
	res := &SensitivityNResult{Sizes: sizes, R: make([]PerRow, len(sizes))}
	for i := range res.R {
		res.R[i] = make(PerRow, s.rows)
	}
	for row := range s.rows {
		relevance, err := s.relevance(row)
		if err != nil {
			return nil, err
		}
		for i, n := range sizes {
			if err := m.correlate(ctx, b, row, n, relevance, &res.R[i][row]); err != nil {
				return nil, err
			}
		}
	}
	return res, b.flush(ctx)
}

// correlate draws the subsets of one row and size. r is set once their scores
// are known.
func (m SensitivityN) correlate(ctx context.Context, b *batcher, row, n int, relevance []float64, r *float64) error {
	draw := newSubsets(b.rng(m.Seed, row, n), n, len(relevance))
	var p pearson
	for k := range m.Subsets {
		subset := draw.next()
		total := 0.0
		remove := func(p perturbed) error {
			for _, feature := range subset {
				p.remove(feature)
				total += relevance[feature]
			}
			return nil
		}
		then := func(f float64) {
			p.add(total, -f) // f(x) is the same for all subsets
			if k == m.Subsets-1 {
				*r = p.r()
			}
		}
		if err := b.add(ctx, row, remove, then); err != nil {
			return err
		}
	}
	return nil
}

// sizes are the sizes for that many features.
func (m SensitivityN) sizes(features int) ([]int, error) {
	if m.Points == 0 {
		m.Points = 16
	}
	if m.MaxShare == 0 {
		m.MaxShare = 0.8
	}
	if m.Points < 0 {
		return nil, &OptionError{Field: "Points", Given: fmt.Sprint(m.Points), Wanted: "0 (16 sizes) or a positive number"}
	}
	if !(m.MaxShare > 0 && m.MaxShare <= 1) {
		return nil, &OptionError{Field: "MaxShare", Given: fmt.Sprint(m.MaxShare), Wanted: "0 (0.8) or a share of the features, up to 1"}
	}
	for _, n := range m.Sizes {
		if n < 1 || n > features {
			return nil, &OptionError{Field: "Sizes", Given: fmt.Sprint(n), Wanted: fmt.Sprintf("sizes from 1 to %d, the number of features", features)}
		}
	}
	if len(m.Sizes) > 0 {
		return slices.Clone(m.Sizes), nil
	}
	largest := max(1, math.Floor(m.MaxShare*float64(features)))
	var sizes []int
	for i := range m.Points {
		exponent := float64(i) / float64(max(1, m.Points-1))
		sizes = append(sizes, int(math.Round(math.Pow(largest, exponent))))
	}
	return slices.Compact(sizes), nil
}

// subsets draws random subsets of n features.
type subsets struct {
	rng    *rand.Rand
	order  []int // the features; those drawn come first
	picked []bool
	list   []int
	n      int
}

func newSubsets(rng *rand.Rand, n, features int) *subsets {
	s := &subsets{rng: rng, order: make([]int, features), picked: make([]bool, features), n: n}
	for i := range s.order {
		s.order[i] = i
	}
	return s
}

// next gives a subset in ascending order, so that equal subsets have equal
// sums. It is valid until the next one is drawn.
func (s *subsets) next() []int {
	for i := range s.n {
		j := i + s.rng.IntN(len(s.order)-i)
		s.order[i], s.order[j] = s.order[j], s.order[i]
		s.picked[s.order[i]] = true
	}
	s.list = s.list[:0]
	for feature, picked := range s.picked {
		if picked {
			s.list = append(s.list, feature)
		}
	}
	clear(s.picked)
	return s.list
}
