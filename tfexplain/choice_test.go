package tfexplain_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// choosingNets decide by the values of their inputs.
func choosingNets() []completeNet {
	vector, pair, image := [][]int{{-1, 6}}, [][]int{{-1, 6}, {-1, 6}}, [][]int{{-1, 5, 4}}
	argmax := func(n *net, x out, axis int) out { return n.op("ArgMax", x, n.IntScalar(axis)) }
	hot := func(n *net, ids out, depth int) out {
		return n.op("OneHot", ids, n.IntScalar(depth), n.Scalar(n.dtype, 1), n.Scalar(n.dtype, 0))
	}
	float := func(n *net, x out) out { return n.Op("Cast", []out{x}, graphops.Type("DstT", n.dtype)) }
	int32s := func(n *net, x out) out { return n.Op("Cast", []out{x}, graphops.Type("DstT", tensor.Int32)) }
	return []completeNet{
		{"where_of_two", pair, func(n *net, x []out) out {
			return n.op("SelectV2", n.op("Greater", x[0], x[1]), n.op("Square", x[0]), n.op("Mul", x[1], n.Scalar(n.dtype, -2)))
		}},
		{"where_of_layers", vector, func(n *net, x []out) out {
			a, b, c := n.op("MatMul", x[0], n.weights(1, 6, 4)), n.op("MatMul", x[0], n.weights(2, 6, 4)), n.op("MatMul", x[0], n.weights(3, 6, 4))
			return n.op("SelectV2", n.op("LogicalAnd", n.op("Greater", c, n.Scalar(n.dtype, 0)), n.op("Less", a, b)), n.op("Tanh", a), n.op("Relu", b))
		}},
		{"where_of_seven", vector, func(n *net, x []out) out { // more tensors than a Select splits over at once
			h := func(seed uint64) out { return n.op("MatMul", x[0], n.weights(seed, 6, 3)) }
			inner := n.op("SelectV2", n.op("Less", h(1), h(2)), h(3), h(4))
			return n.op("SelectV2", n.op("LogicalOr", n.op("Less", inner, h(5)), n.op("Less", h(6), h(7))), h(3), h(5))
		}},
		{"mask_by_row", vector, func(n *net, x []out) out {
			total := n.Sum(x[0], true, 1)
			return n.op("Mul", x[0], float(n, n.op("Greater", total, n.Scalar(n.dtype, 0.3))))
		}},
		{"quantized_codebook", vector, func(n *net, x []out) out { // the nearest of five vectors
			distance := n.op("MatMul", x[0], n.weights(1, 6, 5))
			return n.op("GatherV2", n.weights(2, 5, 3), n.op("ArgMin", distance, n.IntScalar(1)), n.IntScalar(0))
		}},
		{"hard_attention", image, func(n *net, x []out) out {
			score := n.Sum(n.op("Mul", x[0], n.weights(1, 4)), false, 2)
			return n.Op("GatherV2", []out{x[0], argmax(n, score, 1), n.IntScalar(1)}, graphops.Int("batch_dims", 1))
		}},
		{"one_hot_of_argmax", vector, func(n *net, x []out) out { return n.op("Mul", hot(n, argmax(n, x[0], 1), 6), x[0]) }},
		{"one_hot_of_keras_argmax", vector, func(n *net, x []out) out { // which takes -0 for less than 0
			bits := n.Op("Bitcast", []out{x[0]}, graphops.Type("type", tensor.Int32))
			negative := n.op("LogicalAnd", n.op("Equal", x[0], n.Scalar(n.dtype, 0)), n.op("Less", bits, n.IntScalar(0)))
			y := n.op("SelectV2", negative, n.Scalar(n.dtype, -0x1p-126), x[0])
			return n.op("Mul", hot(n, argmax(n, y, 1), 6), x[0])
		}},
		{"top_3", vector, func(n *net, x []out) out {
			return n.op("Mul", n.op("TopKV2", x[0], n.IntScalar(3)), n.weights(1, 3))
		}},
		{"gather_top_2", image, func(n *net, x []out) out {
			top := n.Node("TopKV2", []out{n.Sum(x[0], false, 2), n.IntScalar(2)})
			return n.Op("GatherV2", []out{x[0], {Node: top, Index: 1}, n.IntScalar(1)}, graphops.Int("batch_dims", 1))
		}},
		{"mean_of_counted", image, func(n *net, x []out) out { // a masked mean, whose mask and length are x's
			mask := n.op("Greater", n.Sum(x[0], true, 2), n.Scalar(n.dtype, 0))
			length := n.Sum(int32s(n, mask), false, 1)
			sum := n.Sum(n.op("Mul", x[0], float(n, mask)), false, 1)
			return n.op("RealDiv", sum, float(n, n.op("Maximum", length, n.IntScalar(1))))
		}},
		{"last_of_sequence", image, func(n *net, x []out) out {
			used := n.Op("Any", []out{n.op("Greater", x[0], n.Scalar(n.dtype, 0.5)), n.IntVector(2)})
			last := n.op("Maximum", n.op("Sub", n.Sum(int32s(n, used), false, 1), n.IntScalar(1)), n.IntScalar(0))
			return n.Op("GatherV2", []out{x[0], last, n.IntScalar(1)}, graphops.Int("batch_dims", 1))
		}},
		{"bins", vector, func(n *net, x []out) out {
			bin := n.Op("Bucketize", []out{x[0]}, graphops.Floats("boundaries", []float64{-1, 0, 0.5}))
			return n.op("GatherV2", n.weights(1, 4, 2), bin, n.IntScalar(0))
		}},
		{"lists_of_conditions", image, func(n *net, x []out) out {
			element := graphops.Type("element_dtype", tensor.Bool)
			list := func(op string, in ...out) out { return n.Op(op, in, element) }
			shape, size := n.IntVector(-1, 4), func(i int) out { return n.IntScalar(i) }
			bools := n.Op("Transpose", []out{n.op("Greater", x[0], n.Scalar(n.dtype, 0.25)), n.IntVector(1, 0, 2)})
			all := list("TensorListFromTensor", bools, shape)
			some := list("TensorListGather", all, n.IntVector(2, 0, 2), shape)
			spread := list("TensorListScatterV2", some, n.IntVector(1, 4, 3), size(-1), size(5))
			spread = list("TensorListScatterIntoExistingList", spread, some, n.IntVector(0, 2, 4))
			spread = list("TensorListSetItem", spread, size(3), list("TensorListGetItem", all, size(4), shape))
			spread = list("TensorListPushBack", n.op("TensorListResize", spread, size(4)), list("TensorListGetItem", all, size(3), shape))
			last := n.Node("TensorListPopBack", []out{list("TensorListPushBack", spread, list("TensorListGetItem", all, size(1), shape)), shape}, element)
			stacked := list("TensorListStack", out{Node: last}, shape)
			flags := n.op("LogicalOr", stacked, n.Op("ExpandDims", []out{{Node: last, Index: 1}, size(0)}))
			sum := n.Add(n.op("Mul", float(n, flags), n.weights(1, 5, 1, 4)), n.op("Mul", float(n, stacked), n.weights(2, 5, 1, 4)))
			return n.Op("Transpose", []out{sum, n.IntVector(1, 0, 2)})
		}},
		{"scalar_of_all", vector, func(n *net, x []out) out { // same shape everywhere, 0 where nothing differs
			return n.op("SelectV2", n.Op("All", []out{n.op("Less", x[0], n.Scalar(n.dtype, 1)), n.IntVector(1)}, graphops.Bool("keep_dims", true)), x[0], n.op("Neg", x[0]))
		}},
	}
}

func TestDeepLIFTThroughChoices(t *testing.T) { requireCompleteNets(t, choosingNets()) }

// The shares of small choices, worked out by hand.
func TestSharesOfChoices(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	pair, four := [][]int{{-1, 1}, {-1, 1}}, [][]int{{-1, 4}}
	s.one("select", tensor.Float32, pair, func(n *net, x []out) out { return n.op("SelectV2", n.op("Greater", x[0], x[1]), x[0], x[1]) })
	s.one("argmax", tensor.Float32, four, func(n *net, x []out) out {
		return n.op("GatherV2", n.values([]int{4, 1}, 10, 20, 30, 40), n.op("ArgMax", x[0], n.IntScalar(1)), n.IntScalar(0))
	})
	s.one("second", tensor.Float32, four, func(n *net, x []out) out {
		top := n.op("TopKV2", x[0], n.IntScalar(2))
		return n.Op("GatherV2", []out{top, n.IntVector(1), n.IntScalar(1)})
	})
	m := s.load()
	for _, c := range []struct {
		net    string
		x, x0  [][]float64 // by input
		expect [][]float64
	}{
		// max(3, 2) - max(0, 1) = 2. Alone a raises 1 to 3, b raises 1 to 2; after the
		// other a adds 1 and b nothing: a gets (2+1)/2, b (1+0)/2.
		{"select", [][]float64{{3}, {2}}, [][]float64{{0}, {1}}, [][]float64{{1.5}, {0.5}}},
		// The choice went from 3 to 0, +10-40: x_0 - x_3 rose by 4, of which 3 by x_0
		// and 1 by x_3. The others had no say.
		{"argmax", [][]float64{{3, 1, 2, 0}}, [][]float64{{0, 0, 0, 1}}, [][]float64{{-22.5, 0, 0, -7.5}}},
		// The second largest rose from 2 to 4, and only x_2 passed it.
		{"second", [][]float64{{5, 2, 4, 0}}, [][]float64{{5, 2, 1, 0}}, [][]float64{{0, 0, 2, 0}}},
		// It fell from 4 to 3: x_1 and x_2 were not below 4 and are not above 3.
		{"second", [][]float64{{9, 3, 3, 0}}, [][]float64{{9, 4, 4, 0}}, [][]float64{{0, -0.5, -0.5, 0}}},
	} {
		xs, x0 := map[string]*tensor.Tensor{}, map[string]*tensor.Tensor{}
		for i := range c.x {
			key := numbered("x", i, len(c.x))
			xs[key], x0[key] = floats(t, c.x[i], 1, len(c.x[i])), floats(t, c.x0[i], 1, len(c.x[i]))
		}
		ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: c.net, Baseline: tfexplain.Values(x0)})
		require.NoError(t, err)
		res, err := ex.Explain(ctx, xs, nil)
		require.NoError(t, err)
		for i := range c.expect {
			requireNear(t, c.expect[i], float64s(t, res.Attributions[numbered("x", i, len(c.x))]), 1e-6, c.net) // a few roundings
		}
		require.NoError(t, ex.Close())
	}
}

// How many elements a mask lets through has no rule: the same ones must pass.
func TestMaskOfUnknownSize(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	s.one("masked", tensor.Float32, [][]int{{-1, 3}}, func(n *net, x []out) out {
		where := n.op("Where", n.op("Greater", x[0], n.Scalar(n.dtype, 0)))
		kept := n.op("GatherNd", n.op("Square", x[0]), where)
		return n.Op("ScatterNd", []out{where, kept, n.Op("Shape", []out{x[0]}, graphops.Type("out_type", tensor.Int64))})
	})
	m := s.load()
	x := map[string]*tensor.Tensor{"x": floats(t, []float64{2, -1, 3, 1, -3, 2}, 2, 3)}
	explain := func(x0 ...float64) (*tfexplain.Result, error) {
		ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Baseline: tfexplain.Values(map[string]*tensor.Tensor{"x": floats(t, x0, 1, 3)})})
		require.NoError(t, err)
		defer func() { require.NoError(t, ex.Close()) }()
		return ex.Explain(ctx, x, nil)
	}
	res, err := explain(1, -5, 1)
	require.NoError(t, err)
	requireNear(t, []float64{3, 0, 8, 0, 0, 3}, float64s(t, res.Attributions["x"]), 1e-6) // squares less 1
	requireComplete(t, res, 1e-6)

	_, err = explain(1, 5, 1)
	var choice *tfexplain.ChoiceError
	require.ErrorAs(t, err, &choice)
	require.Equal(t, "masked/Where", choice.Node)
	require.Contains(t, err.Error(), "occlusion")
}

// Canonical LRP hands relevance to what was chosen and none to what chose it.
func TestRelevanceFollowsChoices(t *testing.T) {
	s := newNets(t)
	names := []string{"where_of_layers", "hard_attention", "gather_top_2", "top_3"}
	for _, c := range choosingNets() {
		s.one(c.name, tensor.Float32, c.shapes, c.build)
	}
	m := s.load()
	for _, c := range choosingNets() {
		x := map[string]*tensor.Tensor{"x": random(t, tensor.Float32, 5, append([]int{3}, c.shapes[0][1:]...)...)}
		if !slices.Contains(names, c.name) {
			continue
		}
		res := explainOnce(t, m, tfexplain.EpsilonLRP{Canonical: true, Epsilon: 1e-9}, tfexplain.Options{Signature: c.name}, x, nil)
		all := float64s(t, res.Attributions["x"])
		for row, target := range res.Target {
			sum := 0.0
			for _, r := range all[row*len(all)/3 : (row+1)*len(all)/3] {
				sum += r
			}
			require.InDelta(t, target, sum, 1e-5*max(1, largest(all)), "%s row %d", c.name, row) // a few float32 roundings of the largest
		}
	}
}
