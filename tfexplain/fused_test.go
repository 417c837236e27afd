package tfexplain_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// What TensorFlow's optimizer and converters fuse is explained as what it
// stands for: the answer is that of the fused kernel, and the explanation that
// of the ops.
func TestFusedOps(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	image := [][]int{{-1, 5, 5, 3}}
	fused := func(ops ...string) func(n *graphops.Node) {
		return func(n *graphops.Node) {
			l := &tfproto.AttrValue_ListValue{}
			for _, op := range ops {
				l.S = append(l.S, []byte(op))
			}
			n.Attrs["fused_ops"] = &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: l}}
		}
	}
	node := func(n *net, op string, in []out, change func(*graphops.Node), attrs ...graphops.Attr) out {
		added := n.Node(op, in, attrs...)
		require.NoError(t, n.Err(), op)
		if change != nil {
			change(added)
		}
		return out{Node: added}
	}
	strides, same := graphops.Ints("strides", []int{1, 1, 1, 1}), graphops.Str("padding", "SAME")
	args := func(n int) graphops.Attr {
		return graphops.Types("TArgs", slices.Repeat([]tensor.DType{tensor.Float32}, n)...)
	}
	names := []string{}
	add := func(name string, shapes [][]int, f func(n *net, x []out) out) {
		names = append(names, name)
		s.one(name, tensor.Float32, shapes, f)
	}
	for _, activation := range []string{"Relu", "Relu6", "Elu", "LeakyRelu"} {
		add("conv_"+activation, image, func(n *net, x []out) out {
			return node(n, "_FusedConv2D", []out{x[0], n.weights(1, 3, 3, 3, 2), n.weights(2, 2)}, fused("BiasAdd", activation), strides, same,
				graphops.Int("num_args", 1), args(1), graphops.Float("leakyrelu_alpha", 0.3))
		})
	}
	add("conv_batchnorm", image, func(n *net, x []out) out {
		one := n.values([]int{2}, 1, 0.5)
		return node(n, "_FusedConv2D", []out{x[0], n.weights(1, 3, 3, 3, 2), one, n.weights(2, 2), n.weights(3, 2), one}, fused("FusedBatchNorm", "Relu"), strides, same,
			graphops.Int("num_args", 4), args(4), graphops.Float("epsilon", 1e-3))
	})
	add("depthwise", image, func(n *net, x []out) out {
		return node(n, "_FusedDepthwiseConv2dNative", []out{x[0], n.weights(1, 3, 3, 3, 2), n.weights(2, 6)}, fused("BiasAdd", "Relu6"), strides, same, graphops.Int("num_args", 1))
	})
	for _, activation := range []string{"", "Relu", "Tanh", "Sigmoid", "GeluExact", "GeluApproximate"} {
		ops := []string{"BiasAdd", activation}
		if activation == "" {
			ops = ops[:1]
		}
		add("matmul_"+activation, [][]int{{-1, 6}}, func(n *net, x []out) out {
			return node(n, "_FusedMatMul", []out{x[0], n.weights(1, 4, 6), n.weights(2, 4)}, fused(ops...), graphops.Bool("transpose_b", true), graphops.Int("num_args", 1))
		})
	}
	add("batchnorm", [][]int{{-1, 5, 5, 4}}, func(n *net, x []out) out {
		v := n.values([]int{4}, 1, 2, 0.5, 1)
		return node(n, "_FusedBatchNormEx", []out{x[0], v, n.weights(1, 4), n.weights(2, 4), v, x[0]}, nil, graphops.Float("epsilon", 1e-2),
			graphops.Int("num_side_inputs", 1), graphops.Bool("is_training", false), graphops.Str("activation_mode", "Relu"))
	})
	pads := func(n *net) out {
		return n.Op("Reshape", []out{n.IntVector(0, 0, 1, 2, 1, 1, 0, 0), n.IntVector(4, 2)})
	}
	add("pad_conv", image, func(n *net, x []out) out {
		return node(n, "FusedPadConv2D", []out{x[0], pads(n), n.weights(1, 3, 3, 3, 2)}, nil, strides, graphops.Str("padding", "VALID"), graphops.Str("mode", "REFLECT"))
	})
	add("resize_pad_conv", image, func(n *net, x []out) out {
		return node(n, "FusedResizeAndPadConv2D", []out{x[0], n.IntVector(7, 6), pads(n), n.weights(1, 3, 3, 3, 2)}, nil, strides, graphops.Str("padding", "VALID"), graphops.Str("mode", "SYMMETRIC"))
	})
	m := s.load()
	for _, name := range names {
		rows := 2
		if strings.Contains(name, "pad") { // TensorFlow's kernel is wrong from the second row on
			rows = 1
		}
		sig, err := m.Signature(name)
		require.NoError(t, err)
		x := map[string]*tensor.Tensor{"x": random(t, tensor.Float32, 3, append([]int{rows}, sig.Inputs[0].Shape[1:]...)...)}
		res := explainOnce(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: name}, x, nil)
		requireComplete(t, res, 1e-5) // float32 over some hundred terms
		want, err := m.Predict(ctx, name, x)
		if err != nil && slices.Contains([]string{"depthwise", "batchnorm", "matmul_GeluExact", "matmul_GeluApproximate"}, name) {
			if want = nil; !strings.HasPrefix(name, "matmul") {
				continue // not every CPU has a kernel for it; what it stands for runs
			}
		}
		all := []float64(nil)
		if want == nil { // gelu's definition, on what the product alone gives
			linear, err := m.Predict(ctx, "matmul_", x)
			require.NoError(t, err)
			for _, v := range float64s(t, linear["y"]) {
				if name == "matmul_GeluExact" {
					all = append(all, v*(1+math.Erf(v/math.Sqrt2))/2)
				} else {
					all = append(all, v*(1+math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v)))/2)
				}
			}
		} else {
			require.NoError(t, err, name)
			all = float64s(t, want["y"])
		}
		for row, got := range res.Target {
			sum := 0.0
			for _, v := range all[row*len(all)/rows : (row+1)*len(all)/rows] {
				sum += v
			}
			require.InDelta(t, sum, got, 1e-4*max(1, largest(all)), "%s row %d", name, row) // 50 sums of float32
		}
	}
}
