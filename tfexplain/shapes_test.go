package tfexplain_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Signatures of unusual form: inputs that matter alike, not at all, or to all
// rows at once.
func TestUnusualInputs(t *testing.T) {
	s := newNets(t)
	pair, float := [][]int{{-1, 3}, {-1, 3}}, tensor.Float32
	s.one("alike", float, pair, func(n *net, x []out) out { return n.op("Relu", n.op("AddV2", x[0], x[1])) })
	s.one("unused", float, pair, func(n *net, x []out) out { return n.op("Relu", x[0]) })
	s.one("constant", float, pair[:1], func(n *net, x []out) out { return n.op("OnesLike", x[0]) })
	s.one("itself", float, pair[:1], func(n *net, x []out) out { return x[0] })
	s.one("shared", float, [][]int{{-1, 3}, {}}, func(n *net, x []out) out { return n.op("Tanh", n.op("Mul", x[0], x[1])) })
	s.one("row", float, [][]int{{-1, 3}, {3}}, func(n *net, x []out) out { return n.op("Tanh", n.op("Mul", x[0], x[1])) })
	m := s.load()
	a, b := random(t, float, 1, 5, 3), random(t, float, 2, 5, 3)
	both := map[string]*tensor.Tensor{"x0": a, "x1": b}
	methods := linearInYs()
	methods["saliency"] = tfexplain.Saliency{}
	for name, method := range methods {
		t.Run(name, func(t *testing.T) {
			at := func(signature string, xs map[string]*tensor.Tensor) *tfexplain.Result {
				res := explainOnce(t, m, method, tfexplain.Options{Signature: signature, BatchSize: 2}, xs, nil)
				for key, v := range res.Attributions {
					require.Equal(t, xs[key].Shape(), v.Shape())
				}
				return res
			}
			res := at("alike", both)
			if name == "gradient" || name == "saliency" {
				require.Equal(t, float64s(t, res.Attributions["x0"]), float64s(t, res.Attributions["x1"]))
			}
			require.NotZero(t, largest(float64s(t, res.Attributions["x0"])))
			res = at("unused", both)
			require.Zero(t, largest(float64s(t, res.Attributions["x1"])))
			require.NotZero(t, largest(float64s(t, res.Attributions["x0"])))
			require.Zero(t, largest(float64s(t, at("constant", xOf(a)).Attributions["x"])))
			got := float64s(t, at("itself", xOf(a)).Attributions["x"])
			if name == "gradient" || name == "saliency" {
				require.Equal(t, slices.Repeat([]float64{1}, 15), got)
			} else {
				requireNear(t, float64s(t, a), got, 1e-6) // x*1, or x - 0
			}
			for signature, shape := range map[string][]int{"shared": {}, "row": {3}} {
				xs := map[string]*tensor.Tensor{"x0": a, "x1": random(t, float, 3, shape...)}
				res := at(signature, xs)
				require.Equal(t, []string{"x0"}, sortedKeys(res.Attributions), "an input without rows is held")
				require.NotZero(t, largest(float64s(t, res.Attributions["x0"])))
				if res.Delta != nil && name == "deeplift" {
					requireComplete(t, res, 1e-5) // the project's bound in float32
				}
			}
		})
	}
}

// TargetIndex may name a part of a target: the rest is summed.
func TestTargetIndexOfAMap(t *testing.T) {
	s := newNets(t)
	s.one("map", tensor.Float32, [][]int{{-1, 2, 3}}, func(n *net, x []out) out { return n.op("Softmax", x[0]) })
	m := s.load()
	x := xOf(random(t, tensor.Float32, 1, 4, 2, 3))
	references := tfexplain.Values(xOf(random(t, tensor.Float32, 2, 3, 2, 3)))
	whole := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Baseline: references})
	for _, c := range []struct {
		index []int
		mask  []float64
	}{{[]int{1}, []float64{0, 0, 0, 1, 1, 1}}, {[]int{0, 2}, []float64{0, 0, 1, 0, 0, 0}}} {
		part := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Baseline: references, TargetIndex: c.index, BatchSize: 5})
		want := explain(t, whole, x, tfexplain.Weights(floats(t, slices.Repeat(c.mask, 4), 4, 2, 3)))
		got := explain(t, part, x, nil)
		requireNear(t, want.Target, got.Target, 1e-6) // float64 sums of the same float32
		scale := max(largest(float64s(t, want.Attributions["x"])), 1)
		for i, v := range float64s(t, want.Attributions["x"]) {
			require.InDelta(t, v, float64s(t, got.Attributions["x"])[i], 1e-6*scale) // the sum of a softmax cancels to 0
		}
	}
}
