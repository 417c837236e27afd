package soak

import (
	"context"
	"flag"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// manyCalls is from where the growth by call is told from noise.
const manyCalls = 10_000

var calls = flag.Int("calls", 300, "how often TestCalls calls; from 10000 the growth of memory is judged")

// TestCalls calls one Explainer again and again, from one goroutine: what a call
// leaves behind is seen more sharply than where many go on at once.
func TestCalls(t *testing.T) {
	ctx := context.Background()
	m, err := savedmodel.Load("../testdata/digits/model", savedmodel.Options{})
	require.NoError(t, err)
	lib := m.Library()
	sig, err := m.Signature("")
	require.NoError(t, err)
	info := sig.Inputs[0]
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits", BatchSize: 16})
	require.NoError(t, err)
	start, graph := lib.Alive(), ex.Stats().GraphOps

	r := rand.New(rand.NewPCG(1, 7))
	pool := normal(t, r, append([]int{64}, info.Shape[1:]...)...)
	var xs, rss []float64 // the number of a call, and what was resident after it
	for i := range *calls {
		n := 1 + (i*37)%64 // all sizes from 1 to 64, in mixed order
		x, err := pool.Rows(64-n, 64)
		require.NoError(t, err)
		ys := []tfexplain.Ys{nil, tfexplain.Class(i % 10), tfexplain.Argmax(), tfexplain.Weights(normal(t, r, n, 10))}[i%4]
		if i%100 == 50 {
			require.NoError(t, ex.SetBaseline(ctx, tfexplain.Number(float64(i%3))))
		}
		res, err := ex.Explain(ctx, tensors{info.Key: x}, ys)
		require.NoError(t, err)
		require.Len(t, res.Target, n)
		if i%25 == 0 {
			now, err := look(lib, 0)
			require.NoError(t, err)
			xs, rss = append(xs, float64(i)), append(rss, now.resident)
		}
	}
	require.Equal(t, graph, ex.Stats().GraphOps)
	require.Equal(t, graph, m.Graph().Len())
	end := lib.Alive()
	require.Equal(t, start.Tensors, end.Tensors)
	require.Equal(t, start.Graphs, end.Graphs)
	require.Equal(t, start.Sessions, end.Sessions)
	require.Equal(t, start.Buffers, end.Buffers)
	require.Equal(t, start.Statuses, end.Statuses)
	require.Zero(t, end.Calls)

	warm := len(xs) / 10
	slope := leastSquares(xs[warm:], rss[warm:])
	t.Logf("resident memory grows by %.0f bytes per call over the last nine tenths of %d calls; it ends at %.1f MB", slope, *calls, rss[len(rss)-1]/1e6)
	if *calls >= manyCalls {
		require.Less(t, slope, 1000.0, "bytes per call")
	}
	require.NoError(t, ex.Close())
	require.NoError(t, m.Close())
	closed := lib.Alive()
	require.Equal(t, start.Graphs-1, closed.Graphs)
	require.Equal(t, start.Sessions-1, closed.Sessions)
	require.Zero(t, closed.Tensors)
	require.Zero(t, closed.TensorBytes)
}

// normal is a tensor of normal numbers.
func normal(t *testing.T, r *rand.Rand, shape ...int) *tensor.Tensor {
	t.Helper()
	n, err := tensor.Count(shape)
	require.NoError(t, err)
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	x, err := tensor.New(v, shape...)
	require.NoError(t, err)
	return x
}

// leastSquares is the slope of the line through the points.
func leastSquares(x, y []float64) float64 {
	var mx, my float64
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(x))
	}
	var xy, xx float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
	}
	return xy / xx
}
