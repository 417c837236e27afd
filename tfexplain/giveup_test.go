package tfexplain_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// endsAt is a context that is cancelled when somebody looks at it for the n-th time.
type endsAt struct {
	context.Context
	cancel context.CancelFunc
	left   *int
}

func newEndsAt(n int) endsAt {
	ctx, cancel := context.WithCancel(context.Background())
	return endsAt{ctx, cancel, &n}
}

func (c endsAt) look() {
	if *c.left--; *c.left == 0 {
		c.cancel()
	}
}

func (c endsAt) Done() <-chan struct{} { c.look(); return c.Context.Done() }

func (c endsAt) Err() error { c.look(); return c.Context.Err() }

// Wherever SetBaseline is cancelled, calls answer with the old baseline if it says
// so, and with the new one if not: never with values of both.
func TestCancelledBaselineChangesNothing(t *testing.T) {
	m := mlp(t)
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	x := xOf(random(t, tensor.Float32, 1, 3, 4))
	answers := map[float64]*tfexplain.Result{0: explain(t, ex, x, nil)}
	for v := range 10 {
		require.NoError(t, ex.SetBaseline(context.Background(), tfexplain.Number(float64(v))))
		answers[float64(v)] = explain(t, ex, x, nil)
	}
	now := 9.
	for n := range 5 * 12 {
		ctx := newEndsAt(1 + n/5) // five times at each place
		next := float64(n % 10)
		if err := ex.SetBaseline(ctx, tfexplain.Number(next)); err != nil {
			require.ErrorIs(t, err, context.Canceled)
		} else {
			now = next
		}
		for range 3 {
			require.True(t, same(answers[now], explain(t, ex, x, nil)), "cancelled at look %d", 1+n/5)
		}
	}
	require.NoError(t, ex.SetBaseline(newEndsAt(100), tfexplain.Zeros()), "what is looked at less often is not cancelled")
}

// New ends with its context wherever it is, and then has spliced nothing that counts.
func TestNewGivesUp(t *testing.T) {
	m := mlp(t)
	for name, method := range map[string]tfexplain.Method{"stored": tfexplain.DeepLIFT{}, "path": tfexplain.IntegratedGradients{}, "game": tfexplain.Occlusion{}} {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				require.Less(t, n, 100)
				ctx := newEndsAt(n)
				ex, err := tfexplain.New(ctx, m, method, tfexplain.Options{})
				if err == nil {
					require.Greater(t, n, 4, "ctx is looked at before every step")
					require.NoError(t, ex.Close())
					return
				}
				require.ErrorIs(t, err, context.Canceled)
				require.Nil(t, ex)
			}
		})
	}
}

// blocking is an Explainer of a function, with a call on its way that the function
// answers when it is let; sent gets the call's error.
func blocking(t *testing.T) (ex *tfexplain.Explainer, sent chan error, let func()) {
	t.Helper()
	entered, answer := make(chan bool), make(chan bool)
	ex, err := tfexplain.NewFunc(tfexplain.Func{
		Inputs: []tfexplain.Input{{Key: "x", DType: tensor.Float32, Shape: []int{-1, 2}}},
		Predict: func(_ context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
			select {
			case entered <- true:
				<-answer
			case <-answer:
			}
			return xs["x"].Clone(), nil
		},
	}, tfexplain.Occlusion{}, tfexplain.Options{})
	require.NoError(t, err)
	sent = make(chan error)
	go func() {
		_, err := ex.Explain(context.Background(), xOf(random(t, tensor.Float32, 1, 3, 2)), nil)
		sent <- err
	}()
	<-entered
	return ex, sent, func() { close(answer) }
}

// cancelled makes a call whose context ends while it waits, or before.
func cancelled(t *testing.T, call func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	go cancel()
	require.ErrorIs(t, call(ctx), context.Canceled)
}

// A call that waits for its turn behind SetBaseline, which waits for a long call,
// gives up when it is cancelled.
func TestWaitingCallsGiveUp(t *testing.T) {
	ex, sent, let := blocking(t)
	go func() { sent <- ex.SetBaseline(context.Background(), tfexplain.Number(1)) }()
	for !tfexplain.InLine(ex) {
		runtime.Gosched()
	}
	x := xOf(random(t, tensor.Float32, 2, 2, 2))
	for name, call := range map[string]func(ctx context.Context) error{
		"Explain":     func(ctx context.Context) error { _, err := ex.Explain(ctx, x, nil); return err },
		"ExplainInto": func(ctx context.Context) error { return ex.ExplainInto(ctx, x, nil, new(tfexplain.Result)) },
		"ExplainFrom": func(ctx context.Context) error { _, err := ex.ExplainFrom(ctx, x, x, nil); return err },
		"Score":       func(ctx context.Context) error { _, err := ex.Score(ctx, x, nil); return err },
		"Warmup":      func(ctx context.Context) error { return ex.Warmup(ctx, x) },
		"SetBaseline": func(ctx context.Context) error { return ex.SetBaseline(ctx, tfexplain.Number(2)) },
	} {
		t.Run(name, func(t *testing.T) { cancelled(t, call) })
	}
	rows, err := ex.Rows(x, nil)
	require.NoError(t, err)
	require.Equal(t, 4, rows, "Rows does not wait")
	let()
	require.NoError(t, <-sent)
	require.NoError(t, <-sent)
	_, err = ex.Explain(context.Background(), x, nil)
	require.NoError(t, err)
	require.NoError(t, ex.Close())
}

// While one call finds out whether rows are coupled, another that needs to know gives
// up when it is cancelled.
func TestWaitingForCompanyGivesUp(t *testing.T) {
	ex, sent, let := blocking(t)
	x := xOf(random(t, tensor.Float32, 2, 2, 2))
	cancelled(t, func(ctx context.Context) error { _, err := ex.Explain(ctx, x, nil); return err })
	let()
	require.NoError(t, <-sent)
}
