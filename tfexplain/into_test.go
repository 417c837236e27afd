package tfexplain_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// everyKind has a method of each way in which calls are made.
func everyKind() []tfexplain.Method {
	return []tfexplain.Method{tfexplain.GradientInput{}, tfexplain.EpsilonLRP{}, tfexplain.DeepLIFT{}, tfexplain.IntegratedGradients{Steps: 7},
		tfexplain.ExpectedGradients{Samples: 5}, tfexplain.SmoothGrad{Samples: 4}, tfexplain.FeatureAblation{}, tfexplain.ShapleySampling{Samples: 3}, tfexplain.ExactShapley{}}
}

// some are n rows for mlp.
func some(t testing.TB, n int) map[string]*tensor.Tensor {
	t.Helper()
	v := make([]float32, 4*n)
	for i := range v {
		v[i] = float32((i*7)%11)/11 - .4
	}
	x, err := tensor.New(v, n, 4)
	require.NoError(t, err)
	return xOf(x)
}

func TestExplainInto(t *testing.T) {
	m := mlp(t)
	ctx := context.Background()
	references := tfexplain.Values(some(t, 3))
	for _, method := range everyKind() {
		for _, o := range []tfexplain.Options{{}, {BatchSize: 2}, {Baseline: references}} {
			if o.Baseline != nil && slices.Contains([]string{"grad*input", "elrp", "smoothgrad"}, method.Name()) {
				continue // they compare with nothing
			}
			ex := newExplainer(t, m, method, o)
			var r tfexplain.Result
			for _, rows := range []int{5, 5, 2, 0, 5} {
				want := explain(t, ex, some(t, rows), tfexplain.Class(1))
				before := r.Attributions["x"]
				fits := before != nil && before.Shape()[0] == rows
				require.NoError(t, ex.ExplainInto(ctx, some(t, rows), tfexplain.Class(1), &r))
				require.Equal(t, want, &r, "%s, %d rows", method.Name(), rows)
				if fits {
					require.Same(t, before, r.Attributions["x"], "%s: it fits and is filled", method.Name())
				}
			}
			kept := r.Attributions["x"].Clone()
			copied := r
			explain(t, ex, some(t, 5), tfexplain.Class(2))
			require.Equal(t, kept, copied.Attributions["x"], "%s: another call does not write into it", method.Name())
		}
	}
}

// What Explain returned belongs to the caller, whatever calls come after or
// go on at the same time.
func TestResultsAreNotShared(t *testing.T) {
	ex := newExplainer(t, mlp(t), tfexplain.DeepLIFT{}, tfexplain.Options{})
	want := [6]*tfexplain.Result{}
	for n := range want {
		want[n] = explain(t, ex, some(t, n+1), tfexplain.Class(n%3))
	}
	var all sync.WaitGroup
	for n := range want {
		all.Go(func() {
			var r tfexplain.Result
			for range 30 {
				got, err := ex.Explain(context.Background(), some(t, n+1), tfexplain.Class(n%3))
				if err == nil {
					err = ex.ExplainInto(context.Background(), some(t, n+1), tfexplain.Class(n%3), &r)
				}
				if err != nil || !slices.Equal(got.Target, want[n].Target) || !slices.Equal(r.Target, want[n].Target) {
					t.Errorf("%d rows: %v %v, wanted %v (%v)", n+1, got, r.Target, want[n].Target, err)
					return
				}
			}
		})
	}
	all.Wait()
	for n := range want {
		require.Equal(t, want[n], explain(t, ex, some(t, n+1), tfexplain.Class(n%3)))
	}
}

func TestExplainIntoAfterErrors(t *testing.T) {
	m := mlp(t)
	ex, small := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{}), newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{BatchSize: 1})
	ctx := context.Background()
	var option *tfexplain.OptionError
	require.ErrorAs(t, ex.ExplainInto(ctx, some(t, 2), nil, nil), &option)

	var r tfexplain.Result
	require.NoError(t, ex.ExplainInto(ctx, some(t, 2), nil, &r))
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	require.ErrorIs(t, ex.ExplainInto(cancelled, some(t, 2), nil, &r), context.Canceled)
	require.Error(t, ex.ExplainInto(ctx, some(t, 2), tfexplain.Class(9), &r))
	require.NoError(t, small.ExplainInto(ctx, some(t, 2), nil, &r))
	require.Equal(t, explain(t, small, some(t, 2), nil), &r)

	// A Result that another Explainer filled loses what is not explained here.
	r.Attributions["other"] = r.Attributions["x"]
	require.NoError(t, ex.ExplainInto(ctx, some(t, 2), nil, &r))
	require.Len(t, r.Attributions, 1)
}

// A service explains the same shapes again and again. `make bench` counts
// 0 allocations; here the race detector makes pools forget a quarter of what they
// are given, which costs the 9 objects of a new call.
func TestExplainIntoAllocates(t *testing.T) {
	ex := newExplainer(t, mlp(t), tfexplain.DeepLIFT{}, tfexplain.Options{})
	xs, ys := some(t, 2), tfexplain.Class(1)
	var r tfexplain.Result
	allocations := testing.AllocsPerRun(200, func() {
		if err := ex.ExplainInto(context.Background(), xs, ys, &r); err != nil {
			t.Error(err)
		}
	})
	require.LessOrEqual(t, allocations, 9.)
}
