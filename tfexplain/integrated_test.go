package tfexplain_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

var deepExplainIG = tfexplain.IntegratedGradients{Rule: tfexplain.RiemannRight, Steps: 100}

// DeepExplain's own tests of integrated gradients, at their decimal places. In
// M1 a kink lies exactly at alpha = 1/2, where 1.5 comes out only if the steps
// hit it exactly.
func TestPaperIntegratedGradients(t *testing.T) {
	m1 := loadPaper(t, "paper_m1")
	for _, steps := range []int{100, 500} {
		for _, batch := range []int{0, 1, 7, 1000} {
			res := explainOnce(t, m1, tfexplain.IntegratedGradients{Rule: tfexplain.RiemannRight, Steps: steps}, tfexplain.Options{BatchSize: batch},
				map[string]*tensor.Tensor{"x": floats(t, []float64{-10, -5, 3, 1}, 2, 2)}, nil)
			requirePlaces(t, []float64{0, 0, 1.5, -.5}, float64s(t, res.Attributions["x"]), 10)
		}
	}
	base := tfexplain.Values(map[string]*tensor.Tensor{"x": floats(t, []float64{1, 0}, 2)})
	res := explainOnce(t, m1, deepExplainIG, tfexplain.Options{Baseline: base}, map[string]*tensor.Tensor{"x": floats(t, []float64{2, 0, 3, 0}, 2, 2)}, nil)
	requirePlaces(t, []float64{1, 0, 2, 0}, float64s(t, res.Attributions["x"]), 10)

	m2 := loadPaper(t, "paper_m2")
	res = explainOnce(t, m2, deepExplainIG, tfexplain.Options{Signature: "serving_default"},
		map[string]*tensor.Tensor{"x1": floats(t, []float64{-10, -5}, 1, 2), "x2": floats(t, []float64{3, 1}, 1, 2)}, nil)
	requirePlaces(t, []float64{0, 0}, float64s(t, res.Attributions["x1"]), 10)
	requirePlaces(t, []float64{6, 2}, float64s(t, res.Attributions["x2"]), 5) // the sum of 100 gradients in float32
}

// exactSteps is the number of Gauss-Legendre steps that comes within the
// reference's tolerance of the exact integral. The nets behind convolutions have
// so many kinks that it would take minutes; their 200-step references are
// checked like all others.
func exactSteps(model string) (steps int, ok bool) {
	switch model {
	case "digits_cnn", "digits_cnn_k2", "dna_conv1d", "dna_conv1d_k2", "unet":
		return 0, false
	}
	return 4000, true
}

// The zoo's integrated gradients: DeepExplain's rule, Gauss-Legendre with as
// many nodes, and the exact integral.
func TestZooIntegratedGradients(t *testing.T) {
	ctx := context.Background()
	rules := map[string]tfexplain.Quadrature{"right": tfexplain.RiemannRight, "gausslegendre": tfexplain.GaussLegendre}
	eachSuite(t, func(t *testing.T, m zooModel, s zooSuite, model *savedmodel.Model, xs map[string]*tensor.Tensor) {
		for i, c := range s.Cases {
			if c.Method != "integrated_gradients" || c.Params["custom_gradient"] == "applied" {
				continue
			}
			name := c.Params["rule"].(string)
			method := tfexplain.IntegratedGradients{Rule: rules[name]}
			if steps, ok := c.Params["steps"].(float64); ok {
				method.Steps = int(steps)
			} else if method.Steps, ok = exactSteps(m.Model); !ok {
				continue
			}
			o, ys := m.options(t, s, c, xs)
			o.BatchSize = 250
			ex, err := tfexplain.New(ctx, model, method, o)
			if isUnsupported(err) {
				continue // TestZooGradients lists what is refused
			}
			require.NoError(t, err)
			res, err := ex.Explain(ctx, xs, ys)
			require.NoError(t, err, "case %d", i)
			for key, file := range c.Expected {
				requireClose(t, m.read(t, file), res.Attributions[explainedKey(t, xs, key)], c.Rtol, c.Atol)
			}
			require.NoError(t, ex.Close())
		}
	})
}
