package tfexplain_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Conditionals as TensorFlow 1 writes them: Switch, the ops of two branches, one
// conditional inside another, constants held by a control edge, and a Merge.
func TestConditionalsOfTensorFlow1(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	sides := func(n *net, x, choice out) (no, yes out) {
		both := n.Node("Switch", []out{x, choice})
		return out{Node: both, Index: 0}, out{Node: both, Index: 1}
	}
	// 3*x+1 where no is true; else x*x, or -x if the inner one is true.
	build := func(choice, inner func(n *net, x out) out) func(n *net, x []out) out {
		return func(n *net, x []out) out {
			p := n.op("Identity", choice(n, x[0]))
			no, yes := sides(n, x[0], p)
			pivot, _ := sides(n, p, p)
			one := n.Node("Const", nil, graphops.Type("dtype", n.dtype))
			one.Attrs["value"] = n.values(nil, 1).Node.Attrs["value"]
			one.Controls = []*graphops.Node{n.op("Identity", pivot).Node}
			first := n.op("AddV2", n.op("Mul", no, n.Scalar(n.dtype, 3)), out{Node: one})
			q := inner(n, yes)
			square, minus := sides(n, yes, q)
			second := n.op("Merge", n.op("Neg", minus), n.op("Square", square))
			return n.op("Merge", second, first)
		}
	}
	fixed := func(v bool) func(n *net, x out) out {
		return func(n *net, x out) out { // known when it runs, and not from x's values
			return n.op("Equal", n.op("Rank", x), n.IntScalar(map[bool]int{true: 2, false: 3}[v]))
		}
	}
	above := func(limit float64) func(n *net, x out) out {
		return func(n *net, x out) out {
			return n.op("Greater", n.Sum(x, false, 0, 1), n.Scalar(n.dtype, limit))
		}
	}
	add := func(name string, choice, inner func(n *net, x out) out) {
		s.one(name, tensor.Float32, [][]int{{-1, 3}}, build(choice, inner))
	}
	add("no", fixed(false), fixed(false))
	add("yes_no", fixed(true), fixed(false))
	add("yes_yes", fixed(true), fixed(true))
	add("values", above(0), above(2))
	m := s.load()
	x := []float64{1, -2, 4}
	slope := map[string]func(v float64) float64{
		"no": func(float64) float64 { return 3 }, "yes_no": func(v float64) float64 { return 2 * v },
		"yes_yes": func(float64) float64 { return -1 }, "values": func(float64) float64 { return -1 }, // the sum is 3
	}
	for name, f := range slope {
		o := tfexplain.Options{Signature: name}
		xs := map[string]*tensor.Tensor{"x": floats(t, x, 1, 3)}
		got := float64s(t, explainOnce(t, m, tfexplain.Gradient{}, o, xs, nil).Attributions["x"])
		for i, v := range x {
			require.InDelta(t, f(v), got[i], 1e-6, name) // exact but for the last bit
		}
		for _, x0 := range [][]float64{{0, 0, 0}, {1, -2, 2}, {-1, -1, -5}, {1, -2, 4}} {
			o.Baseline = tfexplain.Values(map[string]*tensor.Tensor{"x": floats(t, x0, 1, 3)})
			ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, o)
			require.NoError(t, err)
			res, err := ex.Explain(ctx, xs, nil)
			require.NoError(t, err)
			requireComplete(t, res, 1e-6)
			require.NoError(t, ex.Close())
		}
	}
}
