package shapley

import (
	"math/bits"

	"gonum.org/v1/gonum/mat"
)

// sameSide counts, for each two players, the drawn pairs of coalitions in which
// both are on the same side. 64 pairs are counted at once: a player's word has a
// bit for each.
func (k *Kernel) sameSide() *mat.SymDense {
	n := k.plan.players
	cursor := newKernelCursor(&k.plan, k.seed)
	for range k.plan.total - 2*k.plan.pairs {
		cursor.next()
	}
	counts := mat.NewSymDense(n, nil)
	side := make([]uint64, n)
	for first := 0; first < k.plan.pairs; first += 64 {
		block := min(64, k.plan.pairs-first)
		clear(side)
		for b := range block {
			cursor.next()
			for p := range cursor.set.Players {
				side[p] |= 1 << b
			}
			cursor.next()
		}
		for i := range n {
			for j := i; j < n; j++ {
				different := bits.OnesCount64(side[i] ^ side[j])
				counts.SetSym(i, j, counts.At(i, j)+float64(block-different))
			}
		}
	}
	return counts
}
