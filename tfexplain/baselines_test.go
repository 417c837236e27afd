package tfexplain_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// meanOf is the mean of the attributions and baseline targets of results of the
// same rows.
func meanOf(t *testing.T, results []*tfexplain.Result) (attributions, baselineTarget []float64) {
	t.Helper()
	attributions = make([]float64, results[0].Attributions["x"].Len())
	baselineTarget = make([]float64, len(results[0].Target))
	for _, r := range results {
		for i, v := range float64s(t, r.Attributions["x"]) {
			attributions[i] += v / float64(len(results))
		}
		for i, v := range r.BaselineTarget {
			baselineTarget[i] += v / float64(len(results))
		}
	}
	return attributions, baselineTarget
}

func rowOf(t testing.TB, x *tensor.Tensor, i int) *tensor.Tensor {
	t.Helper()
	r, err := x.Rows(i, i+1)
	require.NoError(t, err)
	return r
}

// The ways to say the same baseline, stored in the session and with each call.
func TestBaselines(t *testing.T) {
	ctx := context.Background()
	m := mlp(t)
	x := xOf(random(t, tensor.Float32, 1, 5, 4))
	refs := random(t, tensor.Float32, 2, 3, 4)
	flat, err := rowOf(t, refs, 1).Reshape(4)
	require.NoError(t, err)
	mean := make([]float64, 4)
	for i, v := range float64s(t, refs) {
		mean[i%4] += v / 3
	}
	for name, o := range map[string]tfexplain.Options{"stored": {BatchSize: 4}, "per call": {BatchSize: 4, BaselinePerCall: true}} {
		t.Run(name, func(t *testing.T) {
			ex := newExplainer(t, m, tfexplain.DeepLIFT{}, o)
			with := func(b tfexplain.Baseline) *tfexplain.Result {
				require.NoError(t, ex.SetBaseline(ctx, b))
				res := explain(t, ex, x, tfexplain.Class(1))
				requireComplete(t, res, 1e-5) // the project's bound in float32
				return res
			}
			zeros := with(nil)
			requireSame(t, zeros, with(tfexplain.Zeros()))
			requireSame(t, zeros, with(tfexplain.Number(0)))
			requireSame(t, zeros, with(tfexplain.Values(nil)))
			requireSame(t, with(tfexplain.Number(0.5)), with(tfexplain.Values(xOf(floats(t, []float64{.5, .5, .5, .5}, 4)))))
			one := with(tfexplain.Values(xOf(flat)))
			requireSame(t, one, with(tfexplain.Values(xOf(rowOf(t, refs, 1)))))
			require.NotEqual(t, zeros.BaselineTarget, one.BaselineTarget)
			requireSame(t, with(tfexplain.Values(xOf(floats(t, mean, 4)))), with(tfexplain.Mean(xOf(refs))))

			// A set of references is averaged over, one by one.
			var single []*tfexplain.Result
			for i := range 3 {
				single = append(single, with(tfexplain.Values(xOf(rowOf(t, refs, i)))))
			}
			attributions, baselineTarget := meanOf(t, single)
			before := ex.Stats().Rows
			all := with(tfexplain.Values(xOf(refs)))
			requireNear(t, attributions, float64s(t, all.Attributions["x"]), 2e-6) // float32
			requireNear(t, baselineTarget, all.BaselineTarget, 2e-6)
			require.EqualValues(t, 15, ex.Stats().Rows-before, "5 samples against 3 references")
			requireSame(t, all, with(tfexplain.Values(xOf(convert(t, tensor.Float64, float64s(t, refs), 3, 4)))), "given in float64")
		})
	}
}

// Baselines that come with the call: one row, one row per sample, and several
// references for each sample.
func TestExplainFrom(t *testing.T) {
	ctx := context.Background()
	m := mlp(t)
	const samples, perSample = 4, 3
	x := random(t, tensor.Float32, 1, samples, 4)
	x0 := random(t, tensor.Float32, 2, samples*perSample, 4)
	ys := tfexplain.Classes(0, 1, 2, 1)
	stored := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	// against is sample i compared with reference k, by the stored way.
	against := func(i, k int) *tfexplain.Result {
		require.NoError(t, stored.SetBaseline(ctx, tfexplain.Values(xOf(rowOf(t, x0, k)))))
		return explain(t, stored, xOf(rowOf(t, x, i)), tfexplain.Classes([]int{0, 1, 2, 1}[i]))
	}
	for _, size := range []int{0, 1, 5} { // 5 splits the references of a sample over two Runs
		ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{BaselinePerCall: true, BatchSize: size})
		from := func(rows int) *tfexplain.Result {
			x0, err := x0.Rows(0, rows)
			require.NoError(t, err)
			res, err := ex.ExplainFrom(ctx, xOf(x), xOf(x0), ys)
			require.NoError(t, err)
			requireComplete(t, res, 1e-5) // the project's bound in float32
			return res
		}
		one, each, many := from(1), from(samples), from(samples*perSample)
		for i := range samples {
			at := float64s(t, each.Attributions["x"])[4*i : 4*i+4]
			requireNear(t, float64s(t, against(i, 0).Attributions["x"]), float64s(t, one.Attributions["x"])[4*i:4*i+4], 2e-6, size) // float32
			requireNear(t, float64s(t, against(i, i).Attributions["x"]), at, 2e-6, size)
			var single []*tfexplain.Result
			for k := range perSample {
				single = append(single, against(i, perSample*i+k))
			}
			attributions, baselineTarget := meanOf(t, single)
			requireNear(t, attributions, float64s(t, many.Attributions["x"])[4*i:4*i+4], 2e-6, size)
			var each []float64 // the mean may be far smaller than what it is the mean of
			for _, one := range single {
				each = append(each, one.BaselineTarget...)
			}
			require.InDelta(t, baselineTarget[0], many.BaselineTarget[i], 2e-6*largest(each), size)
		}
	}
}

// Two inputs with sets of references: each pair of references belongs together.
func TestReferencesOfTwoInputs(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	s.one("product", tensor.Float32, [][]int{{-1, 3}, {-1, 3}}, func(n *net, x []out) out { return n.op("Mul", x[0], n.op("Tanh", x[1])) })
	ex := newExplainer(t, s.load(), tfexplain.DeepLIFT{}, tfexplain.Options{})
	xs := map[string]*tensor.Tensor{"x0": random(t, tensor.Float32, 1, 2, 3), "x1": random(t, tensor.Float32, 2, 2, 3)}
	a, b := random(t, tensor.Float32, 3, 2, 3), random(t, tensor.Float32, 4, 2, 3)
	with := func(v map[string]*tensor.Tensor) *tfexplain.Result {
		require.NoError(t, ex.SetBaseline(ctx, tfexplain.Values(v)))
		return explain(t, ex, xs, nil)
	}
	all := with(map[string]*tensor.Tensor{"x0": a, "x1": b})
	first, second := with(map[string]*tensor.Tensor{"x0": rowOf(t, a, 0), "x1": rowOf(t, b, 0)}), with(map[string]*tensor.Tensor{"x0": rowOf(t, a, 1), "x1": rowOf(t, b, 1)})
	for row := range 2 {
		require.InDelta(t, (first.BaselineTarget[row]+second.BaselineTarget[row])/2, all.BaselineTarget[row], 1e-6) // float32
	}
	requireComplete(t, all, 1e-5) // the project's bound in float32
	// One reference of an input goes with each of the other's.
	mixed := with(map[string]*tensor.Tensor{"x0": rowOf(t, a, 0), "x1": b})
	again, err := tensor.Concat(rowOf(t, a, 0), rowOf(t, a, 0))
	require.NoError(t, err)
	requireSame(t, with(map[string]*tensor.Tensor{"x0": again, "x1": b}), mixed)
	var shape *tfexplain.ShapeError
	require.ErrorAs(t, ex.SetBaseline(ctx, tfexplain.Values(map[string]*tensor.Tensor{"x0": random(t, tensor.Float32, 1, 3, 3), "x1": b})), &shape)
	require.Contains(t, shape.Wanted, "1 or 3 references")
}

// Nothing is compiled after New, whatever is asked.
func TestNothingIsCompiledAfterNew(t *testing.T) {
	ctx := context.Background()
	m := mlp(t)
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	before := ex.Stats().GraphOps
	for i := range 1000 {
		if i%20 == 0 {
			require.NoError(t, ex.SetBaseline(ctx, tfexplain.Number(float64(i))))
		}
		explain(t, ex, xOf(random(t, tensor.Float32, uint64(i), 1+i%7, 4)), []tfexplain.Ys{nil, tfexplain.Class(1), tfexplain.Argmax()}[i%3])
	}
	require.Equal(t, before, ex.Stats().GraphOps)
}

// AllowGradientFallback lets the gradient stand in by name, and says so.
func TestGradientFallback(t *testing.T) {
	s := newNets(t)
	// Canonical epsilon-LRP has no rule for a softmax, DeepLIFT has one.
	s.one("softmax", tensor.Float32, [][]int{{-1, 3}}, func(n *net, x []out) out {
		return n.op("Softmax", n.op("MatMul", x[0], n.weights(1, 3, 3)))
	})
	m := s.load()
	canonical := tfexplain.EpsilonLRP{Canonical: true}
	_, err := tfexplain.New(context.Background(), m, canonical, tfexplain.Options{})
	var refused *tfexplain.UnsupportedOpError
	require.ErrorAs(t, err, &refused)
	require.Len(t, refused.Ops, 1)
	require.Equal(t, "Softmax", refused.Ops[0].Op)
	require.Contains(t, err.Error(), "softmax/Softmax", "the node is named")

	report, err := tfexplain.Inspect(m, canonical, tfexplain.Options{})
	require.NoError(t, err)
	require.Equal(t, refused.Ops, report.Refused)

	for _, allow := range []string{"Softmax", "*"} {
		o := tfexplain.Options{AllowGradientFallback: []string{allow}}
		res := explain(t, newExplainer(t, m, canonical, o), xOf(random(t, tensor.Float32, 1, 2, 3)), nil)
		require.Len(t, res.Fallbacks, 1)
		require.Equal(t, graphops.Refusal{Op: "Softmax", Node: "softmax/Softmax", Reason: res.Fallbacks[0].Reason, Help: res.Fallbacks[0].Help}, res.Fallbacks[0])
		require.NotEmpty(t, res.Fallbacks[0].Reason)
		report, err = tfexplain.Inspect(m, canonical, o)
		require.NoError(t, err)
		require.Empty(t, report.Refused)
		require.Equal(t, res.Fallbacks, report.Fallbacks)
	}
	_, err = tfexplain.New(context.Background(), m, canonical, tfexplain.Options{AllowGradientFallback: []string{"MatMul"}})
	require.ErrorAs(t, err, &refused)
	res := explain(t, newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{AllowGradientFallback: []string{"*"}}), xOf(random(t, tensor.Float32, 1, 2, 3)), nil)
	require.Empty(t, res.Fallbacks, "there is a rule")
}
