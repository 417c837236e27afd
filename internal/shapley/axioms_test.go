package shapley_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
	"github.com/tfexplain/tfexplain-go/internal/shapley"
)

// A hundred times the rounding of one operation: shares of about 1 go through at
// most some hundred additions of compensated sums.
const rounding = 100 * 0x1p-52

// Efficiency: shares sum to f(x) - f(x0) to the last bits, for every estimator,
// also where values are large next to their differences.
func TestEfficiency(t *testing.T) {
	for _, players := range []int{1, 2, 3, 7, 12} {
		for seed := range uint64(10) {
			rng := rand.New(rand.NewPCG(seed, uint64(players)))
			v := table(rng, players)
			for _, offset := range []float64{0, 1e6} {
				shifted := func(s coalition.Set) float64 { return offset + v(s) }
				g := game(players, shifted)
				for name, e := range estimators(t, g, seed) {
					r, _ := play(t, players, e, shifted, 64)
					require.InDelta(t, g.Full-g.Empty, total(r.Phi), rounding, "%s, %d players", name, players)
				}
			}
		}
	}
}

// The sum also holds over hundreds of players and permutations, where rounding
// would add up: 784 x 40 differences of values near 1e6.
func TestEfficiencyOfManyPlayers(t *testing.T) {
	const players = 784
	rng := rand.New(rand.NewPCG(1, 1))
	weight := make([]float64, players)
	for p := range weight {
		weight[p] = rng.NormFloat64()
	}
	v := func(s coalition.Set) float64 {
		sum := 0.0
		for p := range s.Players {
			sum += weight[p]
		}
		return 1e6 + sum + math.Sin(sum)
	}
	g := game(players, v)
	s, err := shapley.NewSampling(g, shapley.SamplingOptions{Samples: 40})
	require.NoError(t, err)
	r, _ := play(t, players, s, v, 100)
	// The test's own naive sum of 784 shares rounds.
	require.InDelta(t, g.Full-g.Empty, total(r.Phi), players*rounding)
}

// Dummy: a player who never changes the value gets nothing.
func TestDummy(t *testing.T) {
	const players, dummy = 6, 2
	for seed := range uint64(20) {
		v := table(rand.New(rand.NewPCG(seed, 0)), players)
		without := func(s coalition.Set) float64 {
			c := append(coalition.Set(nil), s...)
			c.Remove(dummy)
			return v(c)
		}
		for name, e := range estimators(t, game(players, without), seed) {
			r, _ := play(t, players, e, without, 13)
			switch name {
			case "kernel, drawn": // a regression over some coalitions has no dummy axiom
			case "exact", "kernel, all":
				require.InDelta(t, 0, r.Phi[dummy], rounding, name)
			default:
				require.Zero(t, r.Phi[dummy], name) // differences of equal values
				require.Zero(t, r.StdErr[dummy], name)
			}
		}
	}
}

// Symmetry: players who can be exchanged get the same, exactly or within the
// error of their estimates.
func TestSymmetry(t *testing.T) {
	const players, a, b = 6, 1, 4
	for seed := range uint64(20) {
		v := table(rand.New(rand.NewPCG(seed, 0)), players)
		symmetric := func(s coalition.Set) float64 {
			c := append(coalition.Set(nil), s...)
			c.Remove(a)
			c.Remove(b)
			if s.Has(a) {
				c.Add(b)
			}
			swapped := append(coalition.Set(nil), c...)
			swapped.Remove(b)
			if s.Has(b) {
				swapped.Add(b)
			}
			return v(c) + v(swapped)
		}
		for name, e := range estimators(t, game(players, symmetric), seed) {
			r, _ := play(t, players, e, symmetric, 13)
			switch {
			case r.Exact:
				require.InDelta(t, r.Phi[a], r.Phi[b], rounding, name)
			case name == "until":
				// Five standard errors of a difference of two estimates of 0.2.
				require.InDelta(t, r.Phi[a], r.Phi[b], 5*math.Sqrt2*0.2, name)
			}
		}
	}
}

// Linearity: the shares of a sum of games are the sums of the shares; with the
// same coalitions this holds for estimates too.
func TestLinearity(t *testing.T) {
	const players = 7
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 0))
		v, w := table(rng, players), table(rng, players)
		both := func(s coalition.Set) float64 { return 2*v(s) - 3*w(s) }
		ofV := estimators(t, game(players, v), seed)
		ofW := estimators(t, game(players, w), seed)
		for name, e := range estimators(t, game(players, both), seed) {
			if name == "until" { // stops where each game lets it
				continue
			}
			sum, _ := play(t, players, e, both, 50)
			one, _ := play(t, players, ofV[name], v, 50)
			two, _ := play(t, players, ofW[name], w, 50)
			for p := range players {
				require.InDelta(t, 2*one.Phi[p]-3*two.Phi[p], sum.Phi[p], 10*rounding, name)
			}
		}
	}
}

// An additive game is its own explanation, whatever the coalitions.
func TestAdditiveGame(t *testing.T) {
	const players = 9
	rng := rand.New(rand.NewPCG(3, 0))
	weight := make([]float64, players)
	for p := range weight {
		weight[p] = rng.NormFloat64()
	}
	v := func(s coalition.Set) float64 {
		sum := 0.25
		for p := range s.Players {
			sum += weight[p]
		}
		return sum
	}
	all := estimators(t, game(players, v), 5)
	a, err := shapley.NewAblation(game(players, v))
	require.NoError(t, err)
	all["ablation"] = a
	for name, e := range all {
		r, _ := play(t, players, e, v, 17)
		require.InDeltaSlice(t, weight, r.Phi, 10*rounding, name)
	}
}
