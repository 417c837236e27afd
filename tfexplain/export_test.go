package tfexplain

import (
	"context"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// RunOnly runs the graph of an Explainer again and again with the feeds of one
// call for class 1, and does nothing else.
func RunOnly(e *Explainer, xs map[string]*tensor.Tensor) func() error {
	ctx := context.Background()
	c := e.takeCall()
	err := c.begin(xs, nil, Class(1), &Result{})
	if err == nil {
		err = c.run(ctx, 0, c.rows)
	}
	return func() error {
		if err != nil {
			return err
		}
		return e.program.explain.RunInto(ctx, c.fed, c.fetched)
	}
}

// InLine says whether a change of the baseline waits for calls on their way.
func InLine(e *Explainer) bool {
	if e.turns.TryAcquire(1) {
		e.leave()
		return false
	}
	return true
}
