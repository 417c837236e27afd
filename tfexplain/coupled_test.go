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

// batchMean is a net whose rows depend on each other as those of a batch
// normalization in training mode do.
func batchMean(n *net, x []out) []out {
	h := n.op("Sub", n.op("MatMul", x[0], n.weights(1, 4, 6)), n.op("Tanh", n.Op("Mean", []out{x[0], n.IntVector(0, 1)})))
	return []out{n.op("MatMul", n.op("Tanh", h), n.weights(2, 6, 3))}
}

// A model that couples rows is found out, and each row is then explained by
// itself: its result is that of a call with this row alone.
func TestCoupledRows(t *testing.T) {
	s := newNets(t)
	s.add("coupled", tensor.Float32, [][]int{{-1, 4}}, batchMean)
	nets := s.load()
	type model struct {
		m  *savedmodel.Model
		o  tfexplain.Options
		xs map[string]*tensor.Tensor
	}
	models := map[string]model{"batch mean": {nets, tfexplain.Options{}, xOf(random(t, tensor.Float32, 1, 5, 4))}}
	for name, signature := range map[string]string{"ops_reduce": "center_over_batch", "condnet": "data_cond"} {
		for _, z := range zooModels(t) {
			if z.Model != name {
				continue
			}
			m := z.load(t, z.Suites[0].Tag)
			sig, err := m.Signature(signature)
			require.NoError(t, err)
			for _, suite := range z.Suites {
				if suite.Signature == signature {
					models[signature] = model{m, tfexplain.Options{Signature: signature, Target: suite.Target}, z.inputs(t, sig, suite)}
				}
			}
		}
	}
	require.Len(t, models, 3)
	for name, c := range models {
		for about, method := range manyRowMethods() {
			if name != "batch mean" && !slices.Contains([]string{"ig", "smoothgrad", "occlusion", "sampling"}, about) {
				continue // one of each kind of rows
			}
			t.Run(name+"/"+about, func(t *testing.T) {
				ex := newExplainer(t, c.m, method, c.o)
				res, err := ex.Explain(context.Background(), c.xs, nil)
				require.NoError(t, err)
				rows := len(res.Target)
				require.GreaterOrEqual(t, ex.Stats().Runs, ex.Stats().Rows, "one row in a Run")
				alone := c.o
				alone.BatchSize = 1
				single := newExplainer(t, c.m, method, alone)
				one := explain(t, single, c.xs, nil)
				for key, a := range one.Attributions {
					requireNear(t, float64s(t, a), float64s(t, res.Attributions[key]), 1e-6, key) // float32
				}
				requireNear(t, one.Target, res.Target, 1e-6)
				if about == "ig" { // without seeds, a row's place in the call does not matter either
					for n := range rows {
						x := map[string]*tensor.Tensor{}
						for key, v := range c.xs {
							x[key] = v
							if len(v.Shape()) > 0 {
								x[key] = rowOf(t, v, n)
							}
						}
						own := explain(t, single, x, nil)
						require.InDelta(t, res.Target[n], own.Target[0], 1e-6*max(1, largest(res.Target)))
					}
				}
			})
		}
	}
}

// Noisy copies of a single sample are found to be coupled too.
func TestCoupledCopies(t *testing.T) {
	s := newNets(t)
	s.add("coupled", tensor.Float32, [][]int{{-1, 4}}, batchMean)
	m := s.load()
	x := xOf(random(t, tensor.Float32, 1, 1, 4))
	for _, method := range []tfexplain.Method{tfexplain.SmoothGrad{Samples: 9}, tfexplain.VarGrad{Samples: 9}} {
		ex := newExplainer(t, m, method, tfexplain.Options{})
		together := explain(t, ex, x, nil)
		require.GreaterOrEqual(t, ex.Stats().Runs, ex.Stats().Rows)
		alone := explain(t, newExplainer(t, m, method, tfexplain.Options{BatchSize: 1}), x, nil)
		require.Equal(t, float64s(t, alone.Attributions["x"]), float64s(t, together.Attributions["x"]))
	}
}

// A model without coupling keeps its packed Runs, and a row that turns NaN in
// company is coupled as well.
func TestUncoupledRowsSharedRuns(t *testing.T) {
	x := xOf(random(t, tensor.Float32, 1, 5, 4))
	ex := newExplainer(t, mlp(t), tfexplain.IntegratedGradients{Steps: 20}, tfexplain.Options{BatchSize: 50})
	explain(t, ex, x, nil)
	first := ex.Stats().Runs
	require.EqualValues(t, 3+2+2, first, "three looks, both ends, 100 rows")
	explain(t, ex, x, nil)
	require.EqualValues(t, 2+2, ex.Stats().Runs-first, "the looks are taken once")

	s := newNets(t)
	s.one("spoiled", tensor.Float32, [][]int{{-1, 4}}, func(n *net, x []out) out { // log of the smallest number of the batch
		return n.op("AddV2", n.Sum(x[0], false, 1), n.op("Log", n.Op("Min", []out{x[0], n.IntVector(0, 1)})))
	})
	bad := xOf(floats(t, []float64{1, 2, 3, 4, -1, 2, 3, 4, 2, 2, 3, 4}, 3, 4))
	o := tfexplain.Options{Baseline: tfexplain.Number(1)}
	res := explain(t, newExplainer(t, s.load(), tfexplain.Occlusion{}, o), bad, nil)
	require.Equal(t, 10., res.Target[0])
	require.InDelta(t, 11.693147, res.Target[2], 1e-6)
}

// Rows that are not finite say nothing about coupling: the call after them finds it.
func TestCoupledRowsAfterNaN(t *testing.T) {
	s := newNets(t)
	s.add("coupled", tensor.Float32, [][]int{{-1, 4}}, batchMean)
	m := s.load()
	xs := xOf(random(t, tensor.Float32, 1, 5, 4))
	want := explain(t, newExplainer(t, m, tfexplain.SmoothGrad{Samples: 3}, tfexplain.Options{BatchSize: 1}), xs, nil)
	ex := newExplainer(t, m, tfexplain.SmoothGrad{Samples: 3}, tfexplain.Options{})
	nan := math.NaN()
	explain(t, ex, xOf(floats(t, []float64{nan, 1, 2, 3, nan, 5, 6, 7}, 2, 4)), nil)
	got := explain(t, ex, xs, nil)
	requireNear(t, float64s(t, want.Attributions["x"]), float64s(t, got.Attributions["x"]), 1e-6) // float32
}
