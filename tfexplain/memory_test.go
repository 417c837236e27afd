package tfexplain_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// watched is a function that notes the most rows it was given at once and, now
// and then, the most memory that is alive.
type watched struct {
	tfexplain.Func
	rows, most, asked int
	heap              uint64
}

func watch(f tfexplain.Func, every int) *watched {
	w := &watched{Func: f}
	w.Predict = func(ctx context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
		rows := xs["x"].Shape()[0]
		w.rows, w.most = w.rows+rows, max(w.most, rows)
		if w.asked++; w.asked%every == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			w.heap = max(w.heap, m.HeapAlloc)
		}
		return f.Predict(ctx, xs)
	}
	return w
}

// The memory of Shapley sampling does not grow with the number of samples: 64
// rows of 784 features, 2 permutations and 6.
func TestShapleySamplingMemory(t *testing.T) {
	const rows, features, size = 64, 784, 256
	x := xOf(random(t, tensor.Float32, 1, rows, features))
	peak := func(samples int) *watched {
		w := watch(answering(features, func(x []float32) []float64 { return []float64{float64(x[0]*x[783] + x[5])} }), 20*samples)
		ex := newFunc(t, w.Func, tfexplain.ShapleySampling{Samples: samples}, tfexplain.Options{BatchSize: size})
		res := explain(t, ex, x, nil)
		require.EqualValues(t, rows*samples*(features-1), ex.Stats().Rows)
		require.Equal(t, size, w.most)
		require.Greater(t, w.asked/(20*samples), 5, "looked at often enough")
		require.Len(t, res.Players, rows)
		return w
	}
	few, many := peak(2), peak(6)
	t.Logf("%d rows: %.2f MB alive at most; %d rows: %.2f MB", few.rows, float64(few.heap)/1e6, many.rows, float64(many.heap)/1e6)
	// Less than one Run's rows (256*784*4 bytes): nothing is kept of them.
	require.Less(t, many.heap, few.heap+size*features*4)
}

// Occlusion of images never holds more rows than BatchSize, however many
// windows there are.
func TestOcclusionMemory(t *testing.T) {
	const size = 8
	f := tfexplain.Func{
		Inputs: []tfexplain.Input{{Key: "x", DType: tensor.Float32, Shape: []int{-1, 224, 224, 3}}},
		Predict: func(_ context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
			x, err := tensor.Data[float32](xs["x"])
			if err != nil {
				return nil, err
			}
			rows := xs["x"].Shape()[0]
			sums := make([]float64, rows)
			for n := range sums {
				for i := n * len(x) / rows; i < (n+1)*len(x)/rows; i += 997 {
					sums[n] += float64(x[i])
				}
			}
			return tensor.New(sums, rows)
		},
	}
	w := watch(f, 10)
	ex := newFunc(t, w.Func, tfexplain.Occlusion{Window: []int{32, 32}, Stride: []int{16}}, tfexplain.Options{BatchSize: size})
	images := xOf(random(t, tensor.Float32, 1, 2, 224, 224, 3))
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	res := explain(t, ex, images, nil)
	require.Equal(t, size, w.most)
	require.EqualValues(t, 2*13*13, ex.Stats().Rows)
	require.Equal(t, []int{2, 224, 224, 3}, res.Attributions["x"].Shape())
	const row = 224 * 224 * 3
	// The rows of a Run, each image's heat in float64 and the result, once while
	// it is made and once as it is given.
	limit := before.HeapAlloc + size*row*4 + 2*row*8 + 2*row*8 + 2*row*4 + 1<<20
	require.Less(t, w.heap, limit)
}
