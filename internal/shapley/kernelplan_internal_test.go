package shapley

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
)

// A plan keeps to its budget, its coalitions come with their complements, and the
// weights of what it values add up to the kernel's mass.
func TestKernelPlan(t *testing.T) {
	for _, c := range []struct {
		players, budget, complete int
	}{
		{2, 2, 1}, {3, 6, 1}, {4, 14, 2}, {4, 13, 1}, {5, 30, 2}, {5, 29, 1},
		{10, 20, 1}, {10, 1022, 5}, {10, 1021, 4}, {10, 110, 1}, {10, 500, 2}, {10, 800, 3},
		{784, 1568, 1}, {784, 3616, 1}, {2000, 6048, 1},
	} {
		t.Run(fmt.Sprintf("%d of %d", c.budget, c.players), func(t *testing.T) {
			p := newKernelPlan(c.players, c.budget)
			require.Equal(t, c.complete, p.complete)
			require.LessOrEqual(t, p.total, c.budget)
			require.GreaterOrEqual(t, p.total, c.budget-1)
			cursor := newKernelCursor(&p, 1)
			var first coalition.Set
			mass := 0.0
			bySize := make([]float64, c.players+1)
			for k := range p.total {
				cursor.next()
				require.Equal(t, cursor.set.Count(), cursor.present())
				mass += cursor.weight
				bySize[cursor.present()] += cursor.weight
				if k%2 == 0 {
					first = append(coalition.Set(nil), cursor.set...)
				} else {
					first.Complement(c.players)
					require.Equal(t, first, cursor.set)
				}
			}
			n := float64(c.players)
			want := 0.0
			for s := 1.0; s < n; s++ {
				m := (n - 1) / (s * (n - s))
				if p.pairs > 0 || min(s, n-s) <= float64(p.complete) {
					want += m
				}
				if min(s, n-s) <= float64(p.complete) {
					require.InEpsilon(t, m, bySize[int(s)], 1e-12)
				}
			}
			require.InEpsilon(t, want, mass, 1e-11) // a sum of up to 6000 terms
		})
	}
}

// Sizes are drawn by their mass: chi-square over the sizes of a plan.
func TestDrawnSizes(t *testing.T) {
	const n = 30
	p := newKernelPlan(n, 60_000)
	require.Less(t, p.complete, n/2)
	cursor := newKernelCursor(&p, 3)
	for range p.total - 2*p.pairs {
		cursor.next()
	}
	seen := make([]int, n)
	players := make([]int, n)
	for range p.pairs {
		cursor.next()
		seen[cursor.present()]++
		for i := range cursor.set.Players {
			players[i]++
		}
		cursor.next()
	}
	chi, freedom := 0.0, -1
	for s := p.complete + 1; s <= n/2; s++ {
		want := float64(p.pairs) * p.massOf(s) / p.mass[len(p.mass)-1]
		chi += math.Pow(float64(seen[s])-want, 2) / want
		freedom++
	}
	// Wilson and Hilferty's 0.999 quantile of chi-square.
	f := float64(freedom)
	require.Less(t, chi, f*math.Pow(1-2/(9*f)+3.09*math.Sqrt(2/(9*f)), 3))
	mean := 0.0
	for _, k := range players {
		mean += float64(k) / n
	}
	for _, k := range players {
		require.InDelta(t, mean, float64(k), 5*math.Sqrt(mean), "players are drawn alike")
	}
}

func TestBinomial(t *testing.T) {
	require.Equal(t, 1, binomial(5, 0))
	require.Equal(t, 10, binomial(5, 2))
	require.Equal(t, 118264581564861424, binomial(60, 30))
	require.Equal(t, 784*783/2, binomial(784, 2))
	require.Equal(t, math.MaxInt, binomial(784, 392))
}

// The streamed fit is the fit: the same coalitions as rows of one dense weighted
// least squares problem, with one player eliminated, solved by QR.
func TestKernelIsTheWeightedLeastSquaresFit(t *testing.T) {
	for _, c := range []struct{ players, budget int }{{5, 12}, {9, 60}, {12, 400}, {17, 34}, {40, 300}, {70, 200}} {
		k, err := NewKernel(c.players, KernelOptions{Coalitions: c.budget, Seed: 9})
		require.NoError(t, err)
		n := c.players
		value := func(s coalition.Set) float64 {
			v := 0.0
			for p := range s.Players {
				v += math.Sin(float64(p * p))
			}
			return math.Exp(v/4) + v*v*v
		}
		full := coalition.New(n)
		full.Fill(n)
		empty, all := value(coalition.New(n)), value(full)

		e := k.Estimator(empty, all)
		sets := coalition.Make(n, e.Limit())
		require.Equal(t, e.Limit(), e.Next(sets))
		x := mat.NewDense(len(sets), n-1, nil)
		y := mat.NewVecDense(len(sets), nil)
		values := make([]float64, len(sets))
		cursor := newKernelCursor(&k.plan, k.seed)
		scale := 1.0
		for r, s := range sets {
			cursor.next()
			values[r] = value(s)
			scale = max(scale, math.Abs(values[r]))
			w := math.Sqrt(cursor.weight)
			last := 0.0
			if s.Has(n - 1) {
				last = 1
			}
			for p := range n - 1 {
				z := 0.0
				if s.Has(p) {
					z = 1
				}
				x.Set(r, p, w*(z-last))
			}
			y.SetVec(r, w*(values[r]-empty-last*(all-empty)))
		}
		var want mat.VecDense
		require.NoError(t, want.SolveVec(x, y))
		require.NoError(t, e.Take(values))
		phi := e.Result().Phi
		for p := range n - 1 {
			// The QR solution's error grows with the condition, at most about n here.
			require.InDelta(t, want.AtVec(p), phi[p], scale*float64(n)*100*0x1p-52)
		}
	}
}
