package soak

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

var (
	length = flag.Duration("for", 12*time.Second, "how long TestSoak goes on")
	opens  = flag.Int("opens", 8, "how many models TestSoak opens and closes meanwhile, at least")
	report = flag.String("report", "", "file to write the closing report to")
)

const callers = 8

func TestSoak(t *testing.T) {
	if _, err := os.Stat("/proc/self/statm"); err != nil {
		t.Skip("this system has no /proc to see memory, threads and open files in")
	}
	ctx := context.Background()
	lib, err := cgo.Open(cgo.Options{}) // before any model and after the last
	require.NoError(t, err)
	defer lib.Close()
	all, err := subjects()
	require.NoError(t, err)
	models := map[string]*savedmodel.Model{}
	for _, s := range all {
		if models[s.model] == nil {
			models[s.model], err = s.load(savedmodel.Options{})
			require.NoError(t, err)
		}
		s.ex, err = s.open(ctx, models[s.model])
		require.NoError(t, err, s.name)
		require.NoError(t, s.learn(ctx))
	}
	ops := map[string]int{}
	for name, m := range models {
		ops[name] = m.Graph().Len()
	}

	run := &run{ledger: newLedger(), subjects: all, start: time.Now(), opens: int64(*opens)}
	first, err := look(lib, 0)
	require.NoError(t, err)
	seen := startWatch(lib, run.start, max(*length/900, 50*time.Millisecond))
	run.all()
	samples, err := seen.end()
	require.NoError(t, err)
	require.Empty(t, run.ledger.failed)

	require.Eventually(t, func() bool { return lib.Alive().Calls == 0 }, time.Minute, time.Millisecond, "Runs of cancelled calls end")
	for _, s := range all { // as before the calls: a variable may keep the memory of what was fed
		if len(s.baselines) > 0 {
			require.NoError(t, s.ex.SetBaseline(ctx, s.baseline(len(s.baselines)-1)))
		}
	}
	last, err := look(lib, time.Since(run.start))
	require.NoError(t, err)
	for name, m := range models {
		require.Equal(t, ops[name], m.Graph().Len(), name)
	}
	for _, s := range all {
		require.NoError(t, s.ex.Close())
	}
	for _, m := range models {
		require.NoError(t, m.Close())
	}
	after, err := look(lib, time.Since(run.start))
	require.NoError(t, err)
	r := summary{run: run, library: lib, first: first, samples: samples, last: last, after: after, ops: ops}
	t.Log("\n" + r.text())
	if *report != "" {
		require.NoError(t, os.WriteFile(*report, []byte(r.text()), 0o644))
	}
	r.judge(t)
}

// run is the soak on its way.
type run struct {
	*ledger
	subjects []*subject
	start    time.Time
	opens    int64
	opening  atomic.Int64
}

func (r *run) all() {
	var workers sync.WaitGroup
	ctx, stop := context.WithTimeout(context.Background(), *length)
	defer stop()
	for i := range callers {
		workers.Go(func() {
			w := &worker{run: r, random: rand.New(rand.NewPCG(uint64(i), 7)), results: map[*subject]*tfexplain.Result{}}
			for ctx.Err() == nil {
				if err := w.step(); err != nil && r.fail(err) {
					stop()
				}
			}
		})
	}
	workers.Wait()
}

// share is how much of the time is over.
func (r *run) share() float64 { return float64(time.Since(r.start)) / float64(*length) }

// worker is one of the goroutines.
type worker struct {
	*run
	random  *rand.Rand
	results map[*subject]*tfexplain.Result // written over by each next call
}

// step does one thing, whichever comes.
func (w *worker) step() error {
	r, random := w.run, w.random
	s := r.subjects[random.IntN(len(r.subjects))]
	if n := r.opening.Load(); float64(n) < r.share()*float64(r.opens) && r.opening.CompareAndSwap(n, n+1) {
		return r.churn(random, s)
	}
	ctx := context.Background()
	if random.IntN(30) == 0 && len(s.baselines) > 0 {
		return r.rebase(ctx, random, s)
	}
	if random.IntN(500) == 0 {
		if err := s.ex.Warmup(ctx, s.samples[0]); err != nil {
			return fmt.Errorf("%s: warm up: %w", s.name, err)
		}
		r.add("Warmup", right, 0)
		return nil
	}
	q, err := s.question(random)
	if err != nil {
		return err
	}
	switch random.IntN(16) {
	case 0, 1, 2:
		stopping, cancel := stopped(random)
		defer cancel()
		ctx = stopping
	case 3, 4:
		return r.spoiled(ctx, random, q)
	case 5:
		if s.perCallBaselines() {
			q.from = 1 // one row, for all
		}
	case 6:
		return r.score(ctx, q)
	case 7:
		q.rows = nil
		if q.xs, err = s.empty(); err != nil {
			return err
		}
	}
	if random.IntN(2) == 0 {
		if q.into = w.results[s]; q.into == nil {
			q.into = &tfexplain.Result{}
			w.results[s] = q.into
		}
	}
	start := time.Now()
	o, miss, err := q.ask(ctx, s.ex)
	if err != nil {
		return err
	}
	if o == closed {
		return fmt.Errorf("%s is said to be closed", s.name)
	}
	if ctx.Done() == nil {
		r.timed(int(quarters*r.share()), time.Since(start))
	}
	r.add(s.name, o, miss)
	return nil
}

// spoiled asks what must be refused.
func (r *run) spoiled(ctx context.Context, random *rand.Rand, q *question) error {
	ys, right, err := q.spoil(random)
	if err != nil {
		return err
	}
	res, err := q.s.ex.Explain(ctx, q.xs, ys)
	if err == nil || res != nil || !right(err) {
		return q.wrong(fmt.Errorf("a wrong call gave result %v and error %v (%T)", res, err, err))
	}
	r.add(q.s.name, refused, 0)
	return nil
}

// rebase changes what everybody's rows are compared with, or tries to set what
// fits no input.
func (r *run) rebase(ctx context.Context, random *rand.Rand, s *subject) error {
	switch random.IntN(4) {
	case 0:
		bad := tensors{}
		for key := range s.samples[0] {
			x, err := tensor.Zeros(tensor.Float32, 1, 2, 3, 4, 5)
			if err != nil {
				return err
			}
			bad[key] = x
		}
		err := s.ex.SetBaseline(ctx, tfexplain.Values(bad))
		if !is[*tfexplain.ShapeError](err) {
			return fmt.Errorf("%s: a baseline of another shape: %w (%T)", s.name, err, err)
		}
		r.add("SetBaseline", refused, 0)
		return nil
	}
	if err := s.ex.SetBaseline(ctx, s.baseline(random.IntN(len(s.baselines)))); err != nil {
		return fmt.Errorf("%s: set baseline: %w", s.name, err)
	}
	r.add("SetBaseline", right, 0)
	return nil
}

// score asks for the explained numbers only.
func (r *run) score(ctx context.Context, q *question) error {
	got, err := q.s.ex.Score(ctx, q.xs, weights(q.kind))
	if err != nil {
		return q.wrong(err)
	}
	if len(got) != len(q.rows) {
		return q.wrong(fmt.Errorf("%d scores", len(got)))
	}
	worst := 0.
	for place, sample := range q.rows {
		if sample < q.s.clean {
			want := q.s.want(0, q.kind, sample, place)
			worst = max(worst, apart(want.target, got[place])/max(1, finite(want.target)))
		}
	}
	if worst > tolerance {
		return q.wrong(fmt.Errorf("the score is off by %g", worst))
	}
	r.add("Score", right, worst)
	return nil
}

// empty is a call's inputs without rows.
func (s *subject) empty() (tensors, error) {
	xs := tensors{}
	for key, x := range s.samples[0] {
		none, err := x.Rows(0, 0)
		if err != nil {
			return nil, err
		}
		xs[key] = none
	}
	return xs, nil
}

// perCallBaselines says whether calls may bring baselines.
func (s *subject) perCallBaselines() bool {
	return len(s.baselines) > 0 && s.options.BaselinePerCall
}
