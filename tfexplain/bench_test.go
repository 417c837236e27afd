package tfexplain_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// BenchmarkExplain is a whole call for one row of a small dense net: with results
// of its own, into given ones, and as a service would, with a context that can be
// cancelled. What they take beyond RunOnly, the bare Run of the same graph, is
// the overhead of a call.
func BenchmarkExplain(b *testing.B) {
	m, err := savedmodel.Load("../testdata/zoo/models/digits_mlp_relu", savedmodel.Options{})
	require.NoError(b, err)
	defer m.Close()
	sig, err := m.Signature("")
	require.NoError(b, err)
	in := sig.Inputs[0]
	x, err := tensor.Zeros(in.DType, append([]int{1}, in.Shape[1:]...)...)
	require.NoError(b, err)
	xs := map[string]*tensor.Tensor{in.Key: x}
	cancellable, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, method := range []tfexplain.Method{tfexplain.GradientInput{}, tfexplain.DeepLIFT{}} {
		ex, err := tfexplain.New(context.Background(), m, method, tfexplain.Options{Target: sig.Outputs[0].Key})
		require.NoError(b, err)
		defer ex.Close()
		var r tfexplain.Result
		for _, c := range []struct {
			name string
			call func() error
		}{
			{"Explain", func() error { _, err := ex.Explain(context.Background(), xs, tfexplain.Class(1)); return err }},
			{"ExplainInto", func() error { return ex.ExplainInto(context.Background(), xs, tfexplain.Class(1), &r) }},
			{"Cancellable", func() error { return ex.ExplainInto(cancellable, xs, tfexplain.Class(1), &r) }},
			{"RunOnly", tfexplain.RunOnly(ex, xs)},
		} {
			b.Run(method.Name()+"/"+c.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := c.call(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
