package shapley_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
	"github.com/tfexplain/tfexplain-go/internal/players"
	"github.com/tfexplain/tfexplain-go/internal/shapley"
)

func sampling(t testing.TB, g shapley.Game, o shapley.SamplingOptions) *shapley.Sampling {
	t.Helper()
	s, err := shapley.NewSampling(g, o)
	require.NoError(t, err)
	return s
}

// Estimates are where their standard errors say: within four of them in at least
// 99 % of games, and on average as far off as they say, neither more nor less.
func TestSamplingAgainstExact(t *testing.T) {
	const n, trials = 8, 1000
	for _, plain := range []bool{false, true} {
		good, squares := 0, 0.0
		for seed := range uint64(trials) {
			v := table(rand.New(rand.NewPCG(seed, 99)), n)
			want := exact(t, n, v)
			s := sampling(t, game(n, v), shapley.SamplingOptions{Samples: 128, Plain: plain, Seed: seed, Row: 3})
			r, _ := play(t, n, s, v, 256)
			inside := true
			for p := range want {
				z := (r.Phi[p] - want[p]) / r.StdErr[p]
				inside = inside && math.Abs(z) <= 4
				squares += z * z / (n * trials)
			}
			if inside {
				good++
			}
		}
		require.GreaterOrEqual(t, good, trials*99/100, "plain: %v", plain)
		// The mean of 8000 squared deviations of Student's t with 63 or 127 degrees of
		// freedom is 1.02 to 1.03, give or take 0.02 (players are correlated).
		require.InDelta(t, 1.03, squares, 0.08, "plain: %v", plain)
	}
}

// Values do not depend on how coalitions are cut into calls, nor values into
// answers, to the last bit.
func TestCutsDoNotMatter(t *testing.T) {
	const n = 9
	v := table(rand.New(rand.NewPCG(4, 4)), n)
	for name := range estimators(t, game(n, v), 11) {
		want, asked := play(t, n, estimators(t, game(n, v), 11)[name], v, 1)
		for _, chunk := range []int{2, 3, n - 1, n, 64, 1000, 1 << 14} {
			got, again := play(t, n, estimators(t, game(n, v), 11)[name], v, chunk)
			require.Equal(t, want, got, "%s, %d at a time", name, chunk)
			require.Equal(t, asked, again, "%s, %d at a time", name, chunk)
		}
		for seed := range uint64(5) {
			got := playRagged(t, n, estimators(t, game(n, v), 11)[name], v, rand.New(rand.NewPCG(seed, 0)))
			require.Equal(t, want, got, name)
		}
	}
}

// playRagged asks and answers in random portions, with answers outstanding.
func playRagged(t *testing.T, n int, e shapley.Estimator, v value, rng *rand.Rand) shapley.Values {
	var waiting []float64
	for !e.Done() {
		sets := coalition.Make(n, rng.IntN(30))
		for _, s := range sets[:e.Next(sets)] {
			waiting = append(waiting, v(s))
		}
		k := rng.IntN(len(waiting) + 1)
		require.NoError(t, e.Take(waiting[:k]))
		waiting = waiting[k:]
	}
	return e.Result()
}

// The stream is part of what a seed promises.
func TestSeedsAndRows(t *testing.T) {
	const n = 6
	v := table(rand.New(rand.NewPCG(4, 4)), n)
	ask := func(o shapley.SamplingOptions) []coalition.Set {
		o.Samples = 6
		_, asked := play(t, n, sampling(t, game(n, v), o), v, 10)
		return asked
	}
	one := ask(shapley.SamplingOptions{Seed: 7, Row: 3})
	require.Equal(t, one, ask(shapley.SamplingOptions{Seed: 7, Row: 3}))
	require.NotEqual(t, one, ask(shapley.SamplingOptions{Seed: 7, Row: 4}))
	require.NotEqual(t, one, ask(shapley.SamplingOptions{Seed: 8, Row: 3}))
	require.Equal(t,
		ask(shapley.SamplingOptions{Seed: 7, Row: 3, SharedPermutations: true}),
		ask(shapley.SamplingOptions{Seed: 7, Row: 4, SharedPermutations: true}))

	// A change of these sets changes everybody's results for a seed.
	require.Equal(t, []coalition.Set{{0b111101}, {0b110101}, {0b110001}, {0b110000}, {0b010000}}, one[:n-1])
}

// Each permutation leaves one player out after the other; the reverse that
// follows makes the complements, in reverse.
func TestWalks(t *testing.T) {
	const n = 70
	v := func(coalition.Set) float64 { return 0 }
	s := sampling(t, game(n, v), shapley.SamplingOptions{Samples: 6, Seed: 1})
	_, asked := play(t, n, s, v, 50)
	require.Len(t, asked, 6*(n-1))
	require.Equal(t, 6*(n-1), s.Limit())
	for k, set := range asked {
		permutation, step := k/(n-1), k%(n-1)
		require.Equal(t, n-1-step, set.Count())
		if step > 0 {
			left := append(coalition.Set(nil), asked[k-1]...)
			for p := range set.Players {
				require.True(t, left.Has(p))
			}
		}
		if permutation%2 == 1 {
			mirror := append(coalition.Set(nil), asked[(permutation-1)*(n-1)+n-2-step]...)
			mirror.Complement(n)
			require.Equal(t, mirror, set)
		}
	}
}

// Every order is equally likely: chi-square over the 24 orders of 4 players.
func TestPermutationsAreUniform(t *testing.T) {
	const n, samples = 4, 24_000
	v := func(coalition.Set) float64 { return 0 }
	s := sampling(t, game(n, v), shapley.SamplingOptions{Samples: samples, Plain: true, Seed: 5})
	_, asked := play(t, n, s, v, 999)
	orders := map[string]int{}
	for k := 0; k < len(asked); k += n - 1 {
		orders[fmt.Sprint(asked[k:k+n-1])]++
	}
	require.Len(t, orders, 24)
	chi := 0.0
	for _, seen := range orders {
		chi += math.Pow(float64(seen)-samples/24, 2) / (samples / 24)
	}
	require.Less(t, chi, 49.7) // 0.999 quantile, 23 degrees of freedom
}

// A game of pairwise interactions is explained exactly by one antithetic pair: of
// two players, each is first once.
func TestAntitheticPairsAreExactForPairs(t *testing.T) {
	const n = 40
	v, want := quadratic(n, 8)
	for seed := range uint64(10) {
		s := sampling(t, game(n, v), shapley.SamplingOptions{Samples: 2, Seed: seed})
		r, _ := play(t, n, s, v, 30)
		// Values are sums of up to n*n terms.
		require.InDeltaSlice(t, want, r.Phi, n*n*0x1p-52*10)
		require.True(t, math.IsNaN(r.StdErr[0]), "one observation says nothing of its error")
	}
}

// quadratic is a random game of single players and pairs, and its Shapley values:
// a pair's worth is shared equally.
func quadratic(n int, seed uint64) (value, []float64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	worth := make([]float64, n*n)
	phi := make([]float64, n)
	for i := range n {
		for j := i; j < n; j++ {
			w := rng.NormFloat64()
			worth[i*n+j] = w
			phi[i] += w / 2
			phi[j] += w / 2
		}
	}
	return func(s coalition.Set) float64 {
		sum := 0.5
		for i := range s.Players {
			for j := range s.Players {
				if j >= i {
					sum += worth[i*n+j]
				}
			}
		}
		return sum
	}, phi
}

func TestUntil(t *testing.T) {
	const n = 8
	for seed := range uint64(20) {
		v := table(rand.New(rand.NewPCG(seed, 5)), n)
		until := func(bound float64, samples int) shapley.Values {
			s := sampling(t, game(n, v), shapley.SamplingOptions{Samples: samples, Until: bound, Seed: seed})
			r, _ := play(t, n, s, v, 37)
			return r
		}
		worst := func(r shapley.Values) float64 {
			w := 0.0
			for _, e := range r.StdErr {
				w = max(w, e)
			}
			return w
		}
		r := until(0.05, 100_000)
		require.LessOrEqual(t, worst(r), 0.05)
		require.Less(t, r.Permutations, 100_000)
		require.Greater(t, r.Permutations, 32)

		// At the look before, the error was still too large.
		look, before := 16, 0
		for look < r.Permutations/2 {
			look, before = look+max(1, look/8), look
		}
		require.Equal(t, r.Permutations, 2*look)
		require.Greater(t, worst(until(0, 2*before)), 0.05)

		require.Equal(t, 32, until(1e9, 100_000).Permutations, "16 pairs are looked at first")
		require.Equal(t, 10, until(1e9, 10).Permutations, "Samples is the most")
		require.Equal(t, 50, until(1e-9, 50).Permutations)
	}
}

func TestOddSamplesBecomePairs(t *testing.T) {
	v := table(rand.New(rand.NewPCG(1, 5)), 3)
	r, _ := play(t, 3, sampling(t, game(3, v), shapley.SamplingOptions{Samples: 5}), v, 4)
	require.Equal(t, 6, r.Permutations)
	require.Equal(t, 12, r.Coalitions)
	r, _ = play(t, 3, sampling(t, game(3, v), shapley.SamplingOptions{Samples: 5, Plain: true}), v, 4)
	require.Equal(t, 5, r.Permutations)
}

func TestOnePlayer(t *testing.T) {
	s := sampling(t, shapley.Game{Players: 1, Empty: 2, Full: 5}, shapley.SamplingOptions{Samples: 10})
	require.True(t, s.Done())
	require.Equal(t, shapley.Values{Phi: []float64{3}, Exact: true}, s.Result())
}

// DeepExplain's own tests: the minimum of the inputs, 300 shared permutations, one
// decimal.
func TestDeepExplainsShapleyTests(t *testing.T) {
	minimum := func(x []float64) float64 {
		m := x[0]
		for _, v := range x {
			m = min(m, v)
		}
		return m
	}
	for _, c := range []struct {
		name  string
		shape []int
		axes  []int
		x     []float64
		want  []float64
	}{
		{"every element", []int{2}, nil, []float64{2, -2}, []float64{0, -2}},
		{"every element", []int{2}, nil, []float64{4, 2}, []float64{1, 1}},
		{"sampling_dims [1]", []int{2, 2}, []int{0}, []float64{-1, 4, -2, 1}, []float64{-0.5, -1.5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := players.Axes(c.shape, c.axes)
			require.NoError(t, err)
			v := func(s coalition.Set) float64 {
				row := make([]float64, len(c.x))
				for e, p := range g.Of[0] {
					if s.Has(int(p)) {
						row[e] = c.x[e]
					}
				}
				return minimum(row)
			}
			s := sampling(t, game(g.Players, v), shapley.SamplingOptions{Samples: 300, Plain: true, SharedPermutations: true, Seed: 1})
			r, _ := play(t, g.Players, s, v, 100)
			require.InDeltaSlice(t, c.want, r.Phi, 0.15) // numpy's assert_almost_equal, decimal=1
			s = sampling(t, game(g.Players, v), shapley.SamplingOptions{Samples: 2})
			r, _ = play(t, g.Players, s, v, 100)
			require.InDeltaSlice(t, c.want, r.Phi, rounding, "two players: one pair is all orders")
		})
	}
}

// Memory does not grow with the number of coalitions.
func TestNoAllocationPerCoalition(t *testing.T) {
	const n, chunk = 784, 64
	v := func(s coalition.Set) float64 { return float64(s.Count()) }
	s := sampling(t, game(n, v), shapley.SamplingOptions{Samples: 1000})
	k, err := shapley.NewKernel(n, shapley.KernelOptions{})
	require.NoError(t, err)
	for name, e := range map[string]shapley.Estimator{"sampling": s, "kernel": k.Estimator(0, n)} {
		sets, values := coalition.Make(n, chunk), make([]float64, chunk)
		require.Zero(t, testing.AllocsPerRun(50, func() {
			require.Equal(t, chunk, e.Next(sets))
			require.NoError(t, e.Take(values))
		}), name)
	}
}

func TestErrors(t *testing.T) {
	_, err := shapley.NewExact(shapley.Game{Players: 17})
	var p *shapley.PlayersError
	require.ErrorAs(t, err, &p)
	require.Equal(t, 17, p.Players)
	require.ErrorContains(t, err, "17 players, expected at most 16")

	for _, players := range []int{0, -1} {
		g := shapley.Game{Players: players}
		_, err = shapley.NewExact(g)
		require.ErrorAs(t, err, &p)
		_, err = shapley.NewSampling(g, shapley.SamplingOptions{Samples: 1})
		require.ErrorAs(t, err, &p)
		_, err = shapley.NewKernel(players, shapley.KernelOptions{})
		require.ErrorAs(t, err, &p)
		_, err = shapley.NewAblation(g)
		require.ErrorAs(t, err, &p)
		require.ErrorContains(t, err, "at least one")
	}

	var o *shapley.OptionError
	for _, bad := range []shapley.SamplingOptions{{}, {Samples: -1}, {Samples: 1, Until: -1}, {Samples: 1, Until: math.NaN()}} {
		_, err = shapley.NewSampling(shapley.Game{Players: 3}, bad)
		require.ErrorAs(t, err, &o)
	}
	_, err = shapley.NewKernel(10, shapley.KernelOptions{Coalitions: 19})
	require.ErrorAs(t, err, &o)
	require.ErrorContains(t, err, "at least 20 for 10 players")

	var u *shapley.UnaskedError
	for name, e := range estimators(t, shapley.Game{Players: 4}, 1) {
		require.ErrorAs(t, e.Take([]float64{1}), &u, name)
		require.Equal(t, 2, e.Next(coalition.Make(4, 2)), name)
		require.ErrorAs(t, e.Take(make([]float64, 3)), &u, name)
		require.Equal(t, 2, u.Waiting, name)
		require.NoError(t, e.Take(make([]float64, 2)), name)
	}
}
