package tfexplain

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// ExpectedGradients averages integrated gradients over a background set: each
// draw takes one reference of the set and one point on the way from it to the
// input (Erion et al. 2021, doi:10.1038/s42256-021-00343-w). The baseline is
// the set (Values with R rows). The sum approaches f(x) - mean f(x0); delta says
// how close it is, with f(x0) averaged over the references drawn. Its cost is
// Samples gradients and forward passes for each row.
type ExpectedGradients struct {
	// Samples is the number of draws. 0: 50. References are drawn without
	// replacement, beginning anew when all have been; the points are spread
	// evenly, one in each of Samples equal parts of the way.
	Samples int
	// Seed chooses the draws. The same seed gives the same result for a
	// row at the same place in the call, whatever BatchSize is and whatever else
	// runs.
	Seed uint64
}

// Name implements Method.
func (ExpectedGradients) Name() string { return "expected-gradients" }

func (m ExpectedGradients) validate() error {
	if m.Samples < 0 {
		return &OptionError{Field: "Samples", Given: fmt.Sprint(m.Samples), Wanted: "a positive number of draws, or 0 for 50"}
	}
	return nil
}

func (m ExpectedGradients) plan() plan {
	return plan{pass: gradientPass, attribute: timesDifference, baseline: true, path: m, draws: m.draw}
}

func (m ExpectedGradients) count() int {
	if m.Samples == 0 {
		return defaultSteps
	}
	return m.Samples
}

// Streams of random numbers that have nothing to do with each other: one for
// each sample's references and one for each pair's point.
const (
	referenceStream = iota << 40
	pointStream
)

// draw says which of some references each draw of a sample takes.
func (m ExpectedGradients) draw(sample, references int) []int {
	r := rand.New(rand.NewPCG(m.Seed, referenceStream+uint64(sample)))
	var drawn []int
	for len(drawn) < m.count() {
		drawn = append(drawn, r.Perm(references)...)
	}
	return drawn[:m.count()]
}

func (m ExpectedGradients) steps(pair int) (alphas, weights []float64) {
	r := rand.New(rand.NewPCG(m.Seed, pointStream+uint64(pair)))
	draw := pair % m.count()
	return []float64{(float64(draw) + r.Float64()) / float64(m.count())}, []float64{1}
}

func (ExpectedGradients) goal() float64 { return math.Inf(1) }

func (ExpectedGradients) finer(int) (alphas, weights []float64, keep float64) { return nil, nil, 0 }
