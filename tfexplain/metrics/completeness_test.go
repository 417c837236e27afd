package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

func TestCompleteness(t *testing.T) {
	// f(x) = 3*x + 0.75, x0 = 1: f(x) - f(x0) = 3*(x - 1).
	d := metrics.Data{Inputs: tensors{"x": made(t, []float64{5, 1, -100}, 3, 1)}, Attributions: tensors{"x": made(t, []float64{12, 0.5, -300}, 3, 1)},
		Baseline: tensors{"x": made(t, []float64{1}, 1, 1)}}
	res, err := metrics.Completeness{}.Measure(t.Context(), eachRow(t, "x", linear([]float64{3})), d)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0, 0.5, 3}, res.Error, 1e-12)
	require.InDeltaSlice(t, []float64{0, 0.5 / 3.75, 3 / 299.25}, res.Relative, 1e-12)
	require.InDelta(t, 3, res.Error.Max(), 1e-12)
}
