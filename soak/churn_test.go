package soak

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

func (s *subject) load(o savedmodel.Options) (*savedmodel.Model, error) {
	return savedmodel.Load(filepath.Join(zoo, "models", s.model), o)
}

// churn opens a model of its own, has it explain in a few goroutines, and closes
// Explainer and model while they do.
func (l *ledger) churn(r *rand.Rand, s *subject) error {
	ctx := context.Background()
	m, err := s.load(savedmodel.Options{Session: savedmodel.SessionOptions{DisableOptimizer: r.IntN(4) == 0}})
	if err != nil {
		return err
	}
	ex, err := s.open(ctx, m)
	if err != nil {
		return errors.Join(err, m.Close())
	}
	var callers sync.WaitGroup
	failures := make(chan error, 8)
	answered := make(chan struct{}, 1)
	call := func(r *rand.Rand) error {
		for i := 0; ; i++ {
			if len(s.baselines) > 0 && r.IntN(8) == 0 {
				if err := ex.SetBaseline(ctx, s.baseline(r.IntN(len(s.baselines)))); err != nil && !isClosed(err) {
					return fmt.Errorf("set baseline: %w", err)
				}
			}
			q, err := s.question(r)
			if err != nil {
				return err
			}
			q.rows = q.rows[:1+r.IntN(min(len(q.rows), 4))] // short calls
			if q.xs, err = s.batch(q.rows); err != nil {
				return err
			}
			ctx, cancel := ctx, func() {}
			if r.IntN(4) == 0 {
				ctx, cancel = stopped(r)
			}
			o, miss, err := q.ask(ctx, ex)
			cancel()
			if err != nil {
				return err
			}
			l.add(s.name+", closing", o, miss)
			if o == closed {
				return nil
			}
			select {
			case answered <- struct{}{}:
			default:
			}
		}
	}
	for range 3 {
		own := rand.New(rand.NewPCG(r.Uint64(), 0))
		callers.Go(func() {
			if err := call(own); err != nil {
				failures <- err
			}
		})
	}
	callers.Go(func() { // the model itself, and another Explainer while it closes
		if err := l.reopen(m, s); err != nil {
			failures <- err
		}
	})
	for range r.IntN(20) {
		select {
		case <-answered:
		case err := <-failures:
			failures <- err // calls go on in the other goroutines
		}
	}
	var ends sync.WaitGroup
	for i, end := range []func() error{ex.Close, m.Close}[r.IntN(2):] {
		ends.Go(func() {
			if err := end(); err != nil {
				failures <- fmt.Errorf("%s: close %d: %w", s.name, i, err)
			}
		})
	}
	ends.Wait()
	callers.Wait()
	if err := errors.Join(ex.Close(), m.Close()); err != nil {
		return err
	}
	close(failures)
	for e := range failures {
		err = errors.Join(err, e)
	}
	l.open()
	return err
}

// reopen asks the model for answers and makes a second Explainer, until the model
// is closed.
func (l *ledger) reopen(m *savedmodel.Model, s *subject) error {
	ctx := context.Background()
	for {
		ex, err := s.open(ctx, m)
		if err != nil {
			if !isClosed(err) {
				return fmt.Errorf("%s: another Explainer: %w (%T)", s.name, err, err)
			}
			l.add("New, closing", closed, 0)
			return nil
		}
		l.add("New, closing", right, 0)
		if err := ex.Close(); err != nil {
			return fmt.Errorf("%s: close: %w", s.name, err)
		}
		for range 20 {
			sig, err := m.Signature("")
			if err != nil {
				return err
			}
			if _, err = m.Predict(ctx, sig.Name, s.samples[0]); err != nil {
				if !isClosed(err) {
					return fmt.Errorf("%s: predict: %w (%T)", s.name, err, err)
				}
				l.add("Predict, closing", closed, 0)
				return nil
			}
			l.add("Predict, closing", right, 0)
		}
	}
}
