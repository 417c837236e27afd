package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// A model that was exported for four rows gets four, the first of them again,
// and inputs without rows as they are.
func TestWholeBatches(t *testing.T) {
	shared := ramp(t, 3)
	in := &inputs{values: map[string]*tensor.Tensor{"x": ramp(t, 5, 2), "shared": shared}, fixedRows: 4}
	j := &judge{e: &evaluation{plan: &plan{in: in}}}
	xs := ramp(t, 2, 2)
	all, filled, err := j.whole(map[string]*tensor.Tensor{"x": xs}, []int{3, 1})
	require.NoError(t, err)
	require.Equal(t, []int{3, 1, 3, 3}, filled)
	v := floats(t, xs)
	require.Equal(t, append(append(append([]float64{}, v...), v[:2]...), v[:2]...), floats(t, all["x"]))
	require.Same(t, shared, all["shared"])

	in.fixedRows = 0
	all, filled, err = j.whole(map[string]*tensor.Tensor{"x": xs}, []int{3, 1})
	require.NoError(t, err)
	require.Equal(t, []int{3, 1}, filled)
	require.Same(t, xs, all["x"])
}
