package shapley

import (
	"github.com/tfexplain/tfexplain-go/internal/coalition"
)

// MaxExactPlayers is the most players whose coalitions are all valued: 65 534
// rows per sample.
const MaxExactPlayers = 16

// Exact computes Shapley values from all coalitions (Shapley 1953): phi_i is the
// sum over S without i of |S|!(n-|S|-1)!/n! (v(S+i) - v(S)). Each value goes into
// every player's share as it arrives, with the weight it has there: positive
// where the player is present, negative where it is absent.
type Exact struct {
	game  Game
	queue queue
	limit int
	with  []float64 // weight of a coalition of size s for a player in it
	out   []float64 // and for one that is not
	phi   []sum
}

// NewExact starts the computation of one sample. Error: PlayersError for none or
// more than MaxExactPlayers.
func NewExact(game Game) (*Exact, error) {
	n := game.Players
	if n < 1 || n > MaxExactPlayers {
		return nil, &PlayersError{Method: "exact Shapley values", Players: n, Max: MaxExactPlayers}
	}
	e := &Exact{
		game:  game,
		limit: 1<<n - 2,
		with:  make([]float64, n+1),
		out:   make([]float64, n+1),
		phi:   make([]sum, n),
	}
	// |S|!(n-|S|-1)!/n! = 1/(n C(n-1,|S|))
	w := 1 / float64(n)
	for s := range n {
		e.out[s] = w
		e.with[s+1] = w
		w *= float64(s+1) / float64(n-1-s)
	}
	// Values are taken relative to the empty coalition, which then adds nothing.
	for i := range e.phi {
		e.phi[i].add(e.with[n] * (game.Full - game.Empty))
	}
	return e, nil
}

// Next implements Estimator: coalitions come in the order of their bits.
func (e *Exact) Next(dst []coalition.Set) int {
	given := min(len(dst), e.limit-e.queue.asked)
	for _, set := range dst[:given] {
		e.queue.asked++
		set[0] = uint64(e.queue.asked)
	}
	return given
}

// Take implements Estimator.
func (e *Exact) Take(values []float64) error {
	if err := e.queue.check(values); err != nil {
		return err
	}
	for _, v := range values {
		e.queue.taken++
		set := coalition.Set{uint64(e.queue.taken)}
		size := set.Count()
		v -= e.game.Empty
		for i := range e.phi {
			if set.Has(i) {
				e.phi[i].add(e.with[size] * v)
			} else {
				e.phi[i].add(-e.out[size] * v)
			}
		}
	}
	return nil
}

// Done implements Estimator.
func (e *Exact) Done() bool {
	return e.queue.taken == e.limit
}

// Limit implements Estimator.
func (e *Exact) Limit() int {
	return e.limit
}

// Result implements Estimator.
func (e *Exact) Result() Values {
	v := Values{Phi: make([]float64, e.game.Players), Exact: true, Coalitions: e.queue.taken}
	for i := range e.phi {
		v.Phi[i] = e.phi[i].value()
	}
	balance(v.Phi, e.game.Full-e.game.Empty)
	return v
}
