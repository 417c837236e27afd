package shapley_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
	"github.com/tfexplain/tfexplain-go/internal/shapley"
)

func exact(t testing.TB, players int, v value) []float64 {
	t.Helper()
	e, err := shapley.NewExact(game(players, v))
	require.NoError(t, err)
	r, _ := play(t, players, e, v, 100)
	return r.Phi
}

func TestExactIsTheDefinition(t *testing.T) {
	orders := 1.0
	for players := 1; players <= 7; players++ {
		orders *= float64(players)
		for seed := range uint64(5) {
			v := table(rand.New(rand.NewPCG(seed, uint64(players))), players)
			// The definition is summed naively, over all orders.
			require.InDeltaSlice(t, brute(players, v), exact(t, players, v), max(rounding, orders*0x1p-52), "%d players", players)
		}
	}
}

// Games whose values are known in closed form.
func TestExactOfKnownGames(t *testing.T) {
	glove := func(s coalition.Set) float64 { // one left glove, two right ones: a pair is worth 1
		if s.Has(0) && (s.Has(1) || s.Has(2)) {
			return 1
		}
		return 0
	}
	require.InDeltaSlice(t, []float64{4. / 6, 1. / 6, 1. / 6}, exact(t, 3, glove), rounding)

	// Airport game (Littlechild and Owen 1973, doi:10.1287/mnsc.20.3.370): a
	// coalition costs its largest player, each step is shared by those who need it.
	airport := func(s coalition.Set) float64 {
		cost := 0.0
		for p := range s.Players {
			cost = float64(p + 1)
		}
		return cost
	}
	const players = shapley.MaxExactPlayers
	want := make([]float64, players)
	share := 0.0
	for p := range want {
		share += 1 / float64(players-p)
		want[p] = share
	}
	require.InDeltaSlice(t, want, exact(t, players, airport), 16*rounding)
}

func TestExactAsksForEachCoalitionOnce(t *testing.T) {
	const players = 5
	v := table(rand.New(rand.NewPCG(1, 1)), players)
	e, err := shapley.NewExact(game(players, v))
	require.NoError(t, err)
	r, asked := play(t, players, e, v, 7)
	seen := map[uint64]bool{}
	for _, s := range asked {
		require.NotContains(t, []int{0, players}, s.Count(), "the empty and the full coalition are known")
		seen[s[0]] = true
	}
	require.Len(t, seen, 1<<players-2)
	require.Len(t, asked, 1<<players-2)
	require.True(t, r.Exact)
	require.Nil(t, r.StdErr)
}

func TestAblation(t *testing.T) {
	v := func(s coalition.Set) float64 { // AND of two, and a third on its own
		worth := 0.0
		if s.Has(0) && s.Has(1) {
			worth = 3
		}
		if s.Has(2) {
			worth++
		}
		return worth
	}
	a, err := shapley.NewAblation(game(3, v))
	require.NoError(t, err)
	r, asked := play(t, 3, a, v, 2)
	require.Equal(t, []float64{3, 3, 1}, r.Phi)
	require.Equal(t, []coalition.Set{{0b110}, {0b101}, {0b011}}, asked)

	a, err = shapley.NewAblation(shapley.Game{Players: 1, Empty: 1, Full: 4})
	require.NoError(t, err)
	require.True(t, a.Done(), "the only coalitions are known")
	require.Equal(t, []float64{3}, a.Result().Phi)
}

// A value that is not a number stays with the players it concerns: no panic, no
// invented number.
func TestValuesThatAreNotNumbers(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		v := func(s coalition.Set) float64 {
			if s.Count() == 2 {
				return bad
			}
			return 1
		}
		for name, e := range estimators(t, game(4, v), 1) {
			r, _ := play(t, 4, e, v, 5)
			for _, phi := range r.Phi {
				require.True(t, math.IsNaN(phi) || math.IsInf(phi, 0), "%s: %v", name, r.Phi)
			}
		}
	}
}
