package tfexplain

import (
	"fmt"

	"gonum.org/v1/gonum/integrate/quad"
)

// Quadrature is a rule for integrals over [0, 1].
type Quadrature int

const (
	// GaussLegendre is exact for polynomials up to degree 2n-1: the fewest steps
	// for smooth models.
	GaussLegendre Quadrature = iota
	// RiemannRight has steps at k/n, k = 1..n. With 100 steps it is DeepExplain's.
	RiemannRight
	// RiemannLeft has steps at k/n, k = 0..n-1.
	RiemannLeft
	// RiemannMiddle has steps at (k+1/2)/n, k = 0..n-1.
	RiemannMiddle
	// Trapezoid has steps at k/(n-1), k = 0..n-1; the first and the last count
	// half.
	Trapezoid
)

var quadratureNames = [...]string{"gausslegendre", "right", "left", "middle", "trapezoid"}

// String is the name as the command spells it.
func (q Quadrature) String() string {
	if q < 0 || int(q) >= len(quadratureNames) {
		return fmt.Sprintf("Quadrature(%d)", int(q))
	}
	return quadratureNames[q]
}

// steps are the points and weights of the rule with n steps; the weights sum
// to 1. With a single step the trapezoid rule takes the middle.
func (q Quadrature) steps(n int) (alphas, weights []float64) {
	alphas, weights = make([]float64, n), make([]float64, n)
	if q == GaussLegendre {
		quad.Legendre{}.FixedLocations(alphas, weights, 0, 1)
		return alphas, weights
	}
	first, intervals := 0., float64(n)
	switch {
	case q == RiemannRight:
		first = 1
	case q == RiemannMiddle || q == Trapezoid && n == 1:
		first = .5
	case q == Trapezoid:
		intervals--
	}
	for k := range n {
		alphas[k], weights[k] = (float64(k)+first)/intervals, 1/intervals
	}
	if q == Trapezoid && n > 1 {
		weights[0] /= 2
		weights[n-1] /= 2
	}
	return alphas, weights
}

// doubled are the steps that lead from n to about twice as many, and how much
// the n count beside them: 1/2 for rules whose steps are among those of the
// finer rule, 0 for those that begin anew.
func (q Quadrature) doubled(n int) (alphas, weights []float64, keep float64) {
	finer, every := 2*n, 0
	switch {
	case q == Trapezoid && n > 1:
		finer, every = 2*n-1, 1
	case q == RiemannLeft:
		every = 1
	case q == RiemannRight:
		every = 0
	default:
		alphas, weights = q.steps(finer)
		return alphas, weights, 0
	}
	all, weigh := q.steps(finer)
	for k := range all { // the old steps are every second one
		if k%2 == every {
			alphas, weights = append(alphas, all[k]), append(weights, weigh[k])
		}
	}
	return alphas, weights, .5
}
