package tfexplain_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// completeNet is a net whose DeepLIFT attributions must sum to f(x) - f(x0).
type completeNet struct {
	name   string
	shapes [][]int
	build  func(n *net, x []out) out
}

func completeNets() []completeNet {
	image, vector := [][]int{{-1, 7, 7, 2}}, [][]int{{-1, 6}}
	two := [][]int{{-1, 3, 4}, {-1, 4, 5}}
	pair := [][]int{{-1, 6}, {-1, 6}}
	return []completeNet{
		{"maxpool_same", image, func(n *net, x []out) out { return n.pool("MaxPool", x[0], 3, 2, "SAME") }},
		{"maxpool_valid", image, func(n *net, x []out) out { return n.pool("MaxPool", x[0], 3, 2, "VALID") }},
		{"maxpool_behind_conv", image, func(n *net, x []out) out {
			h := n.op("Relu", n.conv(x[0], n.weights(1, 3, 3, 2, 4), "SAME", 1))
			return n.op("Relu", n.conv(n.pool("MaxPool", h, 3, 2, "SAME"), n.weights(2, 2, 2, 4, 3), "VALID", 1))
		}},
		{"maxpool_behind_a_residual_relu", image, func(n *net, x []out) out {
			h := n.op("AddV2", x[0], n.op("Relu", n.conv(x[0], n.weights(1, 3, 3, 2, 2), "SAME", 1)))
			return n.pool("MaxPool", h, 3, 2, "SAME")
		}},
		{"max_behind_a_residual_relu", vector, func(n *net, x []out) out {
			h := n.op("AddV2", x[0], n.op("Relu", n.op("MatMul", x[0], n.weights(1, 6, 6))))
			return n.Op("Max", []out{h, n.IntVector(1)}, graphops.Bool("keep_dims", true))
		}},
		{"maxpool_of_volumes", [][]int{{-1, 4, 5, 4, 2}}, func(n *net, x []out) out {
			return n.Op("MaxPool3D", []out{n.op("Relu", x[0])}, graphops.Ints("ksize", []int{1, 2, 3, 2, 1}), graphops.Ints("strides", []int{1, 1, 2, 2, 1}), graphops.Str("padding", "SAME"))
		}},
		{"rows_that_shapes_do_not_follow", vector, func(n *net, x []out) out {
			return n.op("Tanh", n.op("BroadcastTo", x[0], n.IntVector(4, 6)))
		}},
		{"norm_of_zeros", vector, func(n *net, x []out) out {
			h := n.op("Mul", x[0], n.values([]int{6}, 1, 1, 1, 0, 0, 0))
			pairs := n.op("Reshape", h, n.IntVector(-1, 2, 3))
			return n.op("Sqrt", n.Sum(n.op("Square", pairs), false, 2))
		}},
		{"softmax_axis1_transposed", image, func(n *net, x []out) out {
			to, back := n.IntVector(0, 2, 3, 1), n.IntVector(0, 3, 1, 2)
			return n.op("Transpose", n.op("Softmax", n.op("Transpose", x[0], to)), back)
		}},
		{"softmax_axis1_spelled_out", image, func(n *net, x []out) out {
			e := n.op("Exp", x[0])
			return n.op("RealDiv", e, n.Sum(e, true, 1))
		}},
		{"softmax_with_max", vector, func(n *net, x []out) out {
			top := n.op("StopGradient", n.Op("Max", []out{x[0], n.IntVector(1)}, graphops.Bool("keep_dims", true)))
			e := n.op("Exp", n.op("Sub", x[0], top))
			return n.op("RealDiv", e, n.Sum(e, true, 1))
		}},
		{"logsoftmax", vector, func(n *net, x []out) out { return n.op("LogSoftmax", x[0]) }},
		{"matmul_of_two", two, func(n *net, x []out) out { return n.op("BatchMatMulV2", x[0], x[1]) }},
		{"gram", [][]int{{-1, 3, 4}}, func(n *net, x []out) out {
			return n.Op("BatchMatMulV2", []out{x[0], x[0]}, graphops.Bool("adj_y", true))
		}},
		{"attention", [][]int{{-1, 3, 4}}, func(n *net, x []out) out {
			q, k, v := n.op("BatchMatMulV2", x[0], n.weights(1, 4, 4)), n.op("BatchMatMulV2", x[0], n.weights(2, 4, 4)), n.op("BatchMatMulV2", x[0], n.weights(3, 4, 4))
			scores := n.Op("BatchMatMulV2", []out{q, k}, graphops.Bool("adj_y", true))
			return n.op("BatchMatMulV2", n.op("Softmax", scores), v)
		}},
		{"quotient_of_two", pair, func(n *net, x []out) out {
			return n.op("RealDiv", x[0], n.op("AddV2", n.op("Square", x[1]), n.Scalar(n.dtype, 1)))
		}},
		{"product_of_two", pair, func(n *net, x []out) out { return n.op("Mul", x[0], n.op("Sigmoid", x[1])) }},
		{"maximum_of_two", pair, func(n *net, x []out) out { return n.op("Maximum", x[0], x[1]) }},
		{"minimum_of_two", pair, func(n *net, x []out) out { return n.op("Minimum", n.op("Tanh", x[0]), x[1]) }},
		{"layer_used_twice", vector, func(n *net, x []out) out {
			w, b := n.weights(1, 6, 6), n.weights(2, 6)
			layer := func(x out) out { return n.op("Relu", n.op("BiasAdd", n.op("MatMul", x, w), b)) }
			return layer(layer(x[0]))
		}},
		{"three_branches", vector, func(n *net, x []out) out {
			h := n.op("Relu", n.op("MatMul", x[0], n.weights(1, 6, 6)))
			a, b, c := n.op("Tanh", h), n.op("MatMul", h, n.weights(2, 6, 6)), n.op("Mul", h, n.op("Sigmoid", h))
			return n.op("AddN", a, b, c, h)
		}},
		{"relu_without_bias", vector, func(n *net, x []out) out {
			h := n.op("Relu", n.op("MatMul", x[0], n.weights(1, 6, 8)))
			return n.op("MatMul", n.op("Relu", n.op("MatMul", h, n.weights(2, 8, 8))), n.weights(3, 8, 2))
		}},
		{"prelu", vector, func(n *net, x []out) out {
			slope := n.values([]int{6}, .1, .2, .3, -.1, 0, .5)
			return n.op("AddV2", n.op("Relu", x[0]), n.op("Mul", slope, n.op("Neg", n.op("Relu", n.op("Neg", x[0])))))
		}},
		{"gelu_erf", vector, func(n *net, x []out) out {
			phi := n.op("Mul", n.Scalar(n.dtype, .5), n.op("AddV2", n.Scalar(n.dtype, 1), n.op("Erf", n.op("Mul", x[0], n.Scalar(n.dtype, math.Sqrt2/2)))))
			return n.op("MatMul", n.op("Mul", x[0], phi), n.weights(1, 6, 3))
		}},
		{"gelu_tanh", vector, func(n *net, x []out) out {
			inner := n.op("AddV2", x[0], n.op("Mul", n.Scalar(n.dtype, .044715), n.op("Pow", x[0], n.Scalar(n.dtype, 3))))
			gate := n.op("AddV2", n.Scalar(n.dtype, 1), n.op("Tanh", n.op("Mul", n.Scalar(n.dtype, math.Sqrt(2/math.Pi)), inner)))
			return n.op("MatMul", n.op("Mul", n.op("Mul", n.Scalar(n.dtype, .5), x[0]), gate), n.weights(1, 6, 3))
		}},
		{"where", vector, func(n *net, x []out) out {
			return n.op("SelectV2", n.op("Greater", x[0], n.Scalar(n.dtype, 0)), n.op("Square", x[0]), n.op("Mul", x[0], n.Scalar(n.dtype, .1)))
		}},
		{"square_by_itself", vector, func(n *net, x []out) out { return n.op("Mul", x[0], x[0]) }},
		{"layer_norm", vector, func(n *net, x []out) out {
			mean := n.Op("Mean", []out{x[0], n.IntVector(1)}, graphops.Bool("keep_dims", true))
			square := n.op("SquaredDifference", x[0], n.op("StopGradient", mean))
			variance := n.Op("Mean", []out{square, n.IntVector(1)}, graphops.Bool("keep_dims", true))
			return n.op("Mul", n.op("Sub", x[0], mean), n.op("Rsqrt", n.op("AddV2", variance, n.Scalar(n.dtype, 1e-3))))
		}},
		{"reduce_max", image, func(n *net, x []out) out {
			return n.op("Mul", n.Op("Max", []out{x[0], n.IntVector(1, 2)}, graphops.Bool("keep_dims", false)), n.values([]int{2}, 2, -3))
		}},
	}
}

// tied are numbers with many ties, some of them equal in both tensors.
func tied(t *testing.T, seed uint64, shape ...int) (x, x0 *tensor.Tensor) {
	t.Helper()
	a, b := randomValues(seed, shape...), randomValues(seed+100, shape...)
	for i := range a {
		a[i], b[i] = math.Round(2*a[i])/2, math.Round(2*b[i])/2
		if i%3 == 0 {
			b[i] = a[i]
		}
	}
	return floats(t, a, shape...), floats(t, b, shape...)
}

func TestDeepLIFTIsComplete(t *testing.T) { requireCompleteNets(t, completeNets()) }

func requireCompleteNets(t *testing.T, nets []completeNet) {
	t.Helper()
	ctx := context.Background()
	s := newNets(t)
	for _, c := range nets {
		s.one(c.name, tensor.Float32, c.shapes, c.build)
	}
	m := s.load()
	for i, c := range nets {
		t.Run(c.name, func(t *testing.T) {
			xs, x0 := map[string]*tensor.Tensor{}, map[string]*tensor.Tensor{}
			for k, shape := range c.shapes {
				key := numbered("x", k, len(c.shapes))
				xs[key], x0[key] = tied(t, uint64(10*i+k), append([]int{4}, shape[1:]...)...)
			}
			first := map[string]*tensor.Tensor{}
			for key, x := range x0 {
				row, err := x.Rows(0, 1)
				require.NoError(t, err)
				first[key] = row
			}
			answer, err := m.Predict(ctx, c.name, xs)
			require.NoError(t, err)
			// The entries of a softmax sum to 1: weights tell them apart.
			ys := tfexplain.Weights(random(t, tensor.Float32, 99, answer["y"].Shape()...))
			stored, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: c.name, Baseline: tfexplain.Values(first)})
			require.NoError(t, err)
			res, err := stored.Explain(ctx, xs, ys)
			require.NoError(t, err)
			requireComplete(t, res, 1e-5) // the project's bound in float32
			require.NoError(t, stored.Close())

			perCall, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: c.name, BaselinePerCall: true})
			require.NoError(t, err)
			res, err = perCall.ExplainFrom(ctx, xs, x0, ys)
			require.NoError(t, err)
			requireComplete(t, res, 1e-5)
			require.NoError(t, perCall.Close())
		})
	}
}

// requireComplete holds each row's attributions to the difference they explain
// and entries without a difference to zero.
func requireComplete(t *testing.T, res *tfexplain.Result, share float64) {
	t.Helper()
	require.NotEmpty(t, res.Delta)
	require.NotZero(t, largest(res.Target))
	for key, a := range res.Attributions {
		require.False(t, slices.ContainsFunc(float64s(t, a), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }), key)
	}
	for row, delta := range res.Delta {
		scale := max(1, math.Abs(res.Target[row]), math.Abs(res.BaselineTarget[row]))
		require.LessOrEqual(t, math.Abs(delta), share*scale, "row %d: f %v, f0 %v", row, res.Target[row], res.BaselineTarget[row])
	}
}

// Nets in other float types than float32.
func TestDeepLIFTInOtherTypes(t *testing.T) {
	types := map[tensor.DType]float64{
		tensor.Float64:  1e-12, // about 1e4 units in the last place
		tensor.Float16:  3e-2,  // about 60 roundings of 2^-11, the sum of 12 attributions among them
		tensor.BFloat16: 2e-1,  // about 50 roundings of 2^-8
	}
	s := newNets(t)
	for dtype := range types {
		s.add(dtype.String(), dtype, [][]int{{-1, 12}}, func(n *net, x []out) []out {
			h := n.op("Relu", n.op("BiasAdd", n.op("MatMul", x[0], n.weights(1, 12, 8)), n.weights(2, 8)))
			h = n.op("Tanh", n.op("MatMul", h, n.weights(3, 8, 5)))
			logits := n.op("MatMul", h, n.weights(4, 5, 4))
			return []out{n.op("Softmax", logits), logits}
		})
	}
	m := s.load()
	for dtype, share := range types {
		t.Run(dtype.String(), func(t *testing.T) {
			x := random(t, dtype, 9, 5, 12)
			for name, method := range linearInYs() {
				res := explainOnce(t, m, method, tfexplain.Options{Signature: dtype.String(), Target: "y1"}, map[string]*tensor.Tensor{"x": x}, tfexplain.Argmax())
				require.Equal(t, dtype, res.Attributions["x"].DType(), name)
				require.NotZero(t, largest(float64s(t, res.Attributions["x"])), name)
			}
			res := explainOnce(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: dtype.String(), Target: "y0"}, map[string]*tensor.Tensor{"x": x}, tfexplain.Argmax())
			requireComplete(t, res, share)
		})
	}
}
