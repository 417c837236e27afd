package tfexplain_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// The gradient of a linear model is the same everywhere: its mean over noisy
// copies is itself, its variance 0. DeepLIFT there is w*(x + noise - x0), whose
// mean and variance show the noise.
func TestSmoothGradOfLinear(t *testing.T) {
	s := newNets(t)
	s.one("linear", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out { return n.op("MatMul", x[0], n.weights(1, 4, 2)) })
	m := s.load()
	x := random(t, tensor.Float32, 2, 3, 4)
	of := func(method tfexplain.Method) *tfexplain.Result {
		return explain(t, newExplainer(t, m, method, tfexplain.Options{}), xOf(x), tfexplain.Class(1))
	}
	gradient := of(tfexplain.Gradient{})
	smooth := of(tfexplain.SmoothGrad{})
	requireNear(t, float64s(t, gradient.Attributions["x"]), float64s(t, smooth.Attributions["x"]), 1e-7) // the mean of equal numbers
	require.Equal(t, gradient.Target, smooth.Target)
	require.Equal(t, make([]float64, 12), float64s(t, of(tfexplain.VarGrad{}).Attributions["x"]))

	const samples, share = 4000, .3
	plain := of(tfexplain.DeepLIFT{})
	mean := of(tfexplain.SmoothGrad{Method: tfexplain.DeepLIFT{}, Samples: samples, Noise: share})
	variance := of(tfexplain.VarGrad{Method: tfexplain.DeepLIFT{}, Samples: samples, Noise: share, Seed: 9})
	require.Nil(t, variance.Delta, "nothing is conserved")
	require.Len(t, mean.Delta, 3)
	requireNear(t, plain.Target, mean.Target, 1e-6)
	requireNear(t, plain.BaselineTarget, mean.BaselineTarget, 1e-6)
	w, v := float64s(t, gradient.Attributions["x"]), float64s(t, x)
	for i := range w {
		row := v[i/4*4 : i/4*4+4]
		least, most := row[0], row[0]
		for _, e := range row {
			least, most = min(least, e), max(most, e)
		}
		sigma := share * (most - least) * math.Abs(w[i])
		require.InDelta(t, float64s(t, plain.Attributions["x"])[i], float64s(t, mean.Attributions["x"])[i], 4*sigma/math.Sqrt(samples)) // 4 standard errors
		require.InDelta(t, sigma*sigma, float64s(t, variance.Attributions["x"])[i], 4*sigma*sigma*math.Sqrt(2./samples))                // of a variance
	}
}

// Noise that float32 does not see leaves the method itself; the answer that
// Argmax chooses is that of the sample without noise; seeds are kept.
func TestSmoothGrad(t *testing.T) {
	m := mlp(t)
	x := xOf(random(t, tensor.Float32, 1, 6, 4))
	of := func(method tfexplain.Method, o tfexplain.Options) *tfexplain.Result {
		return explain(t, newExplainer(t, m, method, o), x, tfexplain.Argmax())
	}
	for _, method := range []tfexplain.Method{tfexplain.Gradient{}, tfexplain.Saliency{}, tfexplain.GradientInput{}, tfexplain.EpsilonLRP{}, tfexplain.DeepLIFT{}} {
		o := tfexplain.Options{}
		if method.Name() == "deeplift" {
			o.Baseline = tfexplain.Values(xOf(random(t, tensor.Float32, 2, 3, 4)))
		}
		plain, smooth := of(method, o), of(tfexplain.SmoothGrad{Method: method, Noise: 1e-9, Samples: 3}, o)
		requireNear(t, float64s(t, plain.Attributions["x"]), float64s(t, smooth.Attributions["x"]), 1e-6, method.Name())
		require.Equal(t, plain.Classes, smooth.Classes)
		requireNear(t, plain.Target, smooth.Target, 1e-6)
		require.Equal(t, plain.BaselineTarget == nil, smooth.BaselineTarget == nil)
	}
	seed := func(s uint64) *tfexplain.Result { return of(tfexplain.SmoothGrad{Seed: s}, tfexplain.Options{}) }
	require.True(t, alike(seed(1), seed(1)))
	require.False(t, alike(seed(1), seed(2)))
	variance := of(tfexplain.VarGrad{}, tfexplain.Options{})
	for _, v := range float64s(t, variance.Attributions["x"]) {
		require.Positive(t, v)
	}
	ex := newExplainer(t, m, tfexplain.SmoothGrad{Samples: 10}, tfexplain.Options{})
	explain(t, ex, x, nil)
	require.EqualValues(t, 6*11, ex.Stats().Rows)
}

// Noise is for numbers.
func TestSmoothGradOfIds(t *testing.T) {
	m, _ := zooX(t, "transformer_tokens_k3")
	_, err := tfexplain.New(t.Context(), m, tfexplain.SmoothGrad{}, tfexplain.Options{Target: "logits"})
	requireTyped(t, err, "noise cannot be added to int32")
}

// What stops a method stops its mean as well, by the same error.
func TestSmoothGradOfChoices(t *testing.T) {
	s := newNets(t)
	s.one("masked", tensor.Float32, [][]int{{-1, 3}}, func(n *net, x []out) out {
		where := n.op("Where", n.op("Greater", x[0], n.Scalar(n.dtype, 0)))
		return n.Op("ScatterNd", []out{where, n.op("GatherNd", n.op("Square", x[0]), where), n.Op("Shape", []out{x[0]}, graphops.Type("out_type", tensor.Int64))})
	})
	ex := newExplainer(t, s.load(), tfexplain.SmoothGrad{Method: tfexplain.DeepLIFT{}}, tfexplain.Options{Baseline: tfexplain.Values(xOf(floats(t, []float64{1, 5, 1}, 1, 3)))})
	_, err := ex.Explain(t.Context(), xOf(floats(t, []float64{2, -1, 3}, 1, 3)), nil)
	var choice *tfexplain.ChoiceError
	require.ErrorAs(t, err, &choice)
}
