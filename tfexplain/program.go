package tfexplain

import (
	"context"
	"slices"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// program is a draft that has been spliced into the session. Its feeds and
// fetches never change, so TensorFlow keeps one executor for each callable.
type program struct {
	plan      plan
	inputs    []input
	explained []int // indices into inputs
	feeds     []int // indices into inputs, in the order they are fed
	fixedRows int
	rowBytes  graphops.RowBytes // of its largest Run, an estimate; 0 for a function
	target    targetShape
	fedYs     bool             // weights are fed after the inputs
	compares  bool             // there is a baseline
	cached    bool             // baseline values are stored in the session; else they are fed
	fedIndex  bool             // cached, and something stored is read
	onlyIndex []*tensor.Tensor // feeds the index of the only reference
	fallbacks []graphops.Refusal
	customs   []graphops.CustomGradient

	// explain is fed the inputs, then the weights (fedYs), then the index of the
	// reference (cached) or the baselines (not cached). It fetches the
	// attributions, then the explained number of each row, then the same at the
	// baseline.
	explain *cgo.Callable
	answer  runner        // fetches the target
	path    *pathProgram  // instead of explain, for methods that follow a path
	write   *cgo.Callable // stores the reference values
	free    *cgo.Callable // frees them
	inner   *cgo.Callable // fetches the inner tensors that are explained, for their baselines
}

// runner is a prepared call of the model: a callable of its session, or a
// function.
type runner interface {
	Run(ctx context.Context, feeds []*tensor.Tensor) ([]*tensor.Tensor, error)
}

// feedOf is where an input stands among what is fed.
func (p *program) feedOf(input int) int { return slices.Index(p.feeds, input) }
