package shapley_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
	"github.com/tfexplain/tfexplain-go/internal/shapley"
)

// drive measures one coalition through Next and Take, in batches of 64.
func drive(b *testing.B, players int, start func() shapley.Estimator) {
	const batch = 64
	sets, values := coalition.Make(players, batch), make([]float64, batch)
	for k := range values {
		values[k] = float64(k)
	}
	e := start()
	b.ReportAllocs()
	left := 0
	for b.Loop() {
		if left == 0 {
			if e.Done() {
				e = start()
			}
			left = e.Next(sets)
			if err := e.Take(values[:left]); err != nil {
				b.Fatal(err)
			}
		}
		left--
	}
}

func BenchmarkSampling784(b *testing.B) {
	drive(b, 784, func() shapley.Estimator {
		s, err := shapley.NewSampling(shapley.Game{Players: 784}, shapley.SamplingOptions{Samples: 1 << 30})
		require.NoError(b, err)
		return s
	})
}

func BenchmarkKernel784(b *testing.B) {
	k, err := shapley.NewKernel(784, shapley.KernelOptions{Coalitions: 100_000})
	require.NoError(b, err)
	drive(b, 784, func() shapley.Estimator { return k.Estimator(0, 1) })
}

func BenchmarkExact16(b *testing.B) {
	drive(b, 16, func() shapley.Estimator {
		e, err := shapley.NewExact(shapley.Game{Players: 16})
		require.NoError(b, err)
		return e
	})
}

func BenchmarkNewKernel784(b *testing.B) {
	for b.Loop() {
		_, err := shapley.NewKernel(784, shapley.KernelOptions{})
		require.NoError(b, err)
	}
}

func BenchmarkKernelResult784(b *testing.B) {
	k, err := shapley.NewKernel(784, shapley.KernelOptions{})
	require.NoError(b, err)
	e := k.Estimator(0, 1)
	for b.Loop() {
		e.Result()
	}
}
