package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// A model that was exported for four rows gets four, the first of them again,
// and inputs without rows as they are.
func TestJudgeFills(t *testing.T) {
	shared := ramp(t, 3)
	in := &inputs{values: map[string]*tensor.Tensor{"x": ramp(t, 5, 2), "shared": shared}, fixedRows: 4}
	j := &judge{e: &evaluation{plan: &plan{in: in}}}
	xs := map[string]*tensor.Tensor{"x": ramp(t, 2, 2)}
	filled, of, err := j.fill(xs, []int{3, 1})
	require.NoError(t, err)
	require.Equal(t, []int{3, 1, 3, 3}, of)
	v := floats(t, xs["x"])
	require.Equal(t, append(append(append([]float64{}, v...), v[:2]...), v[:2]...), floats(t, filled["x"]))
	require.Same(t, shared, j.withShared(filled)["shared"])
	require.Same(t, filled["x"], j.withShared(filled)["x"])

	in.fixedRows = 0
	same, of, err := j.fill(xs, []int{3, 1})
	require.NoError(t, err)
	require.Equal(t, []int{3, 1}, of)
	require.Same(t, xs["x"], same["x"])
}

// A size is one column, also where it is the smallest and the largest.
func TestSensitivityNColumns(t *testing.T) {
	one := metrics.SensitivityNResult{Sizes: []int{1}, R: []metrics.PerRow{{0.5, 1}}}
	require.Equal(t, []string{"r(n=1)"}, ofSensitivityN(&one).heads)
	require.Equal(t, []float64{0.75}, ofSensitivityN(&one).cells)
	two := metrics.SensitivityNResult{Sizes: []int{1, 2}, R: []metrics.PerRow{{0.5}, {1}}}
	require.Equal(t, []string{"r(n=1)", "r(n=2)", "r(all n)"}, ofSensitivityN(&two).heads)
	require.Equal(t, []float64{0.5, 1, 0.75}, ofSensitivityN(&two).cells)
}

func TestGivesSlopes(t *testing.T) {
	for _, m := range []tfexplain.Method{tfexplain.Gradient{}, tfexplain.Saliency{}, tfexplain.SmoothGrad{}, tfexplain.VarGrad{}, tfexplain.SmoothGrad{Method: tfexplain.Saliency{}}} {
		require.True(t, givesSlopes(m), m.Name())
	}
	for _, m := range []tfexplain.Method{tfexplain.GradientInput{}, tfexplain.DeepLIFT{}, tfexplain.Occlusion{}, tfexplain.SmoothGrad{Method: tfexplain.GradientInput{}}} {
		require.False(t, givesSlopes(m), m.Name())
	}
}
