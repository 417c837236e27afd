package tfexplain_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// question is one call and its answer.
type question struct {
	x   map[string]*tensor.Tensor
	ys  tfexplain.Ys
	res *tfexplain.Result
}

func questions(t *testing.T, ex *tfexplain.Explainer, n int) []question {
	t.Helper()
	qs := make([]question, n)
	for i := range qs {
		qs[i].x = xOf(random(t, tensor.Float32, uint64(i), 1+i%9, 4))
		qs[i].ys = []tfexplain.Ys{nil, tfexplain.Class(i % 3), tfexplain.Argmax()}[i%3]
		qs[i].res = explain(t, ex, qs[i].x, qs[i].ys)
	}
	return qs
}

// same says whether two results are equal to the last bit: the same Runs on the
// same rows.
func same(a, b *tfexplain.Result) bool {
	if string(a.Attributions["x"].Bytes()) != string(b.Attributions["x"].Bytes()) {
		return false
	}
	for i := range a.Target {
		if a.Target[i] != b.Target[i] || a.BaselineTarget[i] != b.BaselineTarget[i] {
			return false
		}
	}
	return true
}

func TestManyGoroutines(t *testing.T) {
	m := mlp(t)
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{BatchSize: 4, Baseline: tfexplain.Number(0.3)})
	qs := questions(t, ex, 32)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 40 {
				q := qs[(7*g+i)%len(qs)]
				res, err := ex.Explain(context.Background(), q.x, q.ys)
				if err != nil || !same(q.res, res) {
					t.Errorf("goroutine %d, question %d: another answer than alone; error %v", g, i, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// A cancelled call stops within one Run, and the next call works.
func TestCancelAndDeadline(t *testing.T) {
	m := mlp(t)
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{BatchSize: 1})
	const rows = 20000 // at one row a Run, far more Runs than are done before the end
	x := xOf(random(t, tensor.Float32, 1, rows, 4))
	small := xOf(rowOf(t, x["x"], 0))
	want := explain(t, ex, small, nil)
	for name, c := range map[string]struct {
		stop func() (context.Context, context.CancelFunc)
		err  error
	}{
		"cancelled before": {func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			return ctx, cancel
		}, context.Canceled},
		"deadline": {func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.Background(), 20*time.Millisecond)
		}, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := c.stop()
			defer cancel()
			before := ex.Stats().Runs
			res, err := ex.Explain(ctx, x, nil)
			require.ErrorIs(t, err, c.err)
			require.Nil(t, res)
			require.Less(t, ex.Stats().Runs-before, int64(rows))
			require.True(t, same(want, explain(t, ex, small, nil)))
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		before, after := ex.Stats().Runs, make(chan int64, 1)
		go func() {
			for ex.Stats().Runs < before+5 {
				runtime.Gosched()
			}
			cancel()
			after <- ex.Stats().Runs
		}()
		_, err := ex.Explain(ctx, x, nil)
		require.ErrorIs(t, err, context.Canceled)
		require.LessOrEqual(t, ex.Stats().Runs, 1+<-after, "at most the Run that was on its way")
		require.True(t, same(want, explain(t, ex, small, nil)))
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, ex.SetBaseline(ctx, tfexplain.Number(5)), context.Canceled)
	require.True(t, same(want, explain(t, ex, small, nil)), "a baseline that was not set changes nothing")
}

// A call that meets SetBaseline answers with the old baseline or with the new
// one, in all its rows.
func TestSetBaselineWhileExplaining(t *testing.T) {
	ctx := context.Background()
	m := mlp(t)
	for name, o := range map[string]tfexplain.Options{"stored": {BatchSize: 3}, "per call": {BatchSize: 3, BaselinePerCall: true}} {
		t.Run(name, func(t *testing.T) {
			ex := newExplainer(t, m, tfexplain.DeepLIFT{}, o)
			x := xOf(random(t, tensor.Float32, 1, 10, 4))
			baselines := []tfexplain.Baseline{tfexplain.Zeros(), tfexplain.Number(1), tfexplain.Values(xOf(random(t, tensor.Float32, 2, 3, 4)))}
			var answers []*tfexplain.Result
			for _, b := range baselines {
				require.NoError(t, ex.SetBaseline(ctx, b))
				answers = append(answers, explain(t, ex, x, nil))
			}
			var wg sync.WaitGroup
			done := make(chan struct{})
			for range 4 {
				wg.Go(func() {
					for {
						select {
						case <-done:
							return
						default:
						}
						res, err := ex.Explain(ctx, x, nil)
						if err != nil || !same(answers[0], res) && !same(answers[1], res) && !same(answers[2], res) {
							t.Errorf("a mixed answer, or error %v", err)
							return
						}
					}
				})
			}
			for i := range 60 {
				require.NoError(t, ex.SetBaseline(ctx, baselines[i%3]))
			}
			close(done)
			wg.Wait()
		})
	}
}

// A call that meets Close answers, or says ErrClosed.
func TestCloseWhileExplaining(t *testing.T) {
	m := mlp(t)
	for range 5 {
		ex, err := tfexplain.New(context.Background(), m, tfexplain.DeepLIFT{}, tfexplain.Options{BatchSize: 2})
		require.NoError(t, err)
		x := xOf(random(t, tensor.Float32, 1, 8, 4))
		want := explain(t, ex, x, nil)
		var wg, begun sync.WaitGroup
		for range 4 {
			begun.Add(1)
			wg.Go(func() {
				begun.Done()
				for {
					res, err := ex.Explain(context.Background(), x, nil)
					if err != nil {
						if err != tfexplain.ErrClosed {
							t.Errorf("got %v", err)
						}
						return
					}
					if !same(want, res) {
						t.Error("another answer")
						return
					}
				}
			})
		}
		begun.Wait()
		require.NoError(t, ex.Close())
		wg.Wait()
	}
}

// Explainers can be made at the same time as others explain.
func TestNewWhileExplaining(t *testing.T) {
	m := mlp(t)
	first := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	x := xOf(random(t, tensor.Float32, 1, 3, 4))
	want := explain(t, first, x, nil)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			ex, err := tfexplain.New(context.Background(), m, tfexplain.DeepLIFT{}, tfexplain.Options{Baseline: tfexplain.Number(float64(i % 2))})
			if err != nil {
				t.Error(err)
				return
			}
			res, err := ex.Explain(context.Background(), x, nil)
			if err != nil || i%2 == 0 && !same(want, res) || i%2 == 1 && same(want, res) {
				t.Errorf("explainer %d: another answer; error %v", i, err)
			}
			if err := ex.Close(); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			for range 20 {
				if res, err := first.Explain(context.Background(), x, nil); err != nil || !same(want, res) {
					t.Errorf("another answer; error %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
}
