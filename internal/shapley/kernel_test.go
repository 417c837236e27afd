package shapley_test

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/shapley"
)

func kernel(t testing.TB, n int, o shapley.KernelOptions) *shapley.Kernel {
	t.Helper()
	k, err := shapley.NewKernel(n, o)
	require.NoError(t, err)
	return k
}

// With all coalitions the fit is the Shapley values (Lundberg and Lee 2017,
// theorem 2).
func TestKernelWithAllCoalitionsIsExact(t *testing.T) {
	for n := 1; n <= 11; n++ {
		k := kernel(t, n, shapley.KernelOptions{})
		for seed := range uint64(5) {
			v := table(rand.New(rand.NewPCG(seed, uint64(n))), n)
			g := game(n, v)
			r, asked := play(t, n, k.Estimator(g.Empty, g.Full), v, 100)
			require.True(t, r.Exact)
			// Sums of 2^n weighted values.
			require.InDeltaSlice(t, exact(t, n, v), r.Phi, 10*rounding, "%d players", n)
			seen := map[uint64]bool{}
			for _, s := range asked {
				seen[s[0]] = true
			}
			require.Len(t, asked, 1<<n-2)
			require.Len(t, seen, 1<<n-2, "each coalition once")
		}
	}
}

// Pairs of complements cancel what is even in a game: single players and pairs
// are explained exactly, with any budget.
func TestKernelIsExactForPairs(t *testing.T) {
	for _, c := range []struct{ n, budget int }{{12, 24}, {12, 25}, {12, 300}, {13, 2000}, {65, 200}, {130, 0}} {
		v, want := quadratic(c.n, 3)
		g := game(c.n, v)
		k := kernel(t, c.n, shapley.KernelOptions{Coalitions: c.budget, Seed: 1})
		r, asked := play(t, c.n, k.Estimator(g.Empty, g.Full), v, 64)
		// Values are sums of n*n/2 terms, and the factor's condition is up to n.
		require.InDeltaSlice(t, want, r.Phi, float64(c.n*c.n*c.n)*0x1p-52, "%d players", c.n)
		require.False(t, r.Exact)
		if c.budget > 0 {
			require.LessOrEqual(t, len(asked), c.budget)
			require.GreaterOrEqual(t, len(asked), c.budget-1)
		}
	}
}

// The error falls as the square root of the budget: drawn coalitions lead to the
// same fit as all of them.
func TestKernelConverges(t *testing.T) {
	const n, games = 12, 60
	errorAt := func(budget int) float64 {
		squares := 0.0
		for seed := range uint64(games) {
			v := table(rand.New(rand.NewPCG(seed, 1)), n)
			g := game(n, v)
			want := exact(t, n, v)
			k := kernel(t, n, shapley.KernelOptions{Coalitions: budget, Seed: seed})
			r, _ := play(t, n, k.Estimator(g.Empty, g.Full), v, 500)
			for p := range want {
				squares += math.Pow(r.Phi[p]-want[p], 2) / (n * games)
			}
		}
		return math.Sqrt(squares)
	}
	few, many, all := errorAt(100), errorAt(1600), errorAt(4094)
	require.Less(t, many, few/3) // four times less, or better where sizes complete
	require.Less(t, all, 1e-12)
	require.Greater(t, many, 1e-3, "1600 coalitions of a random table cannot be exact")
}

// The shared part is only read: rows of a batch may be worked on at once.
func TestKernelIsShared(t *testing.T) {
	const n = 20
	k := kernel(t, n, shapley.KernelOptions{Coalitions: 200})
	v, want := quadratic(n, 1)
	g := game(n, v)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			r, _ := play(t, n, k.Estimator(g.Empty, g.Full), v, 16)
			require.InDeltaSlice(t, want, r.Phi, n*n*n*0x1p-52)
		})
	}
	wait.Wait()
}
