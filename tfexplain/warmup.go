package tfexplain

import (
	"context"
	"errors"
	"math"
	"slices"
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

	// Sizes whose rows cost up to a quarter more than the cheapest are tried again,
	// in turn: moments of a machine that are one after the other cannot be compared.
	contending = 1.25
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
// or as long as fifty Runs of a large model. The errors are those of Explain.
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
	var tried []size
	most := min(lastTrial, whole.rowsInMemory())
	fastest, idle := time.Duration(math.MaxInt64), 0
	for rows := min(firstTrial, most); rows <= most && idle < patience; rows *= 2 {
		s, err := e.try(ctx, whole, rows)
		if err != nil {
			return err
		}
		tried = append(tried, s)
		if float64(s.each) > worthwhile*float64(fastest) {
			idle++
			continue
		}
		fastest, idle = s.each, 0
	}
	best, err := e.runOff(ctx, slices.DeleteFunc(tried, func(s size) bool { return float64(s.each) > contending*float64(fastest) }))
	if err != nil {
		return err
	}
	e.tuned.Store(int64(best))
	return nil
}

// runOff is the smallest of the sizes whose rows cost no twentieth more than those
// of the cheapest, by the medians of Runs in turn.
func (e *Explainer) runOff(ctx context.Context, sizes []size) (rows int, err error) {
	if len(sizes) == 1 {
		return sizes[0].rows, nil
	}
	costs := make([][]time.Duration, len(sizes))
	for round, start := 0, time.Now(); round < leastRuns || round < mostRuns && time.Since(start) < 2*patient; round++ {
		for i, s := range sizes {
			each, err := e.time(ctx, s.xs, s.rows)
			if err != nil {
				return 0, err
			}
			costs[i] = append(costs[i], each)
		}
	}
	fastest := time.Duration(math.MaxInt64)
	for i := range sizes {
		slices.Sort(costs[i])
		sizes[i].each = costs[i][len(costs[i])/2]
		fastest = min(fastest, sizes[i].each)
	}
	at := slices.IndexFunc(sizes, func(s size) bool { return worthwhile*float64(s.each) <= float64(fastest) })
	return sizes[at].rows, nil
}

// size is a number of rows that a Run may get.
type size struct {
	rows int
	xs   map[string]*tensor.Tensor // inputs that make such a Run
	each time.Duration             // what a row costs
}

// try gives what one row costs in Runs of so many, after one that may have to
// prepare something.
func (e *Explainer) try(ctx context.Context, whole *call, rows int) (size, error) {
	samples := rows
	if e.program.plan.manyRows() {
		each := max(whole.total/whole.rows, 1)
		samples = (rows + each - 1) / each
	}
	xs, err := whole.repeated(samples)
	if err != nil {
		return size{}, err
	}
	if _, err := e.time(ctx, xs, rows); err != nil {
		return size{}, err
	}
	s := size{rows: rows, xs: xs, each: math.MaxInt64}
	start := time.Now()
	for k := 0; k < leastRuns || k < mostRuns && time.Since(start) < patient; k++ {
		took, err := e.time(ctx, xs, rows)
		if err != nil {
			return size{}, err
		}
		s.each = min(s.each, took)
	}
	return s, nil
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
