package tfexplain_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// After Close of the model everything says so, and the Explainer has nothing left
// to free.
func TestClosedModel(t *testing.T) {
	ctx := context.Background()
	m, err := savedmodel.Load(zoo+"/models/digits_mlp_relu", savedmodel.Options{})
	require.NoError(t, err)
	x := map[string]*tensor.Tensor{"pixels": random(t, tensor.Float32, 1, 2, 64)}
	o := tfexplain.Options{Target: "logits"}
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, o)
	require.NoError(t, err)
	explain(t, ex, x, nil)
	require.NoError(t, m.Close())

	_, err = ex.Explain(ctx, x, nil)
	require.ErrorIs(t, err, savedmodel.ErrClosed)
	_, err = ex.Score(ctx, x, nil)
	require.ErrorIs(t, err, savedmodel.ErrClosed)
	require.ErrorIs(t, ex.SetBaseline(ctx, tfexplain.Number(1)), savedmodel.ErrClosed)
	_, err = tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, o)
	require.ErrorIs(t, err, savedmodel.ErrClosed)
	_, err = m.Predict(ctx, "", x)
	require.ErrorIs(t, err, savedmodel.ErrClosed)
	require.NoError(t, ex.Close())
	_, err = ex.Explain(ctx, x, nil)
	require.ErrorIs(t, err, tfexplain.ErrClosed)
}

// A baseline that no call could use is refused when it is set, and the old one
// stays, whether values at the baseline are stored or not.
func TestRefusedBaselineChangesNothing(t *testing.T) {
	ctx := context.Background()
	m := mlp(t)
	x := xOf(random(t, tensor.Float32, 1, 3, 4))
	wide := tfexplain.Values(xOf(random(t, tensor.Float32, 2, 1, 5)))
	stranger := tfexplain.Values(map[string]*tensor.Tensor{"z": random(t, tensor.Float32, 2, 1, 4)})
	for name, c := range map[string]struct {
		method tfexplain.Method
		o      tfexplain.Options
	}{
		"stored":    {tfexplain.DeepLIFT{}, tfexplain.Options{}},
		"per call":  {tfexplain.DeepLIFT{}, tfexplain.Options{BaselinePerCall: true}},
		"many rows": {tfexplain.IntegratedGradients{Steps: 3}, tfexplain.Options{}},
		"game":      {tfexplain.Occlusion{}, tfexplain.Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			ex := newExplainer(t, m, c.method, c.o)
			want := explain(t, ex, x, nil)
			var shape *tfexplain.ShapeError
			require.ErrorAs(t, ex.SetBaseline(ctx, wide), &shape)
			var input *tfexplain.InputError
			require.ErrorAs(t, ex.SetBaseline(ctx, stranger), &input)
			require.True(t, alike(want, explain(t, ex, x, nil)))

			c.o.Baseline = wide
			_, err := tfexplain.New(ctx, m, c.method, c.o)
			require.ErrorAs(t, err, &shape)
		})
	}
	_, err := tfexplain.NewFunc(bumpy(), tfexplain.Occlusion{}, tfexplain.Options{Baseline: wide})
	var shape *tfexplain.ShapeError
	require.ErrorAs(t, err, &shape)
}
