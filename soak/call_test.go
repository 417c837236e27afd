package soak

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// outcome is how a call ended.
type outcome int

const (
	right outcome = iota
	refused
	cancelled
	late
	closed
	outcomes
)

func (o outcome) String() string {
	return [...]string{"right answer", "refused", "cancelled", "deadline", "closed"}[o]
}

// tolerance is how far an answer may be from what is known of its row: see
// answer.miss. The kernels sum in another order in another batch, which is 1e-6 in
// float32, and DeepLIFT divides by differences that are small in a few places.
// Answers for another sample, baseline or class are farther away than 1e-1.
const tolerance = 1e-3

// question is one call: which rows, what for, and what was done to it.
type question struct {
	s    *subject
	kind int
	rows []int // samples
	xs   tensors
	from int               // the baseline that comes with the call; -1: the Explainer's
	into *tfexplain.Result // of a call before, to be written over; nil: a new one
}

func (s *subject) question(r *rand.Rand) (*question, error) {
	q := &question{s: s, kind: r.IntN(kinds), from: -1}
	most := 24
	if s.random {
		most = places
	}
	poisoned := r.IntN(4) == 0
	for range 1 + r.IntN(most) {
		of := s.clean
		if poisoned {
			of = len(s.samples)
		}
		q.rows = append(q.rows, r.IntN(of))
	}
	var err error
	q.xs, err = s.batch(q.rows)
	return q, err
}

// ask calls and judges the answer: it is right, or the error is one of ctx.
func (q *question) ask(ctx context.Context, ex *tfexplain.Explainer) (outcome, float64, error) {
	var res *tfexplain.Result
	var err error
	switch {
	case q.from >= 0:
		res, err = ex.ExplainFrom(ctx, q.xs, q.s.baselines[q.from], weights(q.kind))
	case q.into != nil:
		res, err = q.into, ex.ExplainInto(ctx, q.xs, weights(q.kind), q.into)
	default:
		res, err = ex.Explain(ctx, q.xs, weights(q.kind))
	}
	switch {
	case err == nil:
		miss, err := q.judge(res)
		return right, miss, err
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return cancelled, 0, nil
	case errors.Is(err, context.DeadlineExceeded) && ctx.Done() != nil:
		return late, 0, nil
	case isClosed(err):
		return closed, 0, nil
	}
	return 0, 0, q.wrong(fmt.Errorf("an error of no known kind (%T): %w", err, err))
}

// judge compares with what is known. All rows must have been answered with the
// same baseline, whichever was set.
func (q *question) judge(res *tfexplain.Result) (float64, error) {
	got, err := answers(res)
	if err != nil {
		return 0, q.wrong(err)
	}
	if len(got) != len(q.rows) {
		return 0, q.wrong(fmt.Errorf("%d rows were answered of %d", len(got), len(q.rows)))
	}
	var misses []float64
	for b := range q.s.known {
		if q.from >= 0 && b != q.from {
			continue
		}
		worst := 0.
		for place, sample := range q.rows {
			if sample < q.s.clean { // the others only must not disturb
				worst = max(worst, q.s.want(b, q.kind, sample, place).miss(got[place]))
			}
		}
		misses = append(misses, worst)
	}
	if miss := slices.Min(misses); miss <= tolerance {
		return miss, nil
	}
	return 0, q.wrong(fmt.Errorf("the answer is off by %.2g at each baseline", misses))
}

func (q *question) wrong(err error) error {
	return fmt.Errorf("%s, samples %v, weights %d, baseline %d: %w", q.s.name, q.rows, q.kind, q.from, err)
}

// stopped is a context that ends by itself, before the call, in it or after it.
func stopped(r *rand.Rand) (context.Context, context.CancelFunc) {
	soon := time.Duration(r.Int64N(int64(6 * time.Millisecond)))
	switch r.IntN(5) {
	case 0:
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return ctx, cancel
	case 1, 2:
		return context.WithTimeout(context.Background(), soon)
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(soon, cancel)
	return ctx, cancel
}

// spoil makes the question one that must be refused and says with which error.
func (q *question) spoil(r *rand.Rand) (ys tfexplain.Ys, refused func(error) bool, err error) {
	key := q.anyKey(r)
	x := q.xs[key]
	ys = weights(q.kind)
	switch r.IntN(8) {
	case 0: // an axis too many
		q.xs[key], err = x.Reshape(append(slices.Clone(x.Shape()), 1)...)
		return ys, is[*tfexplain.ShapeError], err
	case 1: // no row axis
		q.xs[key], err = x.Reshape(x.Len())
		if len(x.Shape()) == 1 {
			q.xs[key], err = x.Reshape(1, x.Len())
		}
		return ys, is[*tfexplain.ShapeError], err
	case 2: // another type
		to := tensor.Float64
		if x.DType() == tensor.String {
			q.xs[key], err = tensor.Zeros(to, x.Shape()...)
		} else {
			q.xs[key], err = x.Convert(to)
		}
		return ys, is[*tfexplain.DTypeError], err
	case 3:
		delete(q.xs, key)
		return ys, is[*tfexplain.InputError], nil
	case 4:
		q.xs["stranger"] = x
		return ys, is[*tfexplain.InputError], nil
	case 5:
		return tfexplain.Classes(make([]int, len(q.rows)+1)...), is[*tfexplain.ShapeError], nil
	case 6:
		return tfexplain.Class([]int{-1, 1000}[r.IntN(2)]), is[*tfexplain.OptionError], nil
	}
	w, err := tensor.Zeros(tensor.Float32, len(q.rows), 1, 1, 1)
	return tfexplain.Weights(w), is[*tfexplain.ShapeError], err
}

func (q *question) anyKey(r *rand.Rand) string {
	keys := make([]string, 0, len(q.xs))
	for key := range q.xs {
		keys = append(keys, key)
	}
	return keys[r.IntN(len(keys))]
}

func is[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// isClosed says that an Explainer or its model had been closed.
func isClosed(err error) bool {
	return errors.Is(err, tfexplain.ErrClosed) || errors.Is(err, savedmodel.ErrClosed)
}
