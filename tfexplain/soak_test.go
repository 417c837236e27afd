package tfexplain_test

import (
	"bytes"
	"context"
	"os"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// TestSoak calls one Explainer again and again. Set TFEXPLAIN_SOAK=1 for 10,000
// calls and a check of the process's memory.
func TestSoak(t *testing.T) {
	ctx := context.Background()
	long := os.Getenv("TFEXPLAIN_SOAK") != ""
	calls := 300
	if long {
		calls = 10_000
	}
	m, err := savedmodel.Load("../testdata/digits/model", savedmodel.Options{})
	require.NoError(t, err)
	lib := m.Library()
	sig, err := m.Signature("")
	require.NoError(t, err)
	info := sig.Inputs[0]
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Target: "logits", BatchSize: 16})
	require.NoError(t, err)
	start, graph := lib.Alive(), ex.Stats().GraphOps

	pool := random(t, tensor.Float32, 1, append([]int{64}, info.Shape[1:]...)...)
	xs := make([]float64, 0, calls) // the number of a call
	rss := make([]float64, 0, calls)
	for i := range calls {
		n := 1 + (i*37)%64 // all sizes from 1 to 64, in mixed order
		x, err := pool.Rows(64-n, 64)
		require.NoError(t, err)
		ys := []tfexplain.Ys{nil, tfexplain.Class(i % 10), tfexplain.Argmax(), tfexplain.Weights(random(t, tensor.Float32, uint64(i), n, 10))}[i%4]
		if i%100 == 50 {
			require.NoError(t, ex.SetBaseline(ctx, tfexplain.Number(float64(i%3))))
		}
		res, err := ex.Explain(ctx, map[string]*tensor.Tensor{info.Key: x}, ys)
		require.NoError(t, err)
		require.Len(t, res.Target, n)
		if i%500 == 0 {
			debug.FreeOSMemory() // what Go has freed is not growth
		}
		xs, rss = append(xs, float64(i)), append(rss, residentBytes(t))
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

	warm := calls / 10
	slope := leastSquares(xs[warm:], rss[warm:])
	t.Logf("resident memory grows by %.0f bytes per call over the last %d calls; it ends at %.1f MB", slope, calls-warm, rss[calls-1]/1e6)
	if long {
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

// residentBytes is the process's resident set (proc_pid_statm(5), field 2).
func residentBytes(t *testing.T) float64 {
	t.Helper()
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("this system has no /proc/self/statm")
	}
	fields := bytes.Fields(raw)
	require.Greater(t, len(fields), 1)
	pages, err := strconv.ParseFloat(string(fields[1]), 64)
	require.NoError(t, err)
	return pages * float64(os.Getpagesize())
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
