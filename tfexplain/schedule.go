package tfexplain

import (
	"context"
	"slices"
	"time"
)

// row is one row of a Run: what a method wants to know of one sample.
type row struct {
	// alpha is where on the way from the baseline (0) to the input (1) the model
	// is asked, and weight what its gradient counts there. For paths.
	alpha, weight float64
	// hidden is what the baseline stands in for. For games.
	hidden hiding
	// draw numbers the noise that is added; 0 is none. For noise.
	draw int
}

// task is all that one pair of sample and reference asks of the model. The
// scheduler packs the rows of several tasks into one Run; what a task asks
// must not depend on how many rows it is allowed at a time.
type task interface {
	// next gives at most n further rows; none when there is nothing more to ask. It
	// is called when all rows before have been taken.
	next(n int) []row
	// take receives what those rows gave, in their order.
	take(rows []row, got results)
}

// results are what the rows of one task gave in one Run.
type results struct {
	// values is the explained number at each row.
	values []float64
	// sums has for each explained input the weighted sum of the rows'
	// attributions.
	sums [][]float64
	// each has the attribution of every row, for each explained input, and bases
	// the explained number at its baseline. For noise.
	each  [][][]float64
	bases []float64
}

// share is a task and its rows in one Run.
type share struct {
	pair int // of sample and reference
	task task
	rows []row
}

// work runs the rows of tasks, the first of which is that of pair first, until
// they ask for nothing more.
func (c *call) work(ctx context.Context, first int, tasks []task, run func(ctx context.Context, shares []share) ([]results, error)) error {
	open := make([]share, len(tasks)) // those that may have rows to ask for
	for i, t := range tasks {
		open[i] = share{pair: first + i, task: t}
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		var shares []share
		n := 0
		open = slices.DeleteFunc(open, func(s share) bool {
			if n == c.perRun {
				return false
			}
			s.rows = s.task.next(c.perRun - n)
			if len(s.rows) == 0 {
				return true
			}
			shares, n = append(shares, s), n+len(s.rows)
			return false
		})
		if n == 0 {
			return nil
		}
		start := time.Now()
		got, err := run(ctx, shares)
		if err != nil {
			return err
		}
		if c.trial != nil {
			c.trial.took, c.trial.rows = time.Since(start), n
			return errTried
		}
		for i, s := range shares {
			s.task.take(s.rows, got[i])
		}
		c.ran(n)
	}
}
