package tfexplain

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// BenchmarkOverhead is a call of one row and TF_SessionRun alone with the same feeds
// and fetches, in turn; it reports the medians, and of what the call takes beyond it.
// Command bench reads it.
func BenchmarkOverhead(b *testing.B) {
	for _, of := range []struct{ model, dir string }{
		{"digits", "../testdata/digits/model"},
		{"mlp-64-24-16-10", "../testdata/zoo/models/digits_mlp_relu"},
	} {
		m, err := savedmodel.Load(of.dir, savedmodel.Options{})
		require.NoError(b, err)
		defer m.Close()
		sig, err := m.Signature("")
		require.NoError(b, err)
		in := sig.Inputs[0]
		x, err := tensor.Zeros(in.DType, append([]int{1}, in.Shape[1:]...)...)
		require.NoError(b, err)
		xs := map[string]*tensor.Tensor{in.Key: x}
		for _, method := range []Method{GradientInput{}, DeepLIFT{}} {
			ex, err := New(context.Background(), m, method, Options{Target: "logits"})
			require.NoError(b, err)
			defer ex.Close()
			b.Run(of.model+"/"+method.Name(), func(b *testing.B) { overhead(b, ex, xs) })
		}
	}
}

func overhead(b *testing.B, ex *Explainer, xs map[string]*tensor.Tensor) {
	bare, err := ex.program.explain.Bare(1)
	require.NoError(b, err)
	defer bare.Close()
	ctx := context.Background()
	var calls, runs []float64
	since := func(start time.Time) float64 { return float64(time.Since(start)) / float64(time.Microsecond) }
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		if _, err := ex.Explain(ctx, xs, Class(1)); err != nil {
			b.Fatal(err)
		}
		calls = append(calls, since(start))
		start = time.Now()
		if err := bare.Run(); err != nil {
			b.Fatal(err)
		}
		runs = append(runs, since(start))
	}
	slices.Sort(calls)
	slices.Sort(runs)
	call, run := calls[len(calls)/2], runs[len(runs)/2]
	b.ReportMetric(call, "explain-us")
	b.ReportMetric(run, "session-us")
	b.ReportMetric(call-run, "beyond-us")
}
