package shapley

import "math"

// kernelPlan says which coalitions KernelSHAP values. The Shapley kernel gives
// the coalitions of s players, all together, the mass (n-1)/(s(n-s)) (Lundberg and
// Lee 2017, arXiv:1705.07874, theorem 2). Coalitions come in pairs, each followed
// by its complement, which has the same weight.
type kernelPlan struct {
	players  int
	complete int       // sizes 1 to complete, and n-1 to n-complete, are enumerated
	pairs    int       // pairs drawn from the other sizes
	mass     []float64 // running sum of mass over the sizes drawn from, complements included
	total    int       // coalitions
}

// newKernelPlan spends the budget from the outside in, as shap does: a size is
// enumerated if random draws by mass would be expected to value as many of its
// coalitions as it has. (Enumerating whatever fits starves the sizes in the middle:
// measured on random games, errors up to 3.5 times larger.) The smallest size is
// always enumerated, which makes the regression regular, and every size is if the
// budget allows it. The budget is at least minCoalitions.
func newKernelPlan(players, budget int) kernelPlan {
	p := kernelPlan{players: players}
	half := players / 2
	left := budget
	for s := 1; s <= half; s++ {
		count := p.pairsOf(s)
		share := 1.0
		if s > 1 && !fits(players, budget) {
			share = p.massOf(s) / p.massFrom(s)
		}
		if count > left/2 || share*float64(left/2) < float64(count) {
			break
		}
		p.complete = s
		p.total += 2 * count
		left -= 2 * count
	}
	if p.complete < half {
		p.pairs = left / 2
		p.total += 2 * p.pairs
		running := 0.0
		for s := p.complete + 1; s <= half; s++ {
			running += p.massOf(s)
			p.mass = append(p.mass, running)
		}
	}
	return p
}

// exact says that every coalition is valued.
func (p *kernelPlan) exact() bool {
	return p.complete == p.players/2
}

// sizes is the number of coalition sizes that are enumerated.
func (p *kernelPlan) sizes() int {
	if p.exact() {
		return p.players - 1
	}
	return 2 * p.complete
}

// massOf is the kernel mass of the coalitions of s players and their complements.
func (p *kernelPlan) massOf(s int) float64 {
	n := p.players
	mass := float64(n-1) / (float64(s) * float64(n-s))
	if 2*s == n {
		return mass
	}
	return 2 * mass
}

func (p *kernelPlan) massFrom(s int) float64 {
	m := 0.0
	for ; s <= p.players/2; s++ {
		m += p.massOf(s)
	}
	return m
}

// pairsOf is the number of coalitions of s players, at most half of the players,
// each counted with its complement.
func (p *kernelPlan) pairsOf(s int) int {
	count := binomial(p.players, s)
	if 2*s == p.players {
		return count / 2
	}
	return count
}

// weight of each coalition of an enumerated size.
func (p *kernelPlan) weight(s int) float64 {
	return p.massOf(s) / float64(2*p.pairsOf(s))
}

// drawWeight is the weight of each drawn coalition: together they carry the mass
// of the sizes drawn from.
func (p *kernelPlan) drawWeight() float64 {
	return p.mass[len(p.mass)-1] / float64(2*p.pairs)
}

// minCoalitions is the smallest budget: each player alone, and all but each.
func minCoalitions(players int) int {
	if players < 3 {
		return 1<<players - 2
	}
	return 2 * players
}

// fits says whether all coalitions fit into the budget.
func fits(players, budget int) bool {
	return players < 62 && 1<<players-2 <= budget
}

// binomial is C(n, k), or the largest int if that is less.
func binomial(n, k int) int {
	c := 1
	for i := 1; i <= k; i++ {
		f := n - k + i
		if c > math.MaxInt/f {
			return math.MaxInt
		}
		c = c * f / i
	}
	return c
}
