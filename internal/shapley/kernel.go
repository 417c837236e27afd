package shapley

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
)

// KernelOptions say which coalitions KernelSHAP values.
type KernelOptions struct {
	// Coalitions is the budget per sample; 0 is 2 players + 2048, as in shap. It
	// must cover each player alone and all players but each.
	Coalitions int
	Seed       uint64
}

// Kernel is KernelSHAP (Lundberg and Lee 2017, arXiv:1705.07874): the shares are
// the weighted least squares fit of an additive game to the values of coalitions,
// under the constraint that they sum to f(x) - f(x0).
//
// A Kernel is the part that all samples share: which coalitions are valued, and
// the factor of their normal equations, which depends on nothing else. It is
// immutable. Coalitions come in pairs with their complements, which removes the
// even part of the game from the error (Covert and Lee 2021, arXiv:2012.01536).
type Kernel struct {
	plan kernelPlan
	seed uint64
	// ridge is the weight of the enumerated sizes in the centred normal
	// equations; factor is their Cholesky factor where coalitions are drawn.
	ridge  float64
	factor *mat.Cholesky
}

// MaxKernelPlayers is the most players that KernelSHAP takes: their normal
// equations fill 512 MiB, and factoring them takes 2^39/3 multiplications.
const MaxKernelPlayers = 1 << 13

// NewKernel plans the coalitions and factors the normal equations, which takes
// O(players^3) time if coalitions are drawn. Errors: PlayersError, OptionError.
func NewKernel(players int, opt KernelOptions) (*Kernel, error) {
	const method = "KernelSHAP"
	if players < 1 {
		return nil, &PlayersError{Method: method, Players: players}
	}
	if players > MaxKernelPlayers {
		return nil, &PlayersError{Method: method, Players: players, Max: MaxKernelPlayers}
	}
	least := minCoalitions(players)
	if opt.Coalitions == 0 {
		opt.Coalitions = 2*players + 2048
	}
	if opt.Coalitions < least {
		return nil, &OptionError{Method: method, Option: "Coalitions", Given: opt.Coalitions,
			Want: fmt.Sprintf("at least %d for %d players (each alone and all but each: with fewer, shares would not be determined)", least, players)}
	}
	k := &Kernel{plan: newKernelPlan(players, opt.Coalitions), seed: opt.Seed}
	k.ridge = float64(k.plan.sizes()) / float64(players)
	if k.plan.pairs > 0 {
		factor, err := k.solver()
		if err != nil {
			return nil, err
		}
		k.factor = factor
	}
	return k, nil
}

// solver factors the normal equations of deviations from the equal division.
//
// With phi = Δ/n + u and sum(u) = 0, the fit solves PAP u = P(b - AΔ/n), where
// A = Σ w z zᵀ, b = Σ w z (v - f(x0)), P = I - 11ᵀ/n. Every enumerated size adds
// exactly P/n to PAP. The drawn pairs all have one weight w and add 2w Pz (Pz)ᵀ,
// which is w P N P if N counts in how many pairs two players are on the same side.
// Since u is orthogonal to 1, 11ᵀ/n may be added to P: the matrix factored is
// ridge I + w P N P, whose smallest eigenvalue is the ridge.
func (k *Kernel) solver() (*mat.Cholesky, error) {
	n := k.plan.players
	same := k.sameSide()
	mean := make([]float64, n) // of each row, and by symmetry of each column
	grand := 0.0
	for i := range n {
		for j := range n {
			mean[i] += same.At(i, j)
		}
		mean[i] /= float64(n)
		grand += mean[i] / float64(n)
	}
	w := k.plan.drawWeight()
	for i := range n {
		for j := i; j < n; j++ {
			v := w * (same.At(i, j) - mean[i] - mean[j] + grand)
			if i == j {
				v += k.ridge
			}
			same.SetSym(i, j, v)
		}
	}
	var factor mat.Cholesky
	if !factor.Factorize(same) {
		return nil, fmt.Errorf("KernelSHAP: the normal equations of %d players and %d coalitions are not positive definite", n, k.plan.total)
	}
	return &factor, nil
}

// Estimator starts the estimate of one sample from f(x0) and f(x).
func (k *Kernel) Estimator(empty, full float64) *KernelEstimator {
	return &KernelEstimator{
		kernel: k,
		game:   Game{Players: k.plan.players, Empty: empty, Full: full},
		draw:   newKernelCursor(&k.plan, k.seed),
		read:   newKernelCursor(&k.plan, k.seed),
		right:  make([]float64, k.plan.players),
	}
}

// KernelEstimator is KernelSHAP for one sample: it accumulates the right side of
// the normal equations.
type KernelEstimator struct {
	kernel     *Kernel
	game       Game
	draw, read *kernelCursor
	queue      queue
	right      []float64
}

// Next implements Estimator.
func (e *KernelEstimator) Next(dst []coalition.Set) int {
	given := min(len(dst), e.Limit()-e.queue.asked)
	for _, set := range dst[:given] {
		e.draw.next()
		copy(set, e.draw.set)
	}
	e.queue.asked += given
	return given
}

// Take implements Estimator.
func (e *KernelEstimator) Take(values []float64) error {
	if err := e.queue.check(values); err != nil {
		return err
	}
	equal := (e.game.Full - e.game.Empty) / float64(e.game.Players)
	for _, v := range values {
		e.read.next()
		// What the equal division leaves to explain.
		rest := e.read.weight * (v - e.game.Empty - equal*float64(e.read.present()))
		for p := range e.read.set.Players {
			e.right[p] += rest
		}
	}
	e.queue.taken += len(values)
	return nil
}

// Done implements Estimator.
func (e *KernelEstimator) Done() bool {
	return e.queue.taken == e.Limit()
}

// Limit implements Estimator.
func (e *KernelEstimator) Limit() int {
	return e.kernel.plan.total
}

// Result implements Estimator. The error of drawn coalitions is not estimated.
func (e *KernelEstimator) Result() Values {
	n := e.game.Players
	u := mat.NewVecDense(n, nil)
	mean := 0.0
	for _, r := range e.right {
		mean += r / float64(n)
	}
	for i, r := range e.right {
		u.SetVec(i, r-mean)
	}
	k := e.kernel
	switch {
	case k.factor != nil:
		// An ill-conditioned factor is reported as an error and solved all the
		// same; here the condition is bounded by 1/ridge.
		_ = k.factor.SolveVecTo(u, u)
	case k.ridge > 0:
		u.ScaleVec(1/k.ridge, u)
	}
	total := e.game.Full - e.game.Empty
	v := Values{Phi: make([]float64, n), Exact: k.plan.exact(), Coalitions: e.queue.taken}
	for i := range v.Phi {
		v.Phi[i] = total/float64(n) + u.AtVec(i)
	}
	balance(v.Phi, total)
	return v
}
