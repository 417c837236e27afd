package tfexplain

import (
	"context"
	"math"
)

// Calls are on their way together; a change of the baseline is alone, so that a
// call sees one baseline from its first Run to its last. They take turns as they
// come, and a call whose context ends does not wait for its turn.

// allTurns is what a change takes of Explainer.turns; a call takes 1.
const allTurns = math.MaxInt64

// unmade says that neither New nor NewFunc made the Explainer.
func (e *Explainer) unmade() bool { return e == nil || e.program == nil }

// enter begins a call, which leave ends. It checks what every call is given.
func (e *Explainer) enter(ctx context.Context) error { return e.wait(ctx, 1) }

func (e *Explainer) leave() { e.turns.Release(1) }

func (e *Explainer) wait(ctx context.Context, turns int64) error {
	if e.unmade() {
		return ErrClosed
	}
	if ctx == nil {
		return errNoContext()
	}
	if err := e.turns.Acquire(ctx, turns); err != nil {
		return err
	}
	if e.closed.Load() {
		e.turns.Release(turns)
		return ErrClosed
	}
	return nil
}
