package tfexplain_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Where gradients are refused by name, methods that only ask for answers work:
// through TF1 loops and ops without a rule.
func TestGamesWhereGradientsAreRefused(t *testing.T) {
	s := newNets(t)
	s.one("betainc", tensor.Float32, [][]int{{-1, 3, 3}}, func(n *net, x []out) out {
		return n.op("Betainc", n.op("Exp", x[0]), n.op("Exp", x[0]), n.op("Sigmoid", x[0]))
	})
	nets := s.load()
	type model struct {
		m  *savedmodel.Model
		o  tfexplain.Options
		xs map[string]*tensor.Tensor
	}
	models := map[string]model{"opaque op": {nets, tfexplain.Options{}, xOf(random(t, tensor.Float32, 1, 4, 3, 3))}}
	for _, name := range []string{"tf1_while", "tf1_raw_while"} {
		m, xs := zooX(t, name)
		models[name] = model{m, tfexplain.Options{}, xs}
	}
	for name, c := range models {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			for _, method := range []tfexplain.Method{tfexplain.Gradient{}, tfexplain.IntegratedGradients{}, tfexplain.SmoothGrad{}, tfexplain.ExpectedGradients{}} {
				_, err := tfexplain.New(ctx, c.m, method, c.o)
				require.True(t, isUnsupported(err), "%s: %v", method.Name(), err)
			}
			sample := newExplainer(t, c.m, tfexplain.ShapleySampling{Samples: 40}, c.o)
			res := explain(t, sample, c.xs, nil)
			requireComplete(t, res, 1e-5) // float32
			for key, a := range res.Attributions {
				require.Equal(t, c.xs[key].Shape(), a.Shape())
				require.Positive(t, largest(float64s(t, a)))
			}
			windows := explain(t, newExplainer(t, c.m, tfexplain.Occlusion{}, c.o), c.xs, nil)
			ablation := explain(t, newExplainer(t, c.m, tfexplain.FeatureAblation{}, c.o), c.xs, nil)
			for key := range windows.Attributions { // windows of one element
				requireNear(t, float64s(t, windows.Attributions[key]), float64s(t, ablation.Attributions[key]), 2e-6) // float32
			}
			scores, err := sample.Score(ctx, c.xs, nil)
			require.NoError(t, err)
			requireNear(t, res.Target, scores, 1e-6)
		})
	}
}

// Ids and strings are explained themselves: X is the ids, with attributions in
// float32 of their shape.
func TestGamesOfIds(t *testing.T) {
	m, xs := zooX(t, "tabular_multi")
	all := sortedKeys(xs)
	o := tfexplain.Options{Target: "logits", Explain: all}
	res := explain(t, newExplainer(t, m, tfexplain.ExactShapley{}, o), xs, tfexplain.Class(1))
	kernel := explain(t, newExplainer(t, m, tfexplain.KernelSHAP{}, o), xs, tfexplain.Class(1))
	types := map[tensor.DType]bool{}
	for _, key := range all {
		types[xs[key].DType()] = true
		require.Equal(t, tensor.Float32, res.Attributions[key].DType())
		require.Equal(t, xs[key].Shape(), res.Attributions[key].Shape())
		requireNear(t, float64s(t, res.Attributions[key]), float64s(t, kernel.Attributions[key]), 1e-5)
		summed, err := res.Summed(key)
		require.NoError(t, err)
		require.Equal(t, float64s(t, res.Attributions[key]), float64s(t, summed), "there is no embedding to sum over")
	}
	require.Equal(t, map[tensor.DType]bool{tensor.Float32: true, tensor.Int64: true, tensor.String: true}, types)
	requireComplete(t, res, 1e-5)
	// By hand: what the class loses without the word.
	for _, key := range all {
		if xs[key].DType() != tensor.String {
			continue
		}
		without := map[string]*tensor.Tensor{}
		for k, v := range xs {
			without[k] = v
		}
		empty, err := tensor.Zeros(tensor.String, xs[key].Shape()...)
		require.NoError(t, err)
		without[key] = empty
		ex := newExplainer(t, m, tfexplain.FeatureAblation{}, tfexplain.Options{Target: "logits", Explain: []string{key}})
		ablation := explain(t, ex, xs, tfexplain.Class(1))
		scores, err := ex.Score(context.Background(), without, tfexplain.Class(1))
		require.NoError(t, err)
		if len(xs[key].Shape()) == 1 {
			for n, r := range float64s(t, ablation.Attributions[key]) {
				require.InDelta(t, ablation.Target[n]-scores[n], r, 1e-5)
			}
		}
	}
}

// A label is a number too: what changes it, and by how much.
func TestGamesOfIntegerTargets(t *testing.T) {
	s := newNets(t)
	s.one("label", tensor.Float32, [][]int{{-1, 3}}, func(n *net, x []out) out { return n.op("ArgMax", x[0], n.IntScalar(1)) })
	s.one("counts", tensor.Float32, [][]int{{-1, 3}}, func(n *net, x []out) out {
		return n.Op("Cast", []out{n.op("Greater", x[0], n.Scalar(tensor.Float32, 1))}, graphops.Type("DstT", tensor.Int32))
	})
	s.one("flags", tensor.Float32, [][]int{{-1, 3}}, func(n *net, x []out) out { return n.op("Greater", x[0], n.Scalar(tensor.Float32, 1)) })
	s.one("words", tensor.Float32, [][]int{{-1, 3}}, func(n *net, x []out) out { return n.op("AsString", x[0]) })
	m := s.load()
	x := xOf(floats(t, []float64{0, 1, 2, 5, 1, 2}, 2, 3))
	of := func(signature string, ys tfexplain.Ys) *tfexplain.Result {
		return explain(t, newExplainer(t, m, tfexplain.Occlusion{}, tfexplain.Options{Signature: signature}), x, ys)
	}
	label := of("label", nil)
	require.Equal(t, []float64{2, 0}, label.Target)
	require.Equal(t, []float64{0, 0, 1, -2, 0, 0}, float64s(t, label.Attributions["x"]))
	for _, signature := range []string{"counts", "flags"} {
		require.Equal(t, []float64{0, 0, 1, 1, 0, 1}, float64s(t, of(signature, nil).Attributions["x"]))
		require.Equal(t, []float64{0, 0, 1, 0, 0, 1}, float64s(t, of(signature, tfexplain.Class(2)).Attributions["x"]))
	}
	_, err := tfexplain.New(context.Background(), m, tfexplain.Occlusion{}, tfexplain.Options{Signature: "words"})
	requireTyped(t, err, "an output of numbers")
	_, err = tfexplain.New(context.Background(), m, tfexplain.IntegratedGradients{}, tfexplain.Options{Signature: "label"})
	requireTyped(t, err, "has no gradient")
}

// A graph that cannot be copied, because it reads a variable that it has just
// changed, is asked as it was saved.
func TestGamesOfGraphsThatCannotBeCopied(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	s.one("counting", tensor.Float32, [][]int{{-1, 3}}, func(n *net, x []out) out {
		handle := n.Op("VarHandleOp", nil, graphops.Type("dtype", tensor.Float32), graphops.Dims("shape", []int{3}), graphops.Str("shared_name", "weights"))
		assign := n.Node("AssignVariableOp", []out{handle, n.values([]int{3}, 2, 3, 5)})
		read := n.Op("ReadVariableOp", []out{handle}, graphops.Type("dtype", tensor.Float32))
		s.controls[read.Node.Name] = assign.Name
		return n.op("Mul", x[0], read)
	})
	m := s.load()
	_, err := tfexplain.New(ctx, m, tfexplain.Gradient{}, tfexplain.Options{})
	require.ErrorContains(t, err, "reads a variable after")
	x := floats(t, []float64{1, 2, 3, -1, 4, 1}, 2, 3)
	for name, method := range games() {
		t.Run(name, func(t *testing.T) {
			ex := newExplainer(t, m, method, tfexplain.Options{Baseline: tfexplain.Number(1)})
			before := m.Graph().Len()
			res := explain(t, ex, xOf(x), nil)
			requireNear(t, []float64{0, 3, 10, -4, 9, 0}, float64s(t, res.Attributions["x"]), 1e-6)
			one := explain(t, ex, xOf(x), tfexplain.Class(2))
			requireNear(t, []float64{0, 0, 10, 0, 0, 0}, float64s(t, one.Attributions["x"]), 1e-6)
			require.Equal(t, before, m.Graph().Len(), "nothing is spliced")
		})
	}
	_, err = tfexplain.New(ctx, m, tfexplain.Occlusion{}, tfexplain.Options{Target: "z"})
	require.ErrorContains(t, err, `"z"`)
	_, err = tfexplain.New(ctx, m, tfexplain.Occlusion{}, tfexplain.Options{Explain: []string{"z"}})
	requireTyped(t, err, "is not an input")
}
