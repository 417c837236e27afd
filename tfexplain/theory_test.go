package tfexplain_test

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// zooX is the first suite of a model of the zoo: the model and its inputs.
func zooX(t *testing.T, name string) (*savedmodel.Model, map[string]*tensor.Tensor) {
	t.Helper()
	for _, m := range zooModels(t) {
		if filepath.Base(m.Model) == name {
			model := m.load(t, m.Suites[0].Tag)
			sig, err := model.Signature(m.Suites[0].Signature)
			require.NoError(t, err)
			return model, m.inputs(t, sig, m.Suites[0])
		}
	}
	require.FailNow(t, "the zoo has no "+name)
	return nil, nil
}

// attribute is explainOnce for a net with one input.
func attribute(t *testing.T, m *savedmodel.Model, method tfexplain.Method, o tfexplain.Options, x *tensor.Tensor, ys tfexplain.Ys) []float64 {
	t.Helper()
	res := explainOnce(t, m, method, o, map[string]*tensor.Tensor{"x": x}, ys)
	return float64s(t, res.Attributions["x"])
}

// Ancona et al. 2018 (arXiv:1711.06104), proposition 1: with ReLU as the only
// nonlinearity epsilon-LRP becomes gradient*input as epsilon goes to 0.
func TestLRPBecomesGradientInput(t *testing.T) {
	for name, key := range map[string]string{"digits_mlp_relu": "pixels", "digits_cnn": "image"} {
		t.Run(name, func(t *testing.T) {
			m, xs := zooX(t, name)
			o := tfexplain.Options{Target: "logits"}
			want := float64s(t, explainOnce(t, m, tfexplain.GradientInput{}, o, xs, tfexplain.Argmax()).Attributions[key])
			last := math.Inf(1)
			for _, epsilon := range []float64{1e-1, 1e-3, 1e-9} {
				got := float64s(t, explainOnce(t, m, tfexplain.EpsilonLRP{Epsilon: epsilon}, o, xs, tfexplain.Argmax()).Attributions[key])
				worst := 0.0
				for i := range want {
					worst = max(worst, math.Abs(want[i]-got[i]))
				}
				require.Less(t, worst, last, "a smaller epsilon comes closer")
				last = worst
			}
			require.Less(t, last, 2e-6*largest(want)) // 1e-9 is nothing to a float32 z; a few roundings are left
		})
	}
}

// Proposition 2: without biases, and with f(0) = 0, epsilon-LRP is DeepLIFT
// with the baseline zero.
func TestLRPIsDeepLIFTWithoutBias(t *testing.T) {
	s := newNets(t)
	acts := []string{"Relu", "Tanh", "Elu"}
	for _, act := range acts {
		s.one(act, tensor.Float32, [][]int{{-1, 5}}, func(n *net, x []out) out {
			h := n.op(act, n.op("MatMul", x[0], n.weights(1, 5, 6)))
			return n.op("MatMul", n.op(act, n.op("MatMul", h, n.weights(2, 6, 4))), n.weights(3, 4, 3))
		})
	}
	m := s.load()
	x := random(t, tensor.Float32, 4, 9, 5)
	for _, act := range acts {
		o := tfexplain.Options{Signature: act}
		want := attribute(t, m, tfexplain.EpsilonLRP{Epsilon: 1e-9}, o, x, tfexplain.Class(2))
		for _, rules := range []tfexplain.Rules{tfexplain.Complete, tfexplain.DeepExplain} {
			requireNear(t, want, attribute(t, m, tfexplain.DeepLIFT{Rules: rules}, o, x, tfexplain.Class(2)), 2e-6, act) // float32, three layers
		}
		// Relevance by the rule itself is the same thing: R = x * multiplier.
		requireNear(t, want, attribute(t, m, tfexplain.EpsilonLRP{Epsilon: 1e-9, Canonical: true}, o, x, tfexplain.Class(2)), 2e-5, act) // quotients of small z
	}
}

// On a linear model all methods are one.
func TestLinearModels(t *testing.T) {
	s := newNets(t)
	s.one("dense", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out {
		return n.op("MatMul", n.op("MatMul", x[0], n.weights(1, 4, 6)), n.weights(2, 6, 3))
	})
	s.one("conv", tensor.Float32, [][]int{{-1, 6, 6, 2}}, func(n *net, x []out) out {
		h := n.conv(x[0], n.weights(3, 3, 3, 2, 4), "SAME", 1)
		h = n.pool("AvgPool", h, 2, 2, "VALID")
		return n.op("MatMul", n.op("Reshape", h, n.IntVector(-1, 36)), n.weights(4, 36, 3))
	})
	s.one("bias", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out {
		return n.op("BiasAdd", n.op("MatMul", x[0], n.weights(1, 4, 3)), n.weights(2, 3))
	})
	m := s.load()
	for name, x := range map[string]*tensor.Tensor{
		"dense": random(t, tensor.Float32, 5, 7, 4), "conv": random(t, tensor.Float32, 6, 3, 6, 6, 2), "bias": random(t, tensor.Float32, 7, 7, 4),
	} {
		o := tfexplain.Options{Signature: name}
		want := attribute(t, m, tfexplain.GradientInput{}, o, x, tfexplain.Class(1))
		requireNear(t, want, attribute(t, m, tfexplain.EpsilonLRP{}, o, x, tfexplain.Class(1)), 1e-6, name)                           // the same graph
		requireNear(t, want, attribute(t, m, tfexplain.DeepLIFT{}, o, x, tfexplain.Class(1)), 1e-6, name)                             // the same graph
		requireNear(t, want, attribute(t, m, tfexplain.DeepLIFT{Rules: tfexplain.DeepExplain}, o, x, tfexplain.Class(1)), 1e-6, name) // the same graph
		canonical := tfexplain.EpsilonLRP{Canonical: true, Bias: tfexplain.Ignore, Epsilon: 1e-12}
		if name != "bias" { // T includes the bias, gradient*input does not
			requireNear(t, want, attribute(t, m, canonical, o, x, tfexplain.Class(1)), 2e-5, name) // divides by a z and multiplies by it again, in float32
		}
	}
}

// An input that equals its baseline contributed nothing, whatever the model.
func TestBaselineIsX(t *testing.T) {
	for name, target := range map[string]string{"digits_mlp_softplus": "probs", "digits_cnn": "probs"} {
		m, xs := zooX(t, name)
		for _, rules := range []tfexplain.Rules{tfexplain.Complete, tfexplain.DeepExplain} {
			ex, err := tfexplain.New(context.Background(), m, tfexplain.DeepLIFT{Rules: rules}, tfexplain.Options{Target: target, BaselinePerCall: true})
			require.NoError(t, err)
			res, err := ex.ExplainFrom(context.Background(), xs, xs, tfexplain.Argmax())
			require.NoError(t, err)
			for key, a := range res.Attributions {
				require.Zero(t, largest(float64s(t, a)), "%s %s", name, key)
			}
			require.Zero(t, largest(res.Delta))
			require.NoError(t, ex.Close())
		}
	}
}

func linearInYs() map[string]tfexplain.Method {
	return map[string]tfexplain.Method{
		"gradient": tfexplain.Gradient{}, "grad*input": tfexplain.GradientInput{},
		"elrp": tfexplain.EpsilonLRP{}, "elrp canonical": tfexplain.EpsilonLRP{Canonical: true, Bias: tfexplain.Distribute},
		"deeplift": tfexplain.DeepLIFT{}, "deeplift DeepExplain": tfexplain.DeepLIFT{Rules: tfexplain.DeepExplain},
	}
}

// Attributions are linear in the weights, follow the rows when those are
// permuted, and a row does not see its batch mates.
func TestRowsAndWeights(t *testing.T) {
	m, xs := zooX(t, "digits_mlp_tanh")
	x := xs["pixels"]
	x = floats(t, randomValues(3, 5, 64), 5, 64)
	n := 5
	for name, method := range linearInYs() {
		t.Run(name, func(t *testing.T) {
			ex, err := tfexplain.New(context.Background(), m, method, tfexplain.Options{Target: "logits"})
			require.NoError(t, err)
			defer func() { require.NoError(t, ex.Close()) }()
			at := func(x *tensor.Tensor, ys tfexplain.Ys) []float64 {
				res, err := ex.Explain(context.Background(), map[string]*tensor.Tensor{"pixels": x}, ys)
				require.NoError(t, err)
				return float64s(t, res.Attributions["pixels"])
			}
			u, v := randomValues(1, n, 10), randomValues(2, n, 10)
			w := make([]float64, len(u))
			for i := range w {
				w[i] = 2*u[i] - 3*v[i]
			}
			a, b := at(x, tfexplain.Weights(floats(t, u, n, 10))), at(x, tfexplain.Weights(floats(t, v, n, 10)))
			want := make([]float64, len(a))
			for i := range want {
				want[i] = 2*a[i] - 3*b[i]
			}
			requireNear(t, want, at(x, tfexplain.Weights(floats(t, w, n, 10))), 5e-6, "linear in ys") // float32, with cancellation of the two

			order := make([]int, n)
			for i := range order {
				order[i] = (3*i + 1) % n // a permutation: 3 and 5 have no common factor
			}
			mixed, err := x.Take(order)
			require.NoError(t, err)
			size := x.Len() / n
			straight, permuted := at(x, tfexplain.Class(4)), at(mixed, tfexplain.Class(4))
			for i, k := range order {
				requireNear(t, straight[k*size:(k+1)*size], permuted[i*size:(i+1)*size], 1e-6, "row", k) // Eigen may block rows differently
			}
			alone, err := x.Rows(2, 3)
			require.NoError(t, err)
			requireNear(t, straight[2*size:3*size], at(alone, tfexplain.Class(4)), 5e-6, "alone") // a product of one row sums in another order
		})
	}
}

// Canonical epsilon-LRP hands back the whole answer when no bias keeps a share.
func TestLRPConservation(t *testing.T) {
	for name, target := range map[string]string{"digits_mlp_relu": "logits", "digits_mlp_sigmoid": "logits", "digits_cnn": "logits", "dna_conv1d": "y", "resnet_k2": "", "resnet_k3": "logits"} {
		t.Run(name, func(t *testing.T) {
			m, xs := zooX(t, name)
			if target == "" {
				sig, err := m.Signature("")
				require.NoError(t, err)
				target = sig.Outputs[0].Key
			}
			// Random inputs: where all inputs of a map are 0, as in a gap of a DNA
			// sequence, relevance that Ignore takes from its bias has nowhere to go.
			for key, x := range xs {
				xs[key] = random(t, tensor.Float32, 8, x.Shape()...)
			}
			for bias, share := range map[tfexplain.Bias]float64{
				tfexplain.Absorb:     math.Inf(1), // the biases keep what they deserve
				tfexplain.Distribute: 1e-4,        // small z cancel: of all that is moved, float32 loses about this
				tfexplain.Ignore:     1e-4,
			} {
				res := explainOnce(t, m, tfexplain.EpsilonLRP{Canonical: true, Bias: bias, Epsilon: 1e-9}, tfexplain.Options{Target: target}, xs, nil)
				for _, a := range res.Attributions {
					v := float64s(t, a)
					size := len(v) / len(res.Target)
					for row, f := range res.Target {
						sum, total := 0.0, 0.0
						for _, r := range v[row*size : (row+1)*size] {
							sum += r
							total += math.Abs(r)
						}
						require.False(t, math.IsNaN(sum) || math.IsInf(sum, 0))
						require.LessOrEqual(t, math.Abs(sum-f), share*(total+math.Abs(f)), "bias %v row %d: f %v, sum %v, sum of magnitudes %v", bias, row, f, sum, total)
					}
				}
			}
		})
	}
}

// The three treatments of a bias against the rule worked out by hand, in
// float64, on a net of two layers.
func TestLRPByHand(t *testing.T) {
	const epsilon = 0.01
	in, hidden, classes := 4, 5, 3
	w1, b1 := randomValues(11, in, hidden), randomValues(12, hidden)
	w2, b2 := randomValues(13, hidden, classes), randomValues(14, classes)
	s := newNets(t)
	s.one("mlp", tensor.Float32, [][]int{{-1, in}}, func(n *net, x []out) out {
		h := n.op("Relu", n.op("BiasAdd", n.op("MatMul", x[0], n.values([]int{in, hidden}, w1...)), n.values([]int{hidden}, b1...)))
		return n.op("BiasAdd", n.op("MatMul", h, n.values([]int{hidden, classes}, w2...)), n.values([]int{classes}, b2...))
	})
	m := s.load()
	x := randomValues(15, 3, in)
	ys := randomValues(16, 3, classes)
	for _, bias := range []tfexplain.Bias{tfexplain.Absorb, tfexplain.Distribute, tfexplain.Ignore} {
		got := attribute(t, m, tfexplain.EpsilonLRP{Canonical: true, Epsilon: epsilon, Bias: bias}, tfexplain.Options{}, floats(t, x, 3, in), tfexplain.Weights(floats(t, ys, 3, classes)))
		var want []float64
		for row := range 3 {
			xr, yr := x[row*in:(row+1)*in], ys[row*classes:(row+1)*classes]
			z1 := dense(xr, w1, b1)
			h := make([]float64, hidden)
			for j := range h {
				h[j] = max(z1[j], 0)
			}
			relevance := dense(h, w2, b2)
			for k := range relevance {
				relevance[k] *= yr[k]
			}
			want = append(want, backLRP(xr, w1, b1, backLRP(h, w2, b2, relevance, epsilon, bias), epsilon, bias)...)
		}
		requireNear(t, want, got, 1e-5, fmt.Sprint("bias ", bias)) // float32 quotients
	}
}

// dense is x*w + b.
func dense(x, w, b []float64) []float64 {
	z := make([]float64, len(b))
	for j := range z {
		z[j] = b[j]
		for i := range x {
			z[j] += x[i] * w[i*len(b)+j]
		}
	}
	return z
}

// backLRP is Bach et al. 2015, eq. 58, with the bias's share of eq. 58 kept,
// spread evenly (Distribute), or the bias left out of z (Ignore).
func backLRP(x, w, b, relevance []float64, epsilon float64, bias tfexplain.Bias) []float64 {
	z := dense(x, w, b)
	if bias == tfexplain.Ignore {
		z = dense(x, w, make([]float64, len(b)))
	}
	out := make([]float64, len(x))
	for j := range z {
		sign := 1.0
		if z[j] < 0 {
			sign = -1
		}
		for i := range x {
			share := x[i] * w[i*len(b)+j]
			if bias == tfexplain.Distribute {
				share += (b[j] + epsilon*sign) / float64(len(x))
			}
			out[i] += share / (z[j] + epsilon*sign) * relevance[j]
		}
	}
	return out
}
