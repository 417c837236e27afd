package tfexplain_test

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// The values below are those of DeepExplain's own tests
// (deepexplain/tests/test_tensorflow.py at 87fb43a), at the decimal places that
// they ask for: numpy's assert_almost_equal, |want-got| < 1.5*10^-places.
func requirePlaces(t *testing.T, want, got []float64, places int, about ...any) {
	t.Helper()
	require.Len(t, got, len(want), about...)
	for i := range want {
		require.Less(t, math.Abs(want[i]-got[i]), 1.5*math.Pow10(-places), "element %d: want %v, got %v; %v", i, want, got, about)
	}
}

func loadPaper(t *testing.T, name string) *savedmodel.Model {
	t.Helper()
	m, err := savedmodel.Load(filepath.Join(zoo, "models", name), savedmodel.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

// explainOnce makes an Explainer for one call.
func explainOnce(t *testing.T, m *savedmodel.Model, method tfexplain.Method, o tfexplain.Options, xs map[string]*tensor.Tensor, ys tfexplain.Ys) *tfexplain.Result {
	t.Helper()
	ex, err := tfexplain.New(context.Background(), m, method, o)
	require.NoError(t, err)
	res, err := ex.Explain(context.Background(), xs, ys)
	require.NoError(t, err)
	require.NoError(t, ex.Close())
	return res
}

func row(v ...float64) map[string]*tensor.Tensor {
	x, err := tensor.New(v, 1, len(v))
	if err == nil {
		x, err = x.Convert(tensor.Float32)
	}
	if err != nil {
		return nil // Explain will say that the input is missing
	}
	return map[string]*tensor.Tensor{"x": x}
}

// M1: f = ReLU(ReLU(x1 - 1) - ReLU(x2)).
func TestPaperM1(t *testing.T) {
	m := loadPaper(t, "paper_m1")
	x := []float64{-10, -5, 3, 1}
	for name, c := range map[string]struct {
		method tfexplain.Method
		want   []float64
		places int
	}{
		"saliency":              {tfexplain.Saliency{}, []float64{0, 0, 1, 1}, 10},
		"grad*input":            {tfexplain.GradientInput{}, []float64{0, 0, 3, -1}, 10},
		"elrp":                  {tfexplain.EpsilonLRP{}, []float64{0, 0, 3, -1}, 3},
		"elrp, epsilon 1e-9":    {tfexplain.EpsilonLRP{Epsilon: 1e-9}, []float64{0, 0, 3, -1}, 7},
		"deeplift":              {tfexplain.DeepLIFT{}, []float64{0, 0, 2, -1}, 10},
		"deeplift, DeepExplain": {tfexplain.DeepLIFT{Rules: tfexplain.DeepExplain}, []float64{0, 0, 2, -1}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			ex, err := tfexplain.New(context.Background(), m, c.method, tfexplain.Options{BatchSize: 32})
			require.NoError(t, err)
			res, err := ex.Explain(context.Background(), map[string]*tensor.Tensor{"x": floats(t, x, 2, 2)}, nil)
			require.NoError(t, err)
			requirePlaces(t, c.want, float64s(t, res.Attributions["x"]), c.places)

			many, err := ex.Explain(context.Background(), map[string]*tensor.Tensor{"x": floats(t, slices.Repeat(x, 25), 50, 2)}, nil)
			require.NoError(t, err)
			requirePlaces(t, slices.Repeat(c.want, 25), float64s(t, many.Attributions["x"]), c.places, "50 rows, 32 at once")
			require.NoError(t, ex.Close())
		})
	}
	for _, rules := range []tfexplain.Rules{tfexplain.Complete, tfexplain.DeepExplain} {
		ex, err := tfexplain.New(context.Background(), m, tfexplain.DeepLIFT{Rules: rules}, tfexplain.Options{BaselinePerCall: true})
		require.NoError(t, err)
		xs := map[string]*tensor.Tensor{"x": floats(t, x, 2, 2)}
		res, err := ex.ExplainFrom(context.Background(), xs, xs, nil)
		require.NoError(t, err)
		requirePlaces(t, make([]float64, 4), float64s(t, res.Attributions["x"]), 5, "the baseline is x")
		require.NoError(t, ex.Close())
	}
}

// M2: f = ReLU(concat(3*X1, 2*X2)), two inputs, also of unequal width.
func TestPaperM2(t *testing.T) {
	m := loadPaper(t, "paper_m2")
	for name, method := range map[string]tfexplain.Method{
		"grad*input": tfexplain.GradientInput{}, "elrp": tfexplain.EpsilonLRP{Epsilon: 1e-9},
		"deeplift": tfexplain.DeepLIFT{}, "deeplift, DeepExplain": tfexplain.DeepLIFT{Rules: tfexplain.DeepExplain},
	} {
		t.Run(name, func(t *testing.T) {
			res := explainOnce(t, m, method, tfexplain.Options{Signature: "serving_default"},
				map[string]*tensor.Tensor{"x1": floats(t, []float64{-10, -5}, 1, 2), "x2": floats(t, []float64{3, 1}, 1, 2)}, nil)
			requirePlaces(t, []float64{0, 0}, float64s(t, res.Attributions["x1"]), 10)
			requirePlaces(t, []float64{6, 2}, float64s(t, res.Attributions["x2"]), 10)
			res = explainOnce(t, m, method, tfexplain.Options{Signature: "unequal"},
				map[string]*tensor.Tensor{"x1": floats(t, []float64{-10, -5}, 1, 2), "x2": floats(t, []float64{3}, 1, 1)}, nil)
			requirePlaces(t, []float64{0, 0}, float64s(t, res.Attributions["x1"]), 10)
			requirePlaces(t, []float64{6}, float64s(t, res.Attributions["x2"]), 10)
		})
	}
	res := explainOnce(t, m, tfexplain.Saliency{}, tfexplain.Options{Signature: "serving_default"},
		map[string]*tensor.Tensor{"x1": floats(t, []float64{-10, -5}, 1, 2), "x2": floats(t, []float64{3, 1}, 1, 2)}, nil)
	requirePlaces(t, []float64{0, 0}, float64s(t, res.Attributions["x1"]), 10)
	requirePlaces(t, []float64{2, 2}, float64s(t, res.Attributions["x2"]), 10)
}

// M3: f = min(x). The published values are Shapley values; for the methods of
// gradients what is certain is who holds the minimum.
func TestPaperM3(t *testing.T) {
	m := loadPaper(t, "paper_m3")
	x := []float64{2, -2, 4, 2}
	for name, c := range map[string]struct {
		method tfexplain.Method
		want   []float64
	}{
		"saliency":   {tfexplain.Saliency{}, []float64{0, 1, 0, 1}},
		"grad*input": {tfexplain.GradientInput{}, []float64{0, -2, 0, 2}},
		// min(4, 2) - min(0, 0) = 2: with k = min(y, y0) = 0 the whole of y-k
		// belongs to what the tied reference chose, its two entries in equal parts.
		"deeplift": {tfexplain.DeepLIFT{}, []float64{0, -2, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			res := explainOnce(t, m, c.method, tfexplain.Options{Signature: "serving_default"}, map[string]*tensor.Tensor{"x": floats(t, x, 2, 2)}, nil)
			requirePlaces(t, c.want, float64s(t, res.Attributions["x"]), 6) // small integers; the quotient of differences rounds once
			requirePlaces(t, []float64{-2, 2}, res.Target, 10)
		})
	}
}

// m4 is act(x*w1 + b1)*w2 + b2, for x = (1, 0) and ReLU (2.75, 5.5). y1 and y2
// are the net times a mask.
func m4(act string) func(n *net, x []out) []out {
	return func(n *net, x []out) []out {
		h := n.op("BiasAdd", n.op("MatMul", x[0], n.values([]int{2, 2}, 1, -1, -1, 1)), n.values([]int{2}, 1.5, -1))
		if act != "Identity" {
			h = n.op(act, h)
		}
		y := n.op("AddV2", n.op("MatMul", h, n.values([]int{2, 2}, 1.1, 1.4, -.5, 1)), n.values([]int{2}, 0, 2))
		return []out{y, n.op("Mul", y, n.values([]int{2}, 1, 0)), n.op("Mul", y, n.values([]int{2}, 0, 1))}
	}
}

// M4: explaining T*mask is explaining T with the weights ys = mask.
func TestPaperM4(t *testing.T) {
	s := newNets(t)
	acts := []string{"Relu", "Elu", "Sigmoid", "Tanh", "Softplus", "Identity"}
	for _, act := range acts {
		s.add(act, tensor.Float32, [][]int{{-1, 2}}, m4(act))
	}
	m := s.load()
	mask := func(v ...float64) tfexplain.Ys { return tfexplain.Weights(floats(t, v, 1, 2)) }
	res := explainOnce(t, m, tfexplain.Gradient{}, tfexplain.Options{Signature: "Relu", Target: "y0"}, row(1, 0), mask(1, 0))
	requirePlaces(t, []float64{2.75}, res.Target, 6) // 2.75 has float32 weights 1.1 in it
	for _, act := range acts {
		for name, method := range map[string]tfexplain.Method{
			"grad*input": tfexplain.GradientInput{}, "elrp": tfexplain.EpsilonLRP{},
			"deeplift": tfexplain.DeepLIFT{}, "deeplift, DeepExplain": tfexplain.DeepLIFT{Rules: tfexplain.DeepExplain},
		} {
			t.Run(act+"/"+name, func(t *testing.T) {
				of := func(target string, ys tfexplain.Ys) []float64 {
					res := explainOnce(t, m, method, tfexplain.Options{Signature: act, Target: target}, row(5, 3), ys)
					return float64s(t, res.Attributions["x"])
				}
				ex, err := tfexplain.New(context.Background(), m, method, tfexplain.Options{Signature: act, Target: "y0"})
				require.NoError(t, err)
				defer func() { require.NoError(t, ex.Close()) }()
				at := func(ys tfexplain.Ys) []float64 {
					res, err := ex.Explain(context.Background(), row(5, 3), ys)
					require.NoError(t, err)
					return float64s(t, res.Attributions["x"])
				}
				first, second := at(mask(1, 0)), at(mask(0, 1))
				requirePlaces(t, of("y1", nil), first, 10)
				requirePlaces(t, of("y2", nil), second, 10)
				requirePlaces(t, make([]float64, 2), at(mask(0, 0)), 10)
				sum := []float64{first[0] + second[0], first[1] + second[1]}
				requirePlaces(t, at(mask(1, 1)), sum, 5) // float32 sums of numbers up to 20
			})
		}
	}
}

// The same through the zoo's own files: the published M4 has one signature for
// each activation, and ReLU answers (2.75, 5.5) at (1, 0).
func TestPaperM4File(t *testing.T) {
	m := loadPaper(t, "paper_m4")
	res := explainOnce(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "serving_default"}, row(1, 0), tfexplain.Class(1))
	requirePlaces(t, []float64{5.5}, res.Target, 6) // float32 weights 1.4
	sum := 0.0
	for _, v := range float64s(t, res.Attributions["x"]) {
		sum += v
	}
	requirePlaces(t, []float64{res.Target[0] - res.BaselineTarget[0]}, []float64{sum}, 5) // float32
}
