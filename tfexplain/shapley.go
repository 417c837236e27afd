package tfexplain

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/players"
	"github.com/tfexplain/tfexplain-go/internal/shapley"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// ShapleySampling estimates Shapley values: what an element, or a player made
// of several, adds on average when elements take the input's value instead of
// the baseline's one after the other in random order (Castro, Gomez and Tejada
// 2009, doi:10.1016/j.cor.2008.04.004). The values sum to f(x) - f(x0) whatever
// the number of samples. Its cost is Samples*(players-1) rows.
type ShapleySampling struct {
	// Samples is the number of permutations. 0: 20. Each one is followed by its
	// reverse (Mitchell et al. 2022, arXiv:2104.12199), which counts too.
	Samples int
	// Dims lists axes of a row, from 0: elements that share their coordinates on
	// them are one player. {0, 1} makes a player of each pixel of [H W C]. Nil:
	// all axes, each element is a player. (DeepExplain's sampling_dims count the
	// row axis, so they are larger by one.)
	Dims []int
	// Mask has an integer tensor for each explained input, of the shape of a row
	// or of all rows: elements with one id, also in several inputs, are one
	// player. A size of 1 stands for a whole axis.
	Mask map[string]*tensor.Tensor
	// Seed chooses the permutations. The same seed gives the same values for a row
	// at the same place in the call, whatever BatchSize is and whatever else runs.
	Seed uint64
	// Until stops earlier, once no player's standard error is larger than this,
	// in units of the target. 0: never.
	Until float64
	// Shared walks the same permutations for all rows, without reverses, as
	// DeepExplain does.
	Shared bool
}

// Name implements Method.
func (ShapleySampling) Name() string { return "shapley" }

func (m ShapleySampling) validate() error {
	if m.Samples < 0 {
		return &OptionError{Field: "Samples", Given: fmt.Sprint(m.Samples), Wanted: "a positive number of permutations, or 0 for 20"}
	}
	if !(m.Until >= 0) {
		return &OptionError{Field: "Until", Given: fmt.Sprint(m.Until), Wanted: "0 (take all samples) or a standard error"}
	}
	return validPlayers(m.Dims, m.Mask)
}

func (m ShapleySampling) plan() plan { return plan{baseline: true, game: m} }

func (m ShapleySampling) game(inputs []rowShape, rows int) (game, error) {
	groups, err := playersOf(inputs, rows, m.Dims, m.Mask)
	if err != nil {
		return nil, err
	}
	o := shapley.SamplingOptions{Samples: m.Samples, Plain: m.Shared, SharedPermutations: m.Shared, Seed: m.Seed, Until: m.Until}
	if o.Samples == 0 {
		o.Samples = 20
	}
	return newCoalitionGame(groups, rows, func(g players.Groups, pair int, empty, full float64) (shapley.Estimator, error) {
		o := o
		o.Row = uint64(pair)
		return shapley.NewSampling(shapley.Game{Players: g.Players, Empty: empty, Full: full}, o)
	})
}

// ExactShapley computes Shapley values from all coalitions of at most 16
// players (Shapley 1953). Its cost is 2^players - 2 rows.
type ExactShapley struct {
	// Dims and Mask make players as in ShapleySampling.
	Dims []int
	Mask map[string]*tensor.Tensor
}

// Name implements Method.
func (ExactShapley) Name() string { return "exact-shapley" }

func (m ExactShapley) validate() error { return validPlayers(m.Dims, m.Mask) }

func (m ExactShapley) plan() plan { return plan{baseline: true, game: m} }

func (m ExactShapley) game(inputs []rowShape, rows int) (game, error) {
	groups, err := playersOf(inputs, rows, m.Dims, m.Mask)
	if err != nil {
		return nil, err
	}
	return newCoalitionGame(groups, rows, func(g players.Groups, _ int, empty, full float64) (shapley.Estimator, error) {
		e, err := shapley.NewExact(shapley.Game{Players: g.Players, Empty: empty, Full: full})
		if err != nil {
			return nil, &OptionError{Field: "players", Given: fmt.Sprint(g.Players), Wanted: fmt.Sprintf("at most %d players for exact Shapley values: make fewer with Dims or Mask, or use ShapleySampling or KernelSHAP", shapley.MaxExactPlayers)}
		}
		return e, nil
	})
}

// FeatureAblation gives each player what the explained number loses when it
// alone takes the baseline's value. Players that stand in for each other get
// too little, so the sum is not bound to f(x) - f(x0); delta says by how much
// it misses. Its cost is one row for each player.
type FeatureAblation struct {
	// Dims and Mask make players as in ShapleySampling.
	Dims []int
	Mask map[string]*tensor.Tensor
}

// Name implements Method.
func (FeatureAblation) Name() string { return "ablation" }

func (m FeatureAblation) validate() error { return validPlayers(m.Dims, m.Mask) }

func (m FeatureAblation) plan() plan { return plan{baseline: true, game: m} }

func (m FeatureAblation) game(inputs []rowShape, rows int) (game, error) {
	groups, err := playersOf(inputs, rows, m.Dims, m.Mask)
	if err != nil {
		return nil, err
	}
	return newCoalitionGame(groups, rows, func(g players.Groups, _ int, empty, full float64) (shapley.Estimator, error) {
		return shapley.NewAblation(shapley.Game{Players: g.Players, Empty: empty, Full: full})
	})
}

func validPlayers(dims []int, mask map[string]*tensor.Tensor) error {
	if dims != nil && mask != nil {
		return &OptionError{Field: "Dims", Given: fmt.Sprint(dims), Wanted: "nil: Mask already says what is a player"}
	}
	return nil
}

// newCoalitionGame looks at the largest row to say how many coalitions a pair
// takes at most, and refuses what the estimator refuses.
func newCoalitionGame(groups players.Rows, rows int, estimator func(g players.Groups, pair int, empty, full float64) (shapley.Estimator, error)) (game, error) {
	most := 0
	for n := range rows {
		e, err := estimator(groups.Row(n), n, 0, 0)
		if err != nil {
			return nil, err
		}
		most = max(most, e.Limit())
		if groups.Shared() {
			break
		}
	}
	return coalitionGame{groups: groups, most: most, estimator: estimator}, nil
}
