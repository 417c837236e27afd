package shapley

import (
	"math/rand/v2"
	"sort"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
)

// kernelCursor goes through the coalitions of a plan. The same seed gives the
// same coalitions.
type kernelCursor struct {
	plan   *kernelPlan
	rng    *rand.Rand
	set    coalition.Set // the present coalition
	size   int           // of the pair's first coalition
	weight float64
	second bool  // the complement comes next
	combo  []int // enumeration: the present coalition's players, ascending
	left   int   // enumeration: pairs of this size still to come
}

func newKernelCursor(plan *kernelPlan, seed uint64) *kernelCursor {
	return &kernelCursor{plan: plan, rng: rand.New(rand.NewPCG(seed, 0)), set: coalition.New(plan.players)}
}

// next moves to the next coalition. The caller keeps within plan.total.
func (c *kernelCursor) next() {
	if c.second {
		c.set.Complement(c.plan.players)
		c.second = false
		return
	}
	c.second = true
	clear(c.set)
	if c.left == 0 && c.size < c.plan.complete {
		c.open(c.size + 1)
	} else if c.left > 0 {
		c.advance()
	}
	if c.left > 0 {
		c.left--
		for _, p := range c.combo {
			c.set.Add(p)
		}
		return
	}
	c.drawPair()
}

// open starts the enumeration of a size, in lexicographic order. If complements
// have that size too, the first half of the order (all that have player 0) and its
// complements are everything.
func (c *kernelCursor) open(size int) {
	c.size = size
	c.left = c.plan.pairsOf(size)
	c.weight = c.plan.weight(size)
	c.combo = c.combo[:0]
	for p := range size {
		c.combo = append(c.combo, p)
	}
}

// advance moves combo to the next in lexicographic order.
func (c *kernelCursor) advance() {
	n, k := c.plan.players, len(c.combo)
	at := k - 1
	for c.combo[at] == n-k+at {
		at--
	}
	c.combo[at]++
	for j := at + 1; j < k; j++ {
		c.combo[j] = c.combo[j-1] + 1
	}
}

// drawPair draws a size by mass, and a uniform coalition of that size (Floyd's
// algorithm: Bentley and Floyd 1987, doi:10.1145/30401.315746).
func (c *kernelCursor) drawPair() {
	mass := c.plan.mass
	at := sort.SearchFloat64s(mass, c.rng.Float64()*mass[len(mass)-1])
	size := c.plan.complete + 1 + min(at, len(mass)-1)
	n := c.plan.players
	for j := n - size; j < n; j++ {
		p := c.rng.IntN(j + 1)
		if c.set.Has(p) {
			p = j
		}
		c.set.Add(p)
	}
	c.weight = c.plan.drawWeight()
	c.size = size
}

// present is the number of players in the present coalition.
func (c *kernelCursor) present() int {
	if c.second {
		return c.size // the complement is still to come
	}
	return c.plan.players - c.size
}
