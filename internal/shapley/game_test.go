package shapley_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
	"github.com/tfexplain/tfexplain-go/internal/shapley"
)

// value is a game: what a coalition is worth.
type value func(coalition.Set) float64

// game values the two coalitions that are given at construction.
func game(players int, v value) shapley.Game {
	full := coalition.New(players)
	full.Fill(players)
	return shapley.Game{Players: players, Empty: v(coalition.New(players)), Full: v(full)}
}

// table is a random game with a value for each coalition.
func table(rng *rand.Rand, players int) value {
	values := make([]float64, 1<<players)
	for s := range values {
		values[s] = rng.NormFloat64()
	}
	return func(s coalition.Set) float64 { return values[s[0]] }
}

// play drives an estimator to its end, chunk coalitions at a time, and returns
// the result and the coalitions asked for.
func play(t testing.TB, players int, e shapley.Estimator, v value, chunk int) (shapley.Values, []coalition.Set) {
	t.Helper()
	buffer := coalition.Make(players, chunk)
	var asked []coalition.Set
	for !e.Done() {
		n := e.Next(buffer)
		require.Positive(t, n, "neither done nor asking")
		values := make([]float64, n)
		for k, s := range buffer[:n] {
			values[k] = v(s)
			asked = append(asked, append(coalition.Set(nil), s...))
			clear(s) // the estimator must not depend on the caller's memory
		}
		require.NoError(t, e.Take(values))
	}
	require.Zero(t, e.Next(buffer), "done, but still asking")
	r := e.Result()
	require.Equal(t, len(asked), r.Coalitions)
	require.LessOrEqual(t, len(asked), e.Limit())
	return r, asked
}

// brute computes Shapley values from the definition over orders of players: the
// mean over all permutations of what a player adds to those before it.
func brute(players int, v value) []float64 {
	phi := make([]float64, players)
	orders := 0
	var visit func(present coalition.Set, order []int)
	visit = func(present coalition.Set, order []int) {
		if len(order) == players {
			orders++
			s := coalition.New(players)
			before := v(s)
			for _, p := range order {
				s.Add(p)
				after := v(s)
				phi[p] += after - before
				before = after
			}
			return
		}
		for p := range players {
			if !present.Has(p) {
				present.Add(p)
				visit(present, append(order, p))
				present.Remove(p)
			}
		}
	}
	visit(coalition.New(players), nil)
	for p := range phi {
		phi[p] /= float64(orders)
	}
	return phi
}

func total(phi []float64) float64 {
	s := 0.0
	for _, p := range phi {
		s += p
	}
	return s
}

// estimators makes each kind whose shares are Shapley values or estimates of them.
func estimators(t testing.TB, g shapley.Game, seed uint64) map[string]shapley.Estimator {
	t.Helper()
	all := map[string]shapley.Estimator{}
	add := func(name string, e shapley.Estimator, err error) {
		require.NoError(t, err)
		all[name] = e
	}
	s, err := shapley.NewSampling(g, shapley.SamplingOptions{Samples: 20, Seed: seed})
	add("antithetic", s, err)
	s, err = shapley.NewSampling(g, shapley.SamplingOptions{Samples: 7, Plain: true, SharedPermutations: true, Seed: seed})
	add("plain", s, err)
	s, err = shapley.NewSampling(g, shapley.SamplingOptions{Samples: 400, Until: 0.2, Seed: seed})
	add("until", s, err)
	if g.Players <= shapley.MaxExactPlayers {
		e, err := shapley.NewExact(g)
		add("exact", e, err)
		k, err := shapley.NewKernel(g.Players, shapley.KernelOptions{Coalitions: 1 << g.Players, Seed: seed})
		require.NoError(t, err)
		add("kernel, all", k.Estimator(g.Empty, g.Full), nil)
	}
	if g.Players > 2 {
		k, err := shapley.NewKernel(g.Players, shapley.KernelOptions{Coalitions: 4 * g.Players, Seed: seed})
		require.NoError(t, err)
		add("kernel, drawn", k.Estimator(g.Empty, g.Full), nil)
	}
	return all
}
