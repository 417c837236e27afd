package shapley

import "math/rand/v2"

// walk goes through random permutations of the players, one player at a time.
// The same seeds give the same walk.
type walk struct {
	rng        *rand.Rand
	order      []int32
	antithetic bool // each permutation is followed by its reverse
	reverse    bool // the present permutation is a reverse
	step       int  // players passed in the present permutation
}

func newWalk(players int, seed, stream uint64, antithetic bool) walk {
	order := make([]int32, players)
	for p := range order {
		order[p] = int32(p)
	}
	// As if a reverse had just ended, so that the first step draws.
	return walk{rng: rand.New(rand.NewPCG(seed, stream)), order: order, antithetic: antithetic, reverse: true}
}

// next returns the next player.
func (w *walk) next() int {
	if w.step == 0 {
		w.begin()
	}
	at := w.step
	if w.reverse {
		at = len(w.order) - 1 - w.step
	}
	w.step++
	if w.step == len(w.order) {
		w.step = 0
	}
	return int(w.order[at])
}

func (w *walk) begin() {
	if w.antithetic && !w.reverse {
		w.reverse = true
		return
	}
	w.reverse = false
	w.rng.Shuffle(len(w.order), func(i, j int) { w.order[i], w.order[j] = w.order[j], w.order[i] })
}
