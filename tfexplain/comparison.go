package tfexplain

import (
	"context"
	"fmt"
	"sync/atomic"
)

// comparison is what calls compare with until SetBaseline says otherwise.
type comparison struct {
	given Baseline
	known *baseline // nil where each call works it out
}

// SetBaseline changes what the inputs are compared with. Nothing is compiled;
// stored reference values are written anew by one forward pass. Calls that are on
// their way finish with the old baseline first. A baseline that is refused, or
// given up because ctx ends, changes nothing. Errors are those of Explain.
func (e *Explainer) SetBaseline(ctx context.Context, b Baseline) error {
	if e.unmade() {
		return ErrClosed
	}
	p := e.program
	if !p.compares {
		return &OptionError{Field: "Baseline", Given: "a baseline", Wanted: "none: " + e.method.Name() + " compares with nothing"}
	}
	known, err := p.settle(b)
	if err != nil {
		return err
	}
	if !p.cached { // each call has its own
		known = nil
	}
	if err := e.wait(ctx, allTurns); err != nil {
		return err
	}
	next := &comparison{b, known}
	if p.write == nil {
		e.compared.Store(next)
		e.turns.Release(allTurns)
		return nil
	}
	return e.write(ctx, next)
}

// write stores the reference values of a baseline, and then ends the turn that the
// caller has. What has been begun is not given up half-way: the next turn waits
// until either all new values are there or, when nobody waits for them any more or
// they cannot be had, all old ones again.
func (e *Explainer) write(ctx context.Context, next *comparison) error {
	var decided atomic.Bool // whether next holds, or was given up
	done := make(chan error, 1)
	go func() {
		defer e.turns.Release(allTurns)
		err := e.program.remember(next.known)
		if err == nil && decided.CompareAndSwap(false, true) {
			e.compared.Store(next)
			e.lost = nil
		} else if old := e.compared.Load(); old.known != nil {
			if e.lost = e.program.remember(old.known); e.lost != nil {
				e.lost = fmt.Errorf("tfexplain: the values at the baseline are lost, set one anew: %w", e.lost)
			}
		}
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		if decided.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-done
	}
}
