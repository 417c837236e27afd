package tfexplain_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
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
	requirePlaces(t, []float64{6, 2}, float64s(t, res.Attributions["x2"]), 10)
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

// zooExplainers keeps the Explainers of a suite: cases that differ in weights
// and baselines share one.
type zooExplainers map[string]*tfexplain.Explainer

func (z zooExplainers) explain(t *testing.T, model *savedmodel.Model, name string, method tfexplain.Method, o tfexplain.Options, xs map[string]*tensor.Tensor, ys tfexplain.Ys) (*tfexplain.Result, error) {
	t.Helper()
	ctx := context.Background()
	key := fmt.Sprint(name, o.Explain)
	if z[key] == nil {
		ex, err := tfexplain.New(ctx, model, method, o)
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { require.NoError(t, ex.Close()) })
		z[key] = ex
	}
	require.NoError(t, z[key].SetBaseline(ctx, o.Baseline))
	return z[key].Explain(ctx, xs, ys)
}

// notComplete says why the gradients on the way do not add up to the
// difference, for signatures where they are not meant to.
func notComplete(signature string) string {
	switch signature {
	case "condnet/stop", "ops_unary/stop_gradient":
		return "a gradient is stopped"
	case "condnet/data_cond":
		return "the branch changes on the way"
	}
	for _, op := range []string{"sign", "floor", "ceil", "round", "cast_int", "one_hot_int", "sequence_mask", "select", "select_v2", "mod", "floormod", "floordiv"} {
		if slices.Contains([]string{"ops_unary/" + op, "ops_binary/" + op, "ops_shape/" + op}, signature) {
			return "a step"
		}
	}
	return ""
}

// smoothModels have no kinks: Gauss-Legendre leaves nothing but rounding.
var smoothModels = []string{"digits_mlp_tanh", "digits_mlp_sigmoid", "digits_mlp_softplus", "lstm_k2", "lstm_k3", "gru_k2", "bilstm_k3", "bilstm_k3_unrolled", "transformer_patches_k3", "transformer_tokens_k3"}

// The zoo's integrated gradients: DeepExplain's rule, Gauss-Legendre with as
// many nodes, and the exact integral. Those of Gauss-Legendre must add up: to
// rounding on smooth models (1e-5, as DeepLIFT's). On others a jump of the
// gradient costs at most its size times the weight of a step (pi/2 of the mean
// weight, in the middle): two of them are allowed, of what attributions there
// are.
func TestZooIntegratedGradients(t *testing.T) {
	rules := map[string]tfexplain.Quadrature{"right": tfexplain.RiemannRight, "gausslegendre": tfexplain.GaussLegendre}
	eachSuite(t, func(t *testing.T, m zooModel, s zooSuite, model *savedmodel.Model, xs map[string]*tensor.Tensor) {
		if s.Signature == "center_over_batch" {
			return // the reference differentiates through the batch; see TestCoupledRows
		}
		made := zooExplainers{}
		for i, c := range s.Cases {
			if c.Method != "integrated_gradients" {
				continue
			}
			name := c.Params["rule"].(string)
			if strings.HasPrefix(m.Model, "ops_") && name == "right" {
				continue // the points of a rule do not depend on the op
			}
			method := tfexplain.IntegratedGradients{Rule: rules[name]}
			if steps, ok := c.Params["steps"].(float64); ok {
				method.Steps = int(steps)
			} else if method.Steps, ok = exactSteps(m.Model); !ok {
				continue
			}
			o, ys := m.options(t, s, c, xs)
			o.BatchSize, o.IgnoreCustomGradients = 250, c.Params["custom_gradient"] == "ignored"
			res, err := made.explain(t, model, fmt.Sprint(method, o.IgnoreCustomGradients), method, o, xs, ys)
			if isUnsupported(err) {
				continue // TestZooGradients lists what is refused
			}
			require.NoError(t, err, "case %d", i)
			for key, file := range c.Expected {
				requireClose(t, m.read(t, file), res.Attributions[explainedKey(t, xs, key)], c.Rtol, c.Atol)
			}
			if name != "gausslegendre" || notComplete(m.Model+"/"+s.Signature) != "" || c.Params["custom_gradient"] == "applied" || len(c.Expected) < explainedFloats(xs) {
				continue
			}
			absolute := absolutes(t, res)
			for row, delta := range res.Delta {
				size := max(1, math.Abs(res.Target[row]), math.Abs(res.BaselineTarget[row]))
				bound := 1e-5 * size
				if !slices.Contains(smoothModels, m.Model) {
					bound = 2 * math.Pi / 2 / float64(method.Steps) * max(size, absolute[row])
				}
				if !math.IsInf(size, 0) && !math.IsNaN(size) {
					require.LessOrEqual(t, math.Abs(delta), bound, "row %d of case %d: f %v, f(x0) %v", row, i, res.Target[row], res.BaselineTarget[row])
				}
			}
		}
	})
}

// absolutes are the sums of each row's absolute attributions.
func absolutes(t *testing.T, res *tfexplain.Result) []float64 {
	t.Helper()
	sums := make([]float64, len(res.Target))
	for _, a := range res.Attributions {
		values := float64s(t, a)
		for i, v := range values {
			sums[i*len(sums)/len(values)] += math.Abs(v)
		}
	}
	return sums
}

// explainedFloats is how many inputs must be explained for their attributions
// to add up.
func explainedFloats(xs map[string]*tensor.Tensor) int {
	n := 0
	for _, x := range xs {
		if x.DType().IsFloat() && len(x.Shape()) > 0 {
			n++
		}
	}
	return n
}
