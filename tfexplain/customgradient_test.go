package tfexplain_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Results say which gradient was taken; the numbers are those of the zoo.
func TestCustomGradientsAreReported(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		model, signature, target, input string
		shape                           []int
	}{
		{"condnet", "custom", "y", "x", []int{2, 4}},
		{"mobilenet_k3", "", "logits", "image", nil},
	} {
		m, err := savedmodel.Load(filepath.Join(zoo, "models", c.model), savedmodel.Options{})
		require.NoError(t, err)
		sig, err := m.Signature(c.signature)
		require.NoError(t, err)
		if c.shape == nil {
			c.shape = append([]int{2}, sig.Inputs[0].Shape[1:]...)
			c.target, c.input = sig.Outputs[0].Key, sig.Inputs[0].Key
		}
		xs := map[string]*tensor.Tensor{c.input: random(t, tensor.Float32, 1, c.shape...)}
		for _, w := range []struct {
			method  tfexplain.Method
			ignore  bool
			applied bool
		}{
			{tfexplain.Gradient{}, false, true}, {tfexplain.GradientInput{}, true, false},
			{tfexplain.DeepLIFT{}, false, false}, {tfexplain.EpsilonLRP{}, false, false},
		} {
			o := tfexplain.Options{Signature: c.signature, Target: c.target, IgnoreCustomGradients: w.ignore}
			report, err := tfexplain.Inspect(m, w.method, o)
			require.NoError(t, err)
			require.NotEmpty(t, report.CustomGradients)
			ex, err := tfexplain.New(ctx, m, w.method, o)
			require.NoError(t, err)
			res, err := ex.Explain(ctx, xs, nil)
			require.NoError(t, err)
			require.Equal(t, report.CustomGradients, res.CustomGradients)
			for _, g := range res.CustomGradients {
				require.Equal(t, w.applied, g.Applied, "%s %+v", w.method.Name(), g)
				require.Equal(t, w.applied, g.Reason == "")
			}
			require.NoError(t, ex.Close())
		}
		// One step at the end of the way is the gradient there times the difference.
		for _, ignore := range []bool{false, true} {
			o := tfexplain.Options{Signature: c.signature, Target: c.target, IgnoreCustomGradients: ignore}
			want := explainOnce(t, m, tfexplain.GradientInput{}, o, xs, nil)
			got := explainOnce(t, m, tfexplain.IntegratedGradients{Steps: 1, Rule: tfexplain.RiemannRight}, o, xs, nil)
			require.Equal(t, want.CustomGradients, got.CustomGradients)
			requireNear(t, float64s(t, want.Attributions[c.input]), float64s(t, got.Attributions[c.input]), 1e-5) // rounding of another order of ops
		}
		require.NoError(t, m.Close())
	}
}
