package tfexplain

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func allRules() []Quadrature {
	return []Quadrature{GaussLegendre, RiemannRight, RiemannLeft, RiemannMiddle, Trapezoid}
}

// The weights of every rule sum to 1, whatever the number of steps: the
// integral of a constant gradient is exact, but for one rounding of each addition.
func TestQuadratureWeights(t *testing.T) {
	for _, q := range allRules() {
		for _, n := range []int{1, 2, 3, 4, 5, 7, 10, 31, 50, 100, 101, 512, 1600} {
			alphas, weights := q.steps(n)
			require.Len(t, alphas, n)
			sum := 0.
			for k, w := range weights {
				sum += w
				require.Positive(t, w)
				require.True(t, alphas[k] >= 0 && alphas[k] <= 1)
			}
			require.InDelta(t, 1, sum, float64(n)*0x1p-52, "%v, %d steps", q, n)
		}
	}
	require.Equal(t, "gausslegendre right left middle trapezoid", fmt.Sprint(GaussLegendre, " ", RiemannRight, " ", RiemannLeft, " ", RiemannMiddle, " ", Trapezoid))
}

// Polynomials that a rule integrates exactly: degree 2n-1 for Gauss-Legendre, 1
// for the middle and the trapezoids, 0 for left and right.
func TestQuadratureDegree(t *testing.T) {
	for _, n := range []int{2, 3, 5, 8} {
		for q, degree := range map[Quadrature]int{GaussLegendre: 2*n - 1, RiemannRight: 0, RiemannLeft: 0, RiemannMiddle: 1, Trapezoid: 1} {
			miss := func(degree int) float64 {
				alphas, weights := q.steps(n)
				sum := 0.
				for k, w := range weights {
					sum += w * math.Pow(alphas[k], float64(degree))
				}
				return math.Abs(sum - 1/float64(degree+1))
			}
			for d := range degree + 1 {
				require.Less(t, miss(d), 1e-14, "%v, %d steps, degree %d", q, n, d)
			}
			require.Greater(t, miss(degree+1), 1e-12, "%v, %d steps, degree %d", q, n, degree+1)
		}
	}
}

// Doubling the steps gives the finer rule: what is kept and what is new make
// the same sum, and rules whose steps are nested ask for no step twice.
func TestQuadratureDoubled(t *testing.T) {
	f := func(a float64) float64 { return math.Exp(a) * math.Cos(7*a) }
	sum := func(alphas, weights []float64) float64 {
		total := 0.
		for k, a := range alphas {
			total += weights[k] * f(a)
		}
		return total
	}
	for _, q := range allRules() {
		for _, n := range []int{1, 2, 3, 10, 50} {
			finer := 2 * n
			if q == Trapezoid && n > 1 {
				finer = 2*n - 1
			}
			old := sum(q.steps(n))
			alphas, weights, keep := q.doubled(n)
			nested := q == RiemannRight || q == RiemannLeft || q == Trapezoid && n > 1
			require.Equal(t, nested, keep > 0, "%v %d", q, n)
			if nested {
				require.Len(t, alphas, finer-n)
			} else {
				require.Len(t, alphas, finer)
			}
			require.InDelta(t, sum(q.steps(finer)), keep*old+sum(alphas, weights), 1e-13, "%v %d", q, n)
		}
	}
}
