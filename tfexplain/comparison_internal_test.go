package tfexplain

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Where neither the new values nor the old ones can be stored, calls say so until a
// baseline is stored again.
func TestLostBaseline(t *testing.T) {
	ctx := context.Background()
	const dir = "../testdata/zoo/models/paper_m1"
	explainer := func() (*savedmodel.Model, *Explainer) {
		m, err := savedmodel.Load(dir, savedmodel.Options{})
		require.NoError(t, err)
		ex, err := New(ctx, m, DeepLIFT{}, Options{})
		require.NoError(t, err)
		return m, ex
	}
	m, ex := explainer()
	defer m.Close()
	defer ex.Close()
	x, err := tensor.New([]float32{3, 1}, 1, 2)
	require.NoError(t, err)
	xs := map[string]*tensor.Tensor{"x": x}
	want, err := ex.Explain(ctx, xs, nil)
	require.NoError(t, err)

	closed, other := explainer()
	require.NoError(t, closed.Close())
	works := ex.program.write
	ex.program.write = other.program.write // which fails
	require.ErrorIs(t, ex.SetBaseline(ctx, Number(1)), savedmodel.ErrClosed)
	for range 2 {
		_, err = ex.Explain(ctx, xs, nil)
		require.ErrorContains(t, err, "are lost, set one anew")
		require.ErrorIs(t, err, savedmodel.ErrClosed)
	}
	ex.program.write = works
	require.NoError(t, ex.SetBaseline(ctx, Zeros()))
	got, err := ex.Explain(ctx, xs, nil)
	require.NoError(t, err)
	require.Equal(t, want, got)
}
