package tfexplain_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// shapleyMethods estimate or compute Shapley values.
func shapleyMethods() map[string]tfexplain.Method {
	return map[string]tfexplain.Method{
		"sampling": tfexplain.ShapleySampling{Samples: 10, Seed: 3}, "shared": tfexplain.ShapleySampling{Samples: 7, Shared: true},
		"until": tfexplain.ShapleySampling{Samples: 1000, Until: .3}, "exact": tfexplain.ExactShapley{}, "kernel": tfexplain.KernelSHAP{Coalitions: 40},
	}
}

// DeepExplain's sampling_dims=[1] on 2x2: the columns are the players.
func TestPaperShapleyDims(t *testing.T) {
	m := loadPaper(t, "paper_m3")
	xs := map[string]*tensor.Tensor{"x": floats(t, []float64{-1, 4, -2, 1}, 1, 2, 2)}
	for name, c := range map[string]struct {
		method tfexplain.Method
		places int
	}{
		"sampling": {tfexplain.ShapleySampling{Samples: 300, Dims: []int{0}}, 1}, // sampling_dims counts the row axis
		"shared":   {tfexplain.ShapleySampling{Samples: 300, Dims: []int{0}, Shared: true}, 1},
		"exact":    {tfexplain.ExactShapley{Dims: []int{0}}, 6}, // float32 model
		"kernel":   {tfexplain.KernelSHAP{Dims: []int{0}}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			res := explainOnce(t, m, c.method, tfexplain.Options{Signature: "serve2d"}, xs, nil)
			requirePlaces(t, []float64{-.5, -1.5}, res.Players[0].Values, c.places)
			requirePlaces(t, []float64{-.25, -.25, -.75, -.75}, float64s(t, res.Attributions["x"]), c.places) // shared equally
		})
	}
}

// Efficiency: the values of a row sum to f(x) - f(x0), whatever is drawn. The
// model is in float64; 1e-12 is its rounding.
func TestShapleyEfficiency(t *testing.T) {
	s := newNets(t)
	s.one("mlp", tensor.Float64, [][]int{{-1, 6}}, func(n *net, x []out) out {
		return n.op("MatMul", n.op("Tanh", n.op("MatMul", x[0], n.weights(1, 6, 8))), n.weights(2, 8, 3))
	})
	m := s.load()
	x, x0 := xOf(random(t, tensor.Float64, 3, 20, 6)), xOf(random(t, tensor.Float64, 4, 40, 6))
	for name, method := range shapleyMethods() {
		t.Run(name, func(t *testing.T) {
			ex := newExplainer(t, m, method, tfexplain.Options{})
			res, err := ex.ExplainFrom(context.Background(), x, x0, tfexplain.Weights(random(t, tensor.Float64, 5, 20, 3)))
			require.NoError(t, err)
			for row, delta := range res.Delta {
				require.InDelta(t, 0, delta, 1e-12)
				sum := 0.
				for _, v := range res.Players[row].Values {
					sum += v
				}
				require.InDelta(t, res.Target[row]-res.BaselineTarget[row], sum, 1e-12)
			}
		})
	}
}

// Symmetry and dummy: players that are exchangeable get the same, one that the
// model does not look at gets nothing. Sampling sees symmetry only on average.
func TestShapleySymmetryAndDummy(t *testing.T) {
	s := newNets(t)
	s.one("net", tensor.Float64, [][]int{{-1, 5}}, func(n *net, x []out) out {
		w := randomValues(1, 5, 6)
		copy(w[6:12], w[:6])               // x1 counts as x0 does
		copy(w[24:30], make([]float64, 6)) // x4 does not count
		return n.op("MatMul", n.op("Sigmoid", n.op("MatMul", x[0], n.values([]int{5, 6}, w...))), n.weights(2, 6, 2))
	})
	m := s.load()
	const rows = 20
	v, v0 := randomValues(3, rows, 5), randomValues(4, rows, 5)
	for row := range rows { // x0 and x1 have the same values
		v[5*row+1], v0[5*row+1] = v[5*row], v0[5*row]
	}
	x, x0 := xOf(convert(t, tensor.Float64, v, rows, 5)), xOf(convert(t, tensor.Float64, v0, rows, 5))
	for name, method := range shapleyMethods() {
		t.Run(name, func(t *testing.T) {
			res, err := newExplainer(t, m, method, tfexplain.Options{}).ExplainFrom(context.Background(), x, x0, tfexplain.Class(0))
			require.NoError(t, err)
			for row, p := range res.Players {
				require.InDelta(t, 0, p.Values[4], 1e-12, "row %d", row) // float64
				bound := 1e-12
				if !p.Exact {
					bound = 4 * (p.StdErr[0] + p.StdErr[1])
				}
				require.InDelta(t, p.Values[0], p.Values[1], bound, "row %d", row)
			}
		})
	}
}

// Linearity: the values of a*T1 + b*T2 are a times and b times those of the two
// outputs, for the same seed whatever the estimate is worth.
func TestGamesAreLinearInYs(t *testing.T) {
	s := newNets(t)
	s.one("mlp", tensor.Float64, [][]int{{-1, 4}}, func(n *net, x []out) out { return mlpLayersPlain(n, x[0]) })
	m := s.load()
	x := xOf(random(t, tensor.Float64, 1, 10, 4))
	a, b := random(t, tensor.Float64, 2, 10, 3), random(t, tensor.Float64, 3, 10, 3)
	var mixed []float64
	for i, v := range float64s(t, a) {
		mixed = append(mixed, 2*v-3*float64s(t, b)[i])
	}
	methods := manyRowMethods()
	for _, stops := range []string{"until", "adaptive ig", "vargrad"} { // these look at the values, or square them
		delete(methods, stops)
	}
	for name, method := range methods {
		t.Run(name, func(t *testing.T) {
			ex := newExplainer(t, m, method, tfexplain.Options{})
			of := func(ys *tensor.Tensor) []float64 {
				return float64s(t, explain(t, ex, x, tfexplain.Weights(ys)).Attributions["x"])
			}
			first, second := of(a), of(b)
			var want []float64
			for i := range first {
				want = append(want, 2*first[i]-3*second[i])
			}
			requireNear(t, want, of(convert(t, tensor.Float64, mixed, 10, 3)), 1e-12)
		})
	}
	// And M4's: all of T at once is the sum of its entries, nothing is nothing.
	m4 := loadPaper(t, "paper_m4")
	for name, method := range methods {
		ex := newExplainer(t, m4, method, tfexplain.Options{Signature: "serving_default"})
		at := func(v ...float64) []float64 {
			return float64s(t, explain(t, ex, row(5, 3), tfexplain.Weights(floats(t, v, 1, 2))).Attributions["x"])
		}
		first, second, both := at(1, 0), at(0, 1), at(1, 1)
		for i := range both {
			require.InDelta(t, both[i], first[i]+second[i], 2e-6*max(largest(both), largest(first)), name) // float32
		}
		require.Zero(t, largest(at(0, 0)), name)
	}
}

// Sampling comes within 4 of its own standard errors of the exact values, for
// all eight players, in at least 99 % of 1000 trials; and the errors it states
// are neither too small nor too large.
func TestSamplingError(t *testing.T) {
	const trials = 1000
	x := xOf(random(t, tensor.Float32, 1, trials, 8))
	o := tfexplain.Options{BatchSize: 2048}
	exact := explain(t, newFunc(t, bumpy(), tfexplain.ExactShapley{}, o), x, nil)
	for name, method := range map[string]tfexplain.Method{"pairs": tfexplain.ShapleySampling{Samples: 80, Seed: 1}, "plain": tfexplain.ShapleySampling{Samples: 40, Seed: 1, Shared: true}} {
		t.Run(name, func(t *testing.T) {
			res := explain(t, newFunc(t, bumpy(), method, o), x, nil)
			good, squares, count := 0, 0., 0.
			for row, p := range res.Players {
				within := true
				for i, v := range p.Values {
					miss := math.Abs(v - exact.Players[row].Values[i])
					within = within && miss <= 4*p.StdErr[i]+1e-12 // players of one product have no error
					if p.StdErr[i] > 1e-9 {
						squares, count = squares+miss*miss/(p.StdErr[i]*p.StdErr[i]), count+1
					}
				}
				if within {
					good++
				}
			}
			t.Logf("%d of %d trials within 4 standard errors; (error/standard error)^2 is %.3f on average", good, trials, squares/count)
			if name == "pairs" {
				require.GreaterOrEqual(t, good, 990)
			}
			require.InDelta(t, 1, squares/count, .25) // t^2 with 39 degrees of freedom has the mean 1.05
		})
	}
}

// KernelSHAP with all coalitions is exact.
func TestKernelSHAPWithAllCoalitions(t *testing.T) {
	x := xOf(random(t, tensor.Float32, 1, 50, 8))
	exact := explain(t, newFunc(t, bumpy(), tfexplain.ExactShapley{}, tfexplain.Options{}), x, nil)
	kernel := explain(t, newFunc(t, bumpy(), tfexplain.KernelSHAP{}, tfexplain.Options{}), x, nil)
	for row, p := range kernel.Players {
		require.True(t, p.Exact)
		require.Equal(t, 254, p.Coalitions)
		requireNear(t, exact.Players[row].Values, p.Values, 1e-5)
	}
	few := explain(t, newFunc(t, bumpy(), tfexplain.KernelSHAP{Coalitions: 100}, tfexplain.Options{}), x, nil)
	require.False(t, few.Players[0].Exact)
	require.Equal(t, 100, few.Players[0].Coalitions)
}

// Until stops each row as soon as its errors are small enough.
func TestUntil(t *testing.T) {
	x := xOf(random(t, tensor.Float32, 1, 20, 8))
	const most = 4000
	ex := newFunc(t, bumpy(), tfexplain.ShapleySampling{Samples: most, Until: .1}, tfexplain.Options{})
	res := explain(t, ex, x, nil)
	rows, fewest := 0, most*7
	for _, p := range res.Players {
		for _, e := range p.StdErr {
			require.LessOrEqual(t, e, .1)
		}
		require.Less(t, p.Coalitions, most*7)
		rows, fewest = rows+p.Coalitions, min(fewest, p.Coalitions)
	}
	require.EqualValues(t, rows, ex.Stats().Rows, "no coalition is valued in vain")
	require.Less(t, fewest, rows/20, "rows stop by themselves")
	loose := explain(t, newFunc(t, bumpy(), tfexplain.ShapleySampling{Samples: most, Until: 100}, tfexplain.Options{}), x, nil)
	require.Equal(t, 32*7, loose.Players[0].Coalitions, "16 pairs are seen at least")
}

// Two inputs of different width at once, as M2: occlusion, ablation and exact
// values are those of f = sum ReLU(concat(3*X1, 2*X2)), which is additive.
func TestPaperM2Games(t *testing.T) {
	m := loadPaper(t, "paper_m2")
	for name, method := range games() {
		t.Run(name, func(t *testing.T) {
			for sig, c := range map[string]struct{ x2, want []float64 }{"serving_default": {[]float64{3, 1}, []float64{6, 2}}, "unequal": {[]float64{3}, []float64{6}}} {
				res := explainOnce(t, m, method, tfexplain.Options{Signature: sig}, map[string]*tensor.Tensor{"x1": floats(t, []float64{-10, -5}, 1, 2), "x2": floats(t, c.x2, 1, len(c.x2))}, nil)
				requirePlaces(t, []float64{0, 0}, float64s(t, res.Attributions["x1"]), 10)
				places := 10
				if name == "kernel" {
					places = 6 // least squares
				}
				requirePlaces(t, c.want, float64s(t, res.Attributions["x2"]), places)
				require.InDelta(t, 0, res.Delta[0], 1e-6)
			}
		})
	}
}

// Fifty rows, 32 at once.
func TestPaperM1Games(t *testing.T) {
	m := loadPaper(t, "paper_m1")
	x := make([]float64, 0, 100)
	for range 25 {
		x = append(x, -10, -5, 3, 1)
	}
	xs := map[string]*tensor.Tensor{"x": floats(t, x, 50, 2)}
	for name, c := range map[string]struct {
		method tfexplain.Method
		want   []float64
		places int
	}{
		"occlusion": {tfexplain.Occlusion{}, []float64{0, 0, 1, -1}, 10},
		"window":    {tfexplain.Occlusion{Window: []int{2}}, []float64{0, 0, .5, .5}, 10},
		"sampling":  {tfexplain.ShapleySampling{}, []float64{0, 0, 1.5, -.5}, 10}, // two players: a pair of orders is all there are
		"exact":     {tfexplain.ExactShapley{}, []float64{0, 0, 1.5, -.5}, 10},
		"kernel":    {tfexplain.KernelSHAP{}, []float64{0, 0, 1.5, -.5}, 10},
		"ig":        {deepExplainIG, []float64{0, 0, 1.5, -.5}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			res := explainOnce(t, m, c.method, tfexplain.Options{BatchSize: 32}, xs, nil)
			got := float64s(t, res.Attributions["x"])
			for row := 0; row < 50; row += 2 {
				requirePlaces(t, c.want, got[2*row:2*row+4], c.places, row)
			}
		})
	}
}

// M4: explaining T*mask is explaining T with the weights ys = mask.
func TestPaperM4ManyRows(t *testing.T) {
	s := newNets(t)
	for _, act := range []string{"Relu", "Softplus"} {
		s.add(act, tensor.Float32, [][]int{{-1, 2}}, m4(act))
	}
	m := s.load()
	methods := games()
	methods["ig"] = deepExplainIG
	for name, method := range methods {
		for _, act := range []string{"Relu", "Softplus"} {
			t.Run(name+"/"+act, func(t *testing.T) {
				whole := newExplainer(t, m, method, tfexplain.Options{Signature: act, Target: "y0"})
				for i, target := range []string{"y1", "y2"} {
					mask := []float64{0, 0}
					mask[i] = 1
					want := explainOnce(t, m, method, tfexplain.Options{Signature: act, Target: target}, row(5, 3), nil)
					got := explain(t, whole, row(5, 3), tfexplain.Weights(floats(t, mask, 1, 2)))
					requirePlaces(t, float64s(t, want.Attributions["x"]), float64s(t, got.Attributions["x"]), 10)
				}
			})
		}
	}
}
