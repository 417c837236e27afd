package metrics

import (
	"context"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Score gives the explained number f of each row of xs, sum(T*ys) for a
// TensorFlow target. The rows are perturbed copies: of[i] is the row of
// Data.Inputs that row i was made from, so that the weights ys of that row can
// be used. xs has every key of Data.Inputs and may be used during the call
// only. An error ends the measurement and is handed on.
type Score func(ctx context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error)

// Explain gives the attributions of each row of xs, by key, in the shapes and
// for the keys of Data.Attributions. Its arguments are those of Score.
type Explain func(ctx context.Context, xs map[string]*tensor.Tensor, of []int) (map[string]*tensor.Tensor, error)
