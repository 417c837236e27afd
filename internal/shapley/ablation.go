package shapley

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
)

// Ablation gives each player the fall in value when it alone is absent. Its
// shares do not sum to f(x) - f(x0): players that stand in for each other get too
// little.
type Ablation struct {
	game  Game
	queue queue
	phi   []float64
}

// NewAblation starts the computation of one sample. Error: PlayersError for none.
func NewAblation(game Game) (*Ablation, error) {
	if game.Players < 1 {
		return nil, &PlayersError{Method: "feature ablation", Players: game.Players}
	}
	a := &Ablation{game: game, phi: make([]float64, game.Players)}
	if game.Players == 1 {
		a.phi[0] = game.Full - game.Empty // without the only player there is none
	}
	return a, nil
}

// Next implements Estimator.
func (a *Ablation) Next(dst []coalition.Set) int {
	given := min(len(dst), a.Limit()-a.queue.asked)
	for _, set := range dst[:given] {
		set.Fill(a.game.Players)
		set.Remove(a.queue.asked)
		a.queue.asked++
	}
	return given
}

// Take implements Estimator.
func (a *Ablation) Take(values []float64) error {
	if err := a.queue.check(values); err != nil {
		return err
	}
	for _, v := range values {
		a.phi[a.queue.taken] = a.game.Full - v
		a.queue.taken++
	}
	return nil
}

// Done implements Estimator.
func (a *Ablation) Done() bool {
	return a.queue.taken == a.Limit()
}

// Limit implements Estimator.
func (a *Ablation) Limit() int {
	if a.game.Players == 1 {
		return 0
	}
	return a.game.Players
}

// Result implements Estimator.
func (a *Ablation) Result() Values {
	return Values{Phi: slices.Clone(a.phi), Exact: true, Coalitions: a.queue.taken}
}
