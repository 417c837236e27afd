package tfexplain_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// mlp is a small net with three classes, in a model of its own.
func mlp(t testing.TB) *savedmodel.Model {
	t.Helper()
	s := newNets(t)
	s.add("mlp", tensor.Float32, [][]int{{-1, 4}}, mlpLayers)
	return s.load()
}

func mlpLayers(n *net, x []out) []out {
	h := n.op("Tanh", n.op("BiasAdd", n.op("MatMul", x[0], n.weights(1, 4, 6)), n.weights(2, 6)))
	return []out{n.op("BiasAdd", n.op("MatMul", h, n.weights(3, 6, 3)), n.weights(4, 3))}
}

func newExplainer(t testing.TB, m *savedmodel.Model, method tfexplain.Method, o tfexplain.Options) *tfexplain.Explainer {
	t.Helper()
	ex, err := tfexplain.New(context.Background(), m, method, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ex.Close()) })
	return ex
}

func explain(t testing.TB, ex *tfexplain.Explainer, xs map[string]*tensor.Tensor, ys tfexplain.Ys) *tfexplain.Result {
	t.Helper()
	res, err := ex.Explain(context.Background(), xs, ys)
	require.NoError(t, err)
	return res
}

func xOf(x *tensor.Tensor) map[string]*tensor.Tensor { return map[string]*tensor.Tensor{"x": x} }

// requireSame compares two results of the same rows. Products of another batch
// size are summed in another order, and methods that divide by a small z or a
// small difference magnify what float32 rounds then.
func requireSame(t testing.TB, want, got *tfexplain.Result, about ...any) {
	t.Helper()
	require.Equal(t, sortedKeys(want.Attributions), sortedKeys(got.Attributions))
	for key, a := range want.Attributions {
		require.Equal(t, a.Shape(), got.Attributions[key].Shape())
		requireNear(t, float64s(t, a), float64s(t, got.Attributions[key]), 2e-5, about...)
	}
	requireNear(t, want.Target, got.Target, 1e-6, about...)
	requireNear(t, want.BaselineTarget, got.BaselineTarget, 1e-6, about...)
}

func TestYs(t *testing.T) {
	m := mlp(t)
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{BatchSize: 3})
	x := xOf(random(t, tensor.Float32, 8, 5, 4))
	hot := func(ks ...int) tfexplain.Ys {
		w := make([]float64, 3*len(ks))
		for row, k := range ks {
			w[3*row+k] = 1
		}
		return tfexplain.Weights(floats(t, w, len(ks), 3))
	}
	answer, err := m.Predict(context.Background(), "mlp", x)
	require.NoError(t, err)
	var best, least []int
	logits := float64s(t, answer["y"])
	for row := range 5 {
		v := logits[3*row : 3*row+3]
		best = append(best, slices.Index(v, slices.Max(v)))
		least = append(least, slices.Index(v, slices.Min(v)))
	}
	require.NotEqual(t, slices.Min(best), slices.Max(best), "rows with different answers")

	for name, c := range map[string]struct {
		ys, same tfexplain.Ys
		classes  []int
	}{
		"nil is ones":                {nil, tfexplain.Weights(floats(t, slices.Repeat([]float64{1}, 15), 5, 3)), nil},
		"Class is one-hot":           {tfexplain.Class(1), hot(1, 1, 1, 1, 1), []int{1, 1, 1, 1, 1}},
		"Classes is one-hot by row":  {tfexplain.Classes(0, 1, 2, 1, 0), hot(0, 1, 2, 1, 0), []int{0, 1, 2, 1, 0}},
		"Argmax is the answer given": {tfexplain.Argmax(), hot(best...), best},
		"Versus is +1 and -1":        {tfexplain.Versus(2, 0), tfexplain.Weights(floats(t, slices.Repeat([]float64{-1, 0, 1}, 5), 5, 3)), nil},
		"TopClass(1) is Argmax":      {tfexplain.TopClass(1), hot(best...), best},
		"TopClass(3) is the least":   {tfexplain.TopClass(3), hot(least...), least},
		"Weights of another type":    {tfexplain.Weights(random(t, tensor.Float64, 6, 5, 3)), tfexplain.Weights(random(t, tensor.Float32, 6, 5, 3)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := explain(t, ex, x, c.ys)
			requireSame(t, explain(t, ex, x, c.same), got)
			require.Equal(t, c.classes, got.Classes)
		})
	}
	res := explain(t, ex, x, tfexplain.Class(2))
	for row := range 5 {
		require.InDelta(t, logits[3*row+2], res.Target[row], 1e-5) // float32 logits up to 10
	}

	indexed := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{TargetIndex: []int{2}})
	requireSame(t, res, explain(t, indexed, x, nil), "TargetIndex is Class")
	_, err = indexed.Explain(context.Background(), x, tfexplain.Class(2))
	var option *tfexplain.OptionError
	require.ErrorAs(t, err, &option)
	require.Equal(t, "ys", option.Field)
}

// Batch size changes nothing, whatever is left for the last Run.
func TestBatchSize(t *testing.T) {
	m, xs := zooX(t, "multi_k3")
	for key, x := range xs {
		xs[key] = random(t, tensor.Float32, 3, append([]int{9}, x.Shape()[1:]...)...)
	}
	for name, method := range map[string]tfexplain.Method{"deeplift": tfexplain.DeepLIFT{}, "elrp": tfexplain.EpsilonLRP{}} {
		all := newExplainer(t, m, method, tfexplain.Options{Target: "logits"})
		want := explain(t, all, xs, tfexplain.Argmax())
		require.EqualValues(t, 2, all.Stats().Runs, "one for the answers, one to explain")
		require.EqualValues(t, 9, all.Stats().Rows)
		for size, runs := range map[int]int64{1: 18, 7: 4, 64: 2} {
			ex := newExplainer(t, m, method, tfexplain.Options{Target: "logits", BatchSize: size})
			got := explain(t, ex, xs, tfexplain.Argmax())
			requireSame(t, want, got, name, size)
			require.Equal(t, want.Classes, got.Classes)
			require.Equal(t, runs, ex.Stats().Runs)
		}
		none := map[string]*tensor.Tensor{}
		for key, x := range xs {
			rows, err := x.Rows(0, 0)
			require.NoError(t, err)
			none[key] = rows
		}
		res := explain(t, all, none, nil)
		for key, a := range res.Attributions {
			require.Equal(t, none[key].Shape(), a.Shape())
		}
		require.Empty(t, res.Target)
	}
}

// One input explained, the other held at what the call gives: also on the way
// to the baseline.
func TestExplainOneOfTwoInputs(t *testing.T) {
	ctx := context.Background()
	m, xs := zooX(t, "multi_k3")
	o := tfexplain.Options{Target: "logits", Explain: []string{"image"}}
	both := explain(t, newExplainer(t, m, tfexplain.Gradient{}, tfexplain.Options{Target: "logits"}), xs, tfexplain.Class(1))
	one := explain(t, newExplainer(t, m, tfexplain.Gradient{}, o), xs, tfexplain.Class(1))
	require.Equal(t, []string{"image"}, sortedKeys(one.Attributions))
	requireNear(t, float64s(t, both.Attributions["image"]), float64s(t, one.Attributions["image"]), 1e-6) // the same gradient

	res := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, o), xs, tfexplain.Class(1))
	require.Equal(t, []string{"image"}, sortedKeys(res.Attributions))
	requireComplete(t, res, 1e-5) // the project's bound in float32
	blank, err := tensor.Zeros(tensor.Float32, xs["image"].Shape()...)
	require.NoError(t, err)
	held, err := m.Predict(ctx, "", map[string]*tensor.Tensor{"image": blank, "meta": xs["meta"]})
	require.NoError(t, err)
	classes := held["logits"].Shape()[1]
	for row, f0 := range res.BaselineTarget {
		require.InDelta(t, float64s(t, held["logits"])[row*classes+1], f0, 1e-5) // float32; grappler fuses differently
	}
}

func TestTargetsAndInputsOfAnyRank(t *testing.T) {
	s := newNets(t)
	s.one("unknown", tensor.Float32, [][]int{nil}, func(n *net, x []out) out { return n.op("Square", x[0]) })
	s.one("vector", tensor.Float32, [][]int{{-1}}, func(n *net, x []out) out { return n.op("Square", x[0]) })
	s.one("wide", tensor.Float32, [][]int{{-1, -1}}, func(n *net, x []out) out { return n.op("Square", x[0]) })
	s.one("fixed", tensor.Float32, [][]int{{2, 4}}, func(n *net, x []out) out { return mlpLayers(n, x)[0] })
	s.one("open", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out { return mlpLayers(n, x)[0] })
	m := s.load()
	for _, c := range []struct {
		signature string
		shape     []int
	}{{"unknown", []int{3}}, {"unknown", []int{3, 2}}, {"unknown", []int{3, 2, 2}}, {"vector", []int{3}}, {"wide", []int{3, 5}}} {
		ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: c.signature, BatchSize: 2, Baseline: tfexplain.Number(1)})
		x := random(t, tensor.Float32, 1, c.shape...)
		res := explain(t, ex, xOf(x), nil)
		requireComplete(t, res, 1e-5) // the project's bound in float32
		ones := tfexplain.Weights(floats(t, slices.Repeat([]float64{1}, x.Len()), c.shape...))
		requireSame(t, res, explain(t, ex, xOf(x), ones), c)
	}

	// A model exported for two rows takes any multiple of two.
	references := map[string]*tensor.Tensor{"x": random(t, tensor.Float32, 2, 3, 4)}
	open := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "open", Baseline: tfexplain.Values(references)})
	fixed := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: "fixed", Baseline: tfexplain.Values(references)})
	x := xOf(random(t, tensor.Float32, 3, 6, 4))
	for _, ys := range []tfexplain.Ys{nil, tfexplain.Class(2), tfexplain.Argmax()} {
		requireSame(t, explain(t, open, x, ys), explain(t, fixed, x, ys))
	}
	require.NoError(t, open.SetBaseline(context.Background(), nil))
	require.NoError(t, fixed.SetBaseline(context.Background(), nil))
	requireSame(t, explain(t, open, x, tfexplain.Argmax()), explain(t, fixed, x, tfexplain.Argmax()), "one reference")
	_, err := fixed.Explain(context.Background(), xOf(random(t, tensor.Float32, 3, 3, 4)), nil)
	require.ErrorContains(t, err, "a multiple of 2 rows")
}

// NaN in a row stays in that row, and is no completeness.
func TestNaNStaysInItsRow(t *testing.T) {
	m := mlp(t)
	v := randomValues(1, 3, 4)
	v[5] = math.NaN()
	x := xOf(floats(t, v, 3, 4))
	res := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{}), x, tfexplain.Class(0))
	require.True(t, math.IsNaN(res.Delta[1]))
	require.False(t, math.IsNaN(res.Delta[0]) || math.IsNaN(res.Delta[2]))
	_, err := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{MaxDelta: 1}).Explain(context.Background(), x, tfexplain.Class(0))
	var delta *tfexplain.DeltaError
	require.ErrorAs(t, err, &delta)
	require.Equal(t, 1, delta.Row)
}
