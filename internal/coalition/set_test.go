package coalition_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
)

// A set behaves as a list of players would, across word borders.
func TestSet(t *testing.T) {
	for _, players := range []int{1, 5, 63, 64, 65, 128, 784} {
		rng := rand.New(rand.NewPCG(1, uint64(players)))
		set := coalition.New(players)
		want := make([]bool, players)
		check := func() {
			var present []int
			for p, in := range want {
				require.Equal(t, in, set.Has(p))
				if in {
					present = append(present, p)
				}
			}
			require.Equal(t, present, slices.Collect(set.Players))
			require.Equal(t, len(present), set.Count())
		}
		check()
		for range 200 {
			p := rng.IntN(players)
			if want[p] = rng.IntN(2) == 0; want[p] {
				set.Add(p)
			} else {
				set.Remove(p)
			}
		}
		check()
		set.Complement(players)
		for p := range want {
			want[p] = !want[p]
		}
		check()
		set.Fill(players)
		for p := range want {
			want[p] = true
		}
		check()
		set.Complement(players)
		require.Zero(t, set.Count(), "bits past the players stay clear")
	}
}

func TestPlayersStopsEarly(t *testing.T) {
	set := coalition.New(70)
	set.Fill(70)
	seen := 0
	for p := range set.Players {
		seen++
		if p == 65 {
			break
		}
	}
	require.Equal(t, 66, seen)
}

func TestMakeKeepsSetsApart(t *testing.T) {
	sets := coalition.Make(65, 3)
	require.Len(t, sets, 3)
	sets[1].Fill(65)
	require.Zero(t, sets[0].Count())
	require.Equal(t, 65, sets[1].Count())
	require.Zero(t, sets[2].Count())
	sets[0] = append(sets[0], ^uint64(0))
	require.Equal(t, 65, sets[1].Count(), "growing one set must not write into the next")
}
