package tfexplain

import (
	"errors"
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/players"
	"github.com/tfexplain/tfexplain-go/internal/shapley"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// KernelSHAP estimates Shapley values by weighted least squares over
// coalitions (Lundberg and Lee 2017, arXiv:1705.07874), under the constraint
// that they sum to f(x) - f(x0). It is exact when all coalitions fit into its
// budget. Its cost is Coalitions rows.
type KernelSHAP struct {
	// Coalitions is how many are valued for each row. 0: 2*players + 2048, as in
	// the tool shap.
	Coalitions int
	// Dims and Mask make players as in ShapleySampling.
	Dims []int
	Mask map[string]*tensor.Tensor
	// Seed chooses the coalitions, which are the same for all rows.
	Seed uint64
}

// Name implements Method.
func (KernelSHAP) Name() string { return "kernelshap" }

func (m KernelSHAP) validate() error {
	if m.Coalitions < 0 {
		return &OptionError{Field: "Coalitions", Given: fmt.Sprint(m.Coalitions), Wanted: "a positive number, or 0 for 2*players + 2048"}
	}
	return validPlayers(m.Dims, m.Mask)
}

func (m KernelSHAP) plan() plan { return plan{baseline: true, game: m} }

func (m KernelSHAP) game(inputs []rowShape, rows int) (game, error) {
	groups, err := playersOf(inputs, rows, m.Dims, m.Mask)
	if err != nil {
		return nil, err
	}
	kernels := map[int]*shapley.Kernel{} // by number of players
	for n := range rows {
		k := groups.Row(n).Players
		if kernels[k] == nil {
			if kernels[k], err = shapley.NewKernel(k, shapley.KernelOptions{Coalitions: m.Coalitions, Seed: m.Seed}); err != nil {
				return nil, kernelError(err, m.Coalitions, k)
			}
		}
		if groups.Shared() {
			break
		}
	}
	return newCoalitionGame(groups, rows, func(g players.Groups, _ int, empty, full float64) (shapley.Estimator, error) {
		return kernels[g.Players].Estimator(empty, full), nil
	})
}

// kernelError says which option is to be changed.
func kernelError(err error, coalitions, players int) error {
	if _, ok := errors.AsType[*shapley.PlayersError](err); ok {
		return &OptionError{Field: "players", Given: fmt.Sprint(players), Wanted: fmt.Sprintf("at most %d players for KernelSHAP: make fewer with Dims or Mask, or use ShapleySampling", shapley.MaxKernelPlayers)}
	}
	if few, ok := errors.AsType[*shapley.OptionError](err); ok {
		return &OptionError{Field: "Coalitions", Given: fmt.Sprint(coalitions), Wanted: few.Want}
	}
	return err
}
