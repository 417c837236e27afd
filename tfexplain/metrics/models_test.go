package metrics_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// tensors are what goes by key.
type tensors = map[string]*tensor.Tensor

func made[T tensor.Element](t testing.TB, data []T, shape ...int) *tensor.Tensor {
	t.Helper()
	x, err := tensor.New(data, shape...)
	require.NoError(t, err)
	return x
}

func floats(t testing.TB, x *tensor.Tensor) []float64 {
	t.Helper()
	v, err := x.Float64s()
	require.NoError(t, err)
	return v
}

// eachRow scores rows by a function of one input's row.
func eachRow(t testing.TB, key string, f func(x []float64) float64) metrics.Score {
	return func(_ context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error) {
		v, n := floats(t, xs[key]), len(of)
		require.Equal(t, n, xs[key].Shape()[0])
		out := make([]float64, n)
		for i := range out {
			out[i] = f(v[i*len(v)/n : (i+1)*len(v)/n])
		}
		return out, nil
	}
}

// linear is w*x + 0.75.
func linear(w []float64) func([]float64) float64 {
	return func(x []float64) float64 {
		f := 0.75
		for i := range x {
			f += w[i] * x[i]
		}
		return f
	}
}

// net is a small net: tanh units of random linear maps.
func net(features int, seed uint64) func([]float64) float64 {
	rng := rand.New(rand.NewPCG(seed, 1))
	const hidden = 5
	w, v := normal(rng, hidden*features), normal(rng, hidden)
	return func(x []float64) float64 {
		f := 0.0
		for h := range hidden {
			z := 0.0
			for i := range x {
				z += w[h*features+i] * x[i]
			}
			f += v[h] * math.Tanh(z)
		}
		return f
	}
}

func normal(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// contributions are w*(x - x0) of each row; x0 has one row or as many.
func contributions(w, x, x0 []float64) []float64 {
	r := make([]float64, len(x))
	for i := range r {
		r[i] = w[i%len(w)] * (x[i] - x0[i%len(x0)])
	}
	return r
}

// seen collects what a score was asked.
type seen struct {
	sizes []int       // rows of each call
	of    []int       // of all rows
	xs    [][]float64 // all rows of one input
	f     []float64
}

func (s *seen) watch(t testing.TB, key string, score metrics.Score) metrics.Score {
	return func(ctx context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error) {
		f, err := score(ctx, xs, of)
		v, n := floats(t, xs[key]), len(of)
		for i := range n {
			s.xs = append(s.xs, v[i*len(v)/n:(i+1)*len(v)/n])
		}
		s.sizes, s.of, s.f = append(s.sizes, n), append(s.of, of...), append(s.f, f...)
		return f, err
	}
}
