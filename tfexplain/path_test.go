package tfexplain_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// An adaptive rule doubles its steps row by row until delta is small enough; a
// nested rule keeps what it has, so that its rows are those of the finest.
func TestAdaptive(t *testing.T) {
	m := mlp(t)
	x := xOf(random(t, tensor.Float32, 1, 12, 4))
	const tolerance = 2e-3
	for name, c := range map[string]struct {
		rule   tfexplain.Quadrature
		nested bool
	}{
		"right": {tfexplain.RiemannRight, true}, "left": {tfexplain.RiemannLeft, true}, "trapezoid": {tfexplain.Trapezoid, true},
		"middle": {tfexplain.RiemannMiddle, false}, "gausslegendre": {tfexplain.GaussLegendre, false},
	} {
		t.Run(name, func(t *testing.T) {
			const start = 3
			next := func(n int) int {
				if c.rule == tfexplain.Trapezoid {
					return 2*n - 1
				}
				return 2 * n
			}
			// What each row needs, found by asking for more and more steps.
			needs, want := make([]int, 12), make([][]float64, 12)
			for n := start; ; n = next(n) {
				res := explain(t, newExplainer(t, m, tfexplain.IntegratedGradients{Rule: c.rule, Steps: n}, tfexplain.Options{}), x, tfexplain.Class(1))
				missing := 0
				for row, delta := range res.Delta {
					if needs[row] == 0 && math.Abs(delta) <= tolerance {
						needs[row], want[row] = n, float64s(t, res.Attributions["x"])[4*row:4*row+4]
					}
					if needs[row] == 0 {
						missing++
					}
				}
				if missing == 0 {
					break
				}
				require.Less(t, n, 10_000)
			}
			ex := newExplainer(t, m, tfexplain.IntegratedGradients{Rule: c.rule, Steps: start, Adaptive: tolerance, MaxSteps: 20_000}, tfexplain.Options{BatchSize: 16})
			res := explain(t, ex, x, tfexplain.Class(1))
			rows := 0
			for row, n := range needs {
				require.LessOrEqual(t, math.Abs(res.Delta[row]), tolerance+1e-6) // attributions are rounded to float32
				requireNear(t, want[row], float64s(t, res.Attributions["x"])[4*row:4*row+4], 5e-6)
				for k := start; k <= n && !c.nested; k = next(k) {
					rows += k
				}
				if c.nested {
					rows += n
				}
			}
			require.EqualValues(t, rows, ex.Stats().Rows)
		})
	}
	// Where the most steps do not do, delta says so.
	res := explain(t, newExplainer(t, m, tfexplain.IntegratedGradients{Rule: tfexplain.RiemannRight, Steps: 2, Adaptive: 1e-9, MaxSteps: 9}, tfexplain.Options{}), x, nil)
	eight := explain(t, newExplainer(t, m, tfexplain.IntegratedGradients{Rule: tfexplain.RiemannRight, Steps: 8}, tfexplain.Options{}), x, nil)
	requireNear(t, float64s(t, eight.Attributions["x"]), float64s(t, res.Attributions["x"]), 2e-6) // float32, summed in another order
}

// A set of baselines is averaged over, one by one, and each row can have
// baselines of its own.
func TestPathBaselines(t *testing.T) {
	ctx := context.Background()
	m := mlp(t)
	x, refs := random(t, tensor.Float32, 1, 4, 4), random(t, tensor.Float32, 2, 8, 4)
	ys := tfexplain.Classes(0, 1, 2, 1)
	ex := newExplainer(t, m, tfexplain.IntegratedGradients{Steps: 30}, tfexplain.Options{BatchSize: 7})
	var each []*tfexplain.Result // against one baseline
	for i := range 8 {
		require.NoError(t, ex.SetBaseline(ctx, tfexplain.Values(xOf(rowOf(t, refs, i)))))
		each = append(each, explain(t, ex, xOf(x), ys))
		requireComplete(t, each[i], 1e-5)
	}
	require.NoError(t, ex.SetBaseline(ctx, tfexplain.Values(xOf(refs))))
	before := ex.Stats().Rows
	all := explain(t, ex, xOf(x), ys)
	attributions, baselineTarget := meanOf(t, each)
	requireNear(t, attributions, float64s(t, all.Attributions["x"]), 2e-6) // float32
	requireNear(t, baselineTarget, all.BaselineTarget, 2e-6)
	require.EqualValues(t, 4*8*30, ex.Stats().Rows-before)

	own, err := ex.ExplainFrom(ctx, xOf(x), xOf(refs), ys) // two for each row
	require.NoError(t, err)
	for row := range 4 {
		a, b := float64s(t, each[2*row].Attributions["x"]), float64s(t, each[2*row+1].Attributions["x"])
		for k := 4 * row; k < 4*row+4; k++ {
			require.InDelta(t, (a[k]+b[k])/2, float64s(t, own.Attributions["x"])[k], 2e-6*largest(a))
		}
	}
	one, err := ex.ExplainFrom(ctx, xOf(x), xOf(rowOf(t, refs, 3)), ys)
	require.NoError(t, err)
	requireSame(t, each[3], one)
	itself, err := ex.ExplainFrom(ctx, xOf(x), xOf(x), ys)
	require.NoError(t, err)
	require.Equal(t, make([]float64, 16), float64s(t, itself.Attributions["x"]), "the baseline is x")
}

// Several inputs move together: on f = a*b each gets half of the product, which
// no way along one axis after the other gives.
func TestPathMovesAllInputs(t *testing.T) {
	s := newNets(t)
	s.one("product", tensor.Float32, [][]int{{-1, 3}, {-1, 3}}, func(n *net, x []out) out { return n.op("Mul", x[0], x[1]) })
	m := s.load()
	a, b := random(t, tensor.Float32, 1, 5, 3), random(t, tensor.Float32, 2, 5, 3)
	xs := map[string]*tensor.Tensor{"x0": a, "x1": b}
	res := explain(t, newExplainer(t, m, tfexplain.IntegratedGradients{Steps: 1}, tfexplain.Options{}), xs, nil) // a gradient of degree 1
	var half, whole []float64
	for i, v := range float64s(t, a) {
		half, whole = append(half, v*float64s(t, b)[i]/2), append(whole, v*float64s(t, b)[i])
	}
	requireNear(t, half, float64s(t, res.Attributions["x0"]), 1e-6) // float32
	requireNear(t, half, float64s(t, res.Attributions["x1"]), 1e-6)
	// An input that is held stays at its value: x0 then gets everything.
	res = explain(t, newExplainer(t, m, tfexplain.IntegratedGradients{Steps: 1}, tfexplain.Options{Explain: []string{"x0"}}), xs, nil)
	require.Len(t, res.Attributions, 1)
	requireNear(t, whole, float64s(t, res.Attributions["x0"]), 1e-6)
	requireComplete(t, res, 1e-5)
}

// Every method of many rows in other float types, against float64.
func TestManyRowsDTypes(t *testing.T) {
	for _, c := range []struct {
		dtype tensor.DType
		share float64 // of the largest: a few units in the last place of activations of size 1 to 4, halved by averaging
	}{{tensor.Float32, 2e-6}, {tensor.Float16, 2e-2}, {tensor.BFloat16, 1e-1}} {
		t.Run(c.dtype.String(), func(t *testing.T) {
			narrow, wide := newNets(t), newNets(t)
			narrow.one("mlp", c.dtype, [][]int{{-1, 4}}, func(n *net, x []out) out { return mlpLayersPlain(n, x[0]) })
			wide.one("mlp", tensor.Float64, [][]int{{-1, 4}}, func(n *net, x []out) out { return mlpLayersPlain(n, x[0]) })
			small, large := narrow.load(), wide.load()
			x := random(t, c.dtype, 1, 6, 4)
			exact, err := x.Convert(tensor.Float64)
			require.NoError(t, err)
			for name, method := range manyRowMethods() {
				if name == "adaptive ig" || name == "until" || name == "vargrad" {
					continue // decide or subtract on what is rounding here
				}
				want := explain(t, newExplainer(t, large, method, tfexplain.Options{}), xOf(exact), tfexplain.Class(2))
				got := explain(t, newExplainer(t, small, method, tfexplain.Options{}), xOf(x), tfexplain.Class(2))
				require.Equal(t, c.dtype, got.Attributions["x"].DType())
				requireNear(t, float64s(t, want.Attributions["x"]), float64s(t, got.Attributions["x"]), c.share, name)
				if m, ok := method.(tfexplain.IntegratedGradients); ok && m.Rule == tfexplain.GaussLegendre {
					require.Less(t, largest(want.Delta), 1e-9, "float64: what the rule leaves")
				}
			}
		})
	}
}

// mlpLayersPlain is mlpLayers with ops that have kernels for all float types.
func mlpLayersPlain(n *net, x out) out {
	h := n.op("Tanh", n.op("AddV2", n.op("MatMul", x, n.weights(1, 4, 6)), n.weights(2, 6)))
	return n.op("AddV2", n.op("MatMul", h, n.weights(3, 6, 3)), n.weights(4, 3))
}

// Models exported for a fixed number of rows explain any number of rows, to the
// same values.
func TestManyRowsOfFixedExports(t *testing.T) {
	s := newNets(t)
	s.add("open", tensor.Float32, [][]int{{-1, 4}}, mlpLayers)
	s.add("one", tensor.Float32, [][]int{{1, 4}}, mlpLayers)
	s.add("two", tensor.Float32, [][]int{{2, 4}}, mlpLayers)
	s.add("reshaped", tensor.Float32, [][]int{{2, 4}}, func(n *net, x []out) []out { // with the rows in its constants
		return mlpLayers(n, []out{n.op("Reshape", n.op("Reshape", x[0], n.IntVector(8)), n.IntVector(2, 4))})
	})
	m := s.load()
	x, x0 := xOf(random(t, tensor.Float32, 1, 5, 4)), xOf(random(t, tensor.Float32, 2, 10, 4))
	for name, method := range manyRowMethods() {
		t.Run(name, func(t *testing.T) {
			of := func(signature string) (res, from *tfexplain.Result) {
				ex := newExplainer(t, m, method, tfexplain.Options{Signature: signature})
				res = explain(t, ex, x, tfexplain.Argmax())
				scores, err := ex.Score(context.Background(), x, tfexplain.Argmax())
				require.NoError(t, err)
				requireNear(t, res.Target, scores, 1e-6)
				from = res
				if _, smooth := method.(tfexplain.SmoothGrad); !smooth && name != "vargrad" {
					from, err = ex.ExplainFrom(context.Background(), x, x0, nil)
					require.NoError(t, err)
				}
				return res, from
			}
			want, wantFrom := of("open")
			for _, signature := range []string{"one", "two", "reshaped"} {
				res, from := of(signature)
				requireSame(t, want, res, signature)
				requireSame(t, wantFrom, from, signature)
			}
		})
	}
}

// Ids are explained at their embedding by path methods: the way leads from the
// embedding of other ids, and what else ids decide stays as it is.
func TestPathOfEmbeddings(t *testing.T) {
	for _, name := range []string{"transformer_tokens_k3", "lstm_k2"} {
		t.Run(name, func(t *testing.T) {
			m, xs := zooX(t, name)
			for about, method := range map[string]tfexplain.Method{"ig": tfexplain.IntegratedGradients{Steps: 30}, "eg": tfexplain.ExpectedGradients{Samples: 400}} {
				last, err := xs["tokens"].Rows(1, 2)
				require.NoError(t, err)
				o := tfexplain.Options{Target: "logits", Baseline: tfexplain.Values(map[string]*tensor.Tensor{"tokens": last})}
				ex := newExplainer(t, m, method, o)
				res := explain(t, ex, xs, tfexplain.Class(1))
				rows, length := xs["tokens"].Shape()[0], xs["tokens"].Shape()[1]
				require.Equal(t, []int{rows, length}, res.Attributions["tokens"].Shape()[:2])
				require.True(t, res.Attributions["tokens"].DType().IsFloat())
				summed, err := res.Summed("tokens")
				require.NoError(t, err)
				require.Equal(t, []int{rows, length}, summed.Shape())
				for row, delta := range res.Delta {
					bound := 1e-5 // float32
					if about == "eg" {
						bound = .05 // 400 points of the way
					}
					require.LessOrEqual(t, math.Abs(delta), bound*max(1, math.Abs(res.Target[row]), math.Abs(res.BaselineTarget[row])))
				}
				own := explain(t, ex, map[string]*tensor.Tensor{"tokens": last}, tfexplain.Class(1))
				require.Zero(t, largest(float64s(t, own.Attributions["tokens"])), "the baseline itself")
			}
		})
	}
}
