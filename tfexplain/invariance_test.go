package tfexplain_test

import (
	"context"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// manyRowMethods are the methods that take many rows for each sample.
func manyRowMethods() map[string]tfexplain.Method {
	m := games()
	m["ig"] = tfexplain.IntegratedGradients{Steps: 17}
	m["adaptive ig"] = tfexplain.IntegratedGradients{Steps: 5, Rule: tfexplain.Trapezoid, Adaptive: 1e-3}
	m["expected gradients"] = tfexplain.ExpectedGradients{Samples: 13, Seed: 5}
	m["smoothgrad"] = tfexplain.SmoothGrad{Samples: 11, Seed: 5}
	m["smoothgrad of deeplift"] = tfexplain.SmoothGrad{Method: tfexplain.DeepLIFT{}, Samples: 11}
	m["vargrad"] = tfexplain.VarGrad{Method: tfexplain.GradientInput{}, Samples: 11}
	return m
}

// requireEqual holds two results equal to the last bit.
func requireEqual(t testing.TB, want, got *tfexplain.Result, about ...any) {
	t.Helper()
	require.Equal(t, float64s(t, want.Attributions["x"]), float64s(t, got.Attributions["x"]), about...)
	require.Equal(t, want.Target, got.Target, about...)
	require.Equal(t, want.BaselineTarget, got.BaselineTarget, about...)
	require.Equal(t, want.Delta, got.Delta, about...)
	require.Equal(t, want.Players, got.Players, about...)
}

// With a function nothing but Go's arithmetic is involved: how rows are packed
// changes no bit.
func TestPackingChangesNoBit(t *testing.T) {
	x := xOf(random(t, tensor.Float32, 1, 9, 8))
	x0 := xOf(random(t, tensor.Float32, 2, 18, 8))
	for name, method := range games() {
		t.Run(name, func(t *testing.T) {
			var want, wantFrom *tfexplain.Result
			for _, size := range []int{1, 7, 64, 100_000, 0} {
				ex := newFunc(t, bumpy(), method, tfexplain.Options{BatchSize: size, Baseline: tfexplain.Number(.25)})
				got := explain(t, ex, x, tfexplain.Argmax())
				from, err := ex.ExplainFrom(context.Background(), x, x0, tfexplain.Class(1)) // two references for each row
				require.NoError(t, err)
				if want == nil {
					want, wantFrom = got, from
				}
				requireEqual(t, want, got, size)
				require.Equal(t, want.Classes, got.Classes)
				requireEqual(t, wantFrom, from, size)
			}
		})
	}
}

// A row's result is its own: other rows beside it, before or after, change no
// bit.
func TestMatesChangeNothing(t *testing.T) {
	x, y := random(t, tensor.Float32, 1, 9, 8), random(t, tensor.Float32, 2, 9, 8)
	for i, v := range float64s(t, x)[4*8 : 5*8] { // the same row in the middle
		data, err := tensor.Data[float32](y)
		require.NoError(t, err)
		data[4*8+i] = float32(v)
	}
	for name, method := range games() {
		t.Run(name, func(t *testing.T) {
			ex := newFunc(t, bumpy(), method, tfexplain.Options{BatchSize: 10})
			a, b := explain(t, ex, xOf(x), nil), explain(t, ex, xOf(y), nil)
			require.Equal(t, float64s(t, a.Attributions["x"])[4*8:5*8], float64s(t, b.Attributions["x"])[4*8:5*8])
			require.NotEqual(t, float64s(t, a.Attributions["x"]), float64s(t, b.Attributions["x"]))
			if a.Players != nil {
				require.Equal(t, a.Players[4], b.Players[4])
			}
		})
	}
}

// With TensorFlow a product of another batch size is summed in another order:
// 1e-6 of the largest, 1e-5 where squares of differences are compared.
func TestPackingIsRounding(t *testing.T) {
	x, baseline := xOf(random(t, tensor.Float32, 1, 9, 4)), tfexplain.Values(xOf(random(t, tensor.Float32, 2, 3, 4)))
	for name, method := range manyRowMethods() {
		t.Run(name, func(t *testing.T) {
			m := mlp(t)
			share := 1e-6
			if name == "vargrad" {
				share = 1e-5
			}
			var want *tfexplain.Result
			for _, size := range []int{64, 1, 7, 100_000} {
				o := tfexplain.Options{BatchSize: size, Baseline: baseline}
				if name == "vargrad" {
					o.Baseline = nil // compares with nothing
				}
				ex := newExplainer(t, m, method, o)
				got := explain(t, ex, x, tfexplain.Argmax())
				if want == nil {
					want = got
					continue
				}
				requireNear(t, float64s(t, want.Attributions["x"]), float64s(t, got.Attributions["x"]), share, size)
				requireNear(t, want.Target, got.Target, 1e-6, size)
				requireNear(t, want.BaselineTarget, got.BaselineTarget, 1e-6, size)
				require.Equal(t, want.Classes, got.Classes)
			}
		})
	}
}

// Eight goroutines share an Explainer: each gets what it gets alone.
func TestManyRowsInManyGoroutines(t *testing.T) {
	for name, method := range manyRowMethods() {
		t.Run(name, func(t *testing.T) {
			m := mlp(t)
			ex := newExplainer(t, m, method, tfexplain.Options{BatchSize: 9})
			var qs []question
			for i := range 4 {
				q := question{x: xOf(random(t, tensor.Float32, uint64(i), 1+2*i, 4)), ys: []tfexplain.Ys{nil, tfexplain.Argmax()}[i%2]}
				q.res = explain(t, ex, q.x, q.ys)
				qs = append(qs, q)
			}
			var wg sync.WaitGroup
			for g := range 8 {
				wg.Go(func() {
					for i := range 4 {
						q := qs[(g+i)%4]
						res, err := ex.Explain(context.Background(), q.x, q.ys)
						if err != nil || !alike(q.res, res) {
							t.Errorf("goroutine %d, question %d: another answer than alone; error %v", g, i, err)
							return
						}
					}
				})
			}
			wg.Wait()
		})
	}
}

// alike says whether the attributions agree to 1e-6 of the largest: kernels
// that share the threads of the machine may split their sums elsewhere.
func alike(a, b *tfexplain.Result) bool {
	x, err := a.Attributions["x"].Float64s()
	if err != nil {
		return false
	}
	y, err := b.Attributions["x"].Float64s()
	if err != nil || len(x) != len(y) {
		return false
	}
	most := largest(x)
	for i := range x {
		if !(math.Abs(x[i]-y[i]) <= 1e-6*most) {
			return false
		}
	}
	return true
}

// Nothing is compiled and nothing is left behind by a thousand calls.
func TestManyRowsCompileNothing(t *testing.T) {
	m := mlp(t)
	methods := manyRowMethods()
	var all []*tfexplain.Explainer
	for _, name := range sortedKeys(methods) {
		all = append(all, newExplainer(t, m, methods[name], tfexplain.Options{}))
	}
	for _, ex := range all {
		explain(t, ex, xOf(random(t, tensor.Float32, 1, 2, 4)), nil)
	}
	ops, alive := m.Graph().Len(), m.Library().Alive()
	for i := range 1000 {
		explain(t, all[i%len(all)], xOf(random(t, tensor.Float32, uint64(i), 1+i%3, 4)), []tfexplain.Ys{nil, tfexplain.Class(1), tfexplain.Argmax()}[i%3])
	}
	require.Equal(t, ops, m.Graph().Len())
	after := m.Library().Alive()
	require.Equal(t, alive.Tensors, after.Tensors)
	require.Equal(t, alive.Buffers, after.Buffers)
	require.Equal(t, alive.Statuses, after.Statuses)
}

// Progress is told after each Run, never goes back, and ends at its total.
func TestProgress(t *testing.T) {
	x := xOf(random(t, tensor.Float32, 1, 5, 4))
	for name, method := range manyRowMethods() {
		t.Run(name, func(t *testing.T) {
			m := mlp(t)
			last, times := 0, 0
			ex := newExplainer(t, m, method, tfexplain.Options{BatchSize: 16, Progress: func(done, total int) {
				require.Greater(t, done, last)
				require.LessOrEqual(t, done, last+16)
				require.LessOrEqual(t, done, total)
				last, times = done, times+1
				if name != "until" && name != "adaptive ig" { // these find out on the way
					require.Equal(t, 0, total%5)
					require.Equal(t, total == done, done == 5*rowsOfMethod[name])
				}
			}})
			explain(t, ex, x, nil)
			require.EqualValues(t, last, ex.Stats().Rows)
			require.Positive(t, times)
		})
	}
}

// rowsOfMethod is what a row of four numbers costs.
var rowsOfMethod = map[string]int{
	"occlusion": 4, "ablation": 4, "sampling": 20 * 3, "exact": 14, "kernel": 14, "ig": 17, "expected gradients": 13,
	"smoothgrad": 12, "smoothgrad of deeplift": 12, "vargrad": 12,
}
