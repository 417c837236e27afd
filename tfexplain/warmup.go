package tfexplain

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// What Warmup tries: Runs of 4 rows, 8, 16 and so on, as long as a row gets
// cheaper by a twentieth (less is within the noise of one Run).
const (
	firstTrial = 4
	lastTrial  = 1024
	worthwhile = 0.95
	patience   = 2 // doublings without gain: the curve of a CPU has steps

	// The fastest of these Runs counts, so that a machine that is busy for a moment
	// does not: at least three, and as many more as fit into a tenth of a second.
	leastRuns = 3
	mostRuns  = 20
	patient   = 100 * time.Millisecond
)

// trial is one Run that is only timed.
type trial struct {
	took time.Duration
	rows int
}

// errTried ends a call after the Run that was to be timed.
var errTried = errors.New("tried")

// Warmup makes the first Explain as fast as those that follow: TensorFlow
// prepares a graph at its first Run. If Options.BatchSize is Auto it also
// measures how many rows a Run should get, within Options.Memory, and
// Explain keeps to that from then on; Stats.RowsOfARun tells. On a CPU a
// Run of 256 rows can take longer than eight of 32 (they fit the cache), on a
// GPU the more rows the better.
//
// xs are rows to try with, as for Explain: any number, whose values do not
// matter, but whose open axes should have a usual size. It takes about a second,
// or as long as thirty Runs of a large model. The errors are those of Explain.
func (e *Explainer) Warmup(ctx context.Context, xs map[string]*tensor.Tensor) error {
	if err := e.enter(ctx); err != nil {
		return err
	}
	defer e.leave()
	whole := e.takeCall()
	defer e.putCall(whole)
	if err := whole.begin(xs, nil, nil, &Result{}); err != nil || whole.rows == 0 {
		return err
	}
	if err := whole.count(); err != nil {
		return err
	}
	if e.opts.BatchSize != Auto || e.program.fixedRows > 0 {
		_, err := e.try(ctx, whole, whole.perRun)
		return err
	}
	most := min(lastTrial, whole.rowsInMemory())
	best, fastest, idle := 0, time.Duration(0), 0
	for rows := min(firstTrial, most); rows <= most && idle < patience; rows *= 2 {
		each, err := e.try(ctx, whole, rows)
		if err != nil {
			return err
		}
		if best > 0 && float64(each) > worthwhile*float64(fastest) {
			idle++
			continue
		}
		best, fastest, idle = rows, each, 0
	}
	e.tuned.Store(int64(best))
	return nil
}

// try gives what one row costs in Runs of so many, after one that may have to
// prepare something.
func (e *Explainer) try(ctx context.Context, whole *call, rows int) (time.Duration, error) {
	samples := rows
	if e.program.plan.manyRows() {
		each := max(whole.total/whole.rows, 1)
		samples = (rows + each - 1) / each
	}
	xs, err := whole.repeated(samples)
	if err != nil {
		return 0, err
	}
	if _, err := e.time(ctx, xs, rows); err != nil {
		return 0, err
	}
	best := time.Duration(math.MaxInt64)
	start := time.Now()
	for k := 0; k < leastRuns || k < mostRuns && time.Since(start) < patient; k++ {
		took, err := e.time(ctx, xs, rows)
		if err != nil {
			return 0, err
		}
		best = min(best, took)
	}
	return best, nil
}

// time is what a row of one Run costs.
func (e *Explainer) time(ctx context.Context, xs map[string]*tensor.Tensor, rows int) (time.Duration, error) {
	c := e.takeCall()
	defer e.putCall(c)
	if err := c.begin(xs, nil, nil, &Result{}); err != nil {
		return 0, err
	}
	if err := c.innerBaseline(ctx); err != nil {
		return 0, err
	}
	if err := c.count(); err != nil {
		return 0, err
	}
	c.perRun, c.trial = rows, &trial{}
	start := time.Now()
	err := c.explain(ctx, 0, min(rows, c.pairs()))
	if c.trial.rows == 0 { // not a Run of the scheduler's
		*c.trial = trial{took: time.Since(start), rows: min(rows, c.pairs())}
	}
	if err != nil && !errors.Is(err, errTried) {
		return 0, err
	}
	return c.trial.took / time.Duration(c.trial.rows), nil
}

// repeated are n rows of a call's inputs, from the first on and again.
func (c *call) repeated(n int) (map[string]*tensor.Tensor, error) {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i % c.rows
	}
	feeds, err := c.take(c.feeds, rows)
	if err != nil {
		return nil, err
	}
	xs := map[string]*tensor.Tensor{}
	for i, k := range c.e.program.feeds {
		xs[c.e.program.inputs[k].info.Key] = feeds[i]
	}
	return xs, nil
}
