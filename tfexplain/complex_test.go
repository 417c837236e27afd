package tfexplain_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// complexNets lead from real numbers through complex ones and back.
func complexNets() []completeNet {
	signal, pair, image := [][]int{{-1, 3, 8}}, [][]int{{-1, 5}, {-1, 5}}, [][]int{{-1, 2, 4, 3}}
	part := func(n *net, op string, z out) out {
		return n.Op(op, []out{z}, graphops.Type("Tout", n.dtype))
	}
	complexOf := func(n *net) graphops.Attr {
		return graphops.Type("Tout", map[tensor.DType]tensor.DType{tensor.Float32: tensor.Complex64, tensor.Float64: tensor.Complex128}[n.dtype])
	}
	rfft := func(n *net, x out, length int) out {
		a := complexOf(n)
		a.Name = "Tcomplex"
		return n.Op("RFFT", []out{x, n.IntVector(length)}, a)
	}
	made := func(n *net, re, im out) out { return n.Op("Complex", []out{re, im}, complexOf(n)) }
	parts := func(n *net, z out) out { return n.op("Sub", part(n, "Real", z), n.op("Square", part(n, "Imag", z))) }
	cast := func(n *net, x out) out {
		a := complexOf(n)
		a.Name = "DstT"
		return n.Op("Cast", []out{x}, a)
	}
	nets := []completeNet{
		{"spectrogram", signal, func(n *net, x []out) out {
			z := rfft(n, n.op("Mul", x[0], n.weights(1, 8)), 8)
			power := n.op("Square", part(n, "ComplexAbs", z))
			return n.op("Log", n.op("AddV2", n.op("BatchMatMulV2", power, n.op("Square", n.weights(2, 5, 4))), n.Scalar(n.dtype, 1)))
		}},
		{"magnitude", signal, func(n *net, x []out) out { return part(n, "ComplexAbs", rfft(n, x[0], 8)) }},
		{"shorter", signal, func(n *net, x []out) out { return parts(n, rfft(n, x[0], 5)) }},
		{"product", pair, func(n *net, x []out) out {
			z, w := made(n, x[0], x[1]), made(n, n.op("Tanh", x[1]), n.op("Neg", x[0]))
			return parts(n, n.op("Mul", z, n.op("Conj", w)))
		}},
		{"sums", pair, func(n *net, x []out) out {
			z := n.op("AddN", made(n, x[0], x[1]), n.op("Sub", cast(n, x[0]), made(n, n.Scalar(n.dtype, 2), x[1])))
			return parts(n, n.Sum(n.op("Neg", n.op("Reshape", z, n.IntVector(-1, 5, 1))), false, 2))
		}},
	}
	for _, length := range []int{8, 7, 5} {
		nets = append(nets, completeNet{"irfft_" + string(rune('a'+length)), signal, func(n *net, x []out) out {
			z := n.op("Mul", rfft(n, x[0], 8), made(n, n.weights(3, 5), n.weights(4, 5)))
			return n.op("Relu", n.Op("IRFFT", []out{z, n.IntVector(length)}, graphops.Type("Treal", n.dtype)))
		}})
	}
	for _, op := range []string{"FFT", "IFFT", "FFT2D", "IFFT2D", "FFT3D", "IFFT3D"} {
		nets = append(nets, completeNet{op, image, func(n *net, x []out) out {
			return parts(n, n.op(op, n.op("Mul", cast(n, x[0]), made(n, n.weights(1, 3), n.weights(2, 3)))))
		}})
	}
	return nets
}

func TestDeepLIFTThroughComplexNumbers(t *testing.T) { requireCompleteNets(t, complexNets()) }

// Gradients through complex numbers against central differences in float64.
func TestGradientThroughComplexNumbers(t *testing.T) {
	ctx := context.Background()
	nets := append(complexNets(), completeNet{"angle", [][]int{{-1, 5}, {-1, 5}}, func(n *net, x []out) out {
		z := n.Op("Complex", []out{x[0], x[1]}, graphops.Type("Tout", tensor.Complex128))
		return n.Op("Angle", []out{z}, graphops.Type("Tout", n.dtype))
	}})
	s := newNets(t)
	for _, c := range nets {
		s.one(c.name, tensor.Float64, c.shapes, c.build)
	}
	m := s.load()
	for _, c := range nets {
		xs := map[string]*tensor.Tensor{}
		for k, shape := range c.shapes {
			xs[numbered("x", k, len(c.shapes))] = random(t, tensor.Float64, uint64(k+5), append([]int{1}, shape[1:]...)...)
		}
		y, err := m.Predict(ctx, c.name, xs)
		require.NoError(t, err)
		ys := random(t, tensor.Float64, 9, y["y"].Shape()...)
		res := explainOnce(t, m, tfexplain.Gradient{}, tfexplain.Options{Signature: c.name}, xs, tfexplain.Weights(ys))
		value := func() float64 {
			y, err := m.Predict(ctx, c.name, xs)
			require.NoError(t, err)
			sum := 0.0
			for i, v := range float64s(t, y["y"]) {
				sum += v * float64s(t, ys)[i]
			}
			return sum
		}
		for key, x := range xs {
			got, at := float64s(t, res.Attributions[key]), float64s(t, x)
			for i := range at {
				const h = 1e-5 // the error of a difference is h*h and 1e-16/h
				moved := func(by float64) float64 {
					v := append([]float64{}, at...)
					v[i] += by
					xs[key] = convert(t, tensor.Float64, v, x.Shape()...)
					defer func() { xs[key] = x }()
					return value()
				}
				require.InDelta(t, (moved(h)-moved(-h))/(2*h), got[i], 1e-6*max(1, largest(got)), "%s %s %d", c.name, key, i)
			}
		}
	}
}
