package tfexplain_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// groupedConv is a convolution in groups. TensorFlow on a CPU has no adjoint
// for it, and fuses it with the bias behind it into an op that it cannot run.
type groupedConv struct {
	filter, strides, dilations []int
	padding                    string
}

// A convolution in groups is one with a filter that is zero between the groups.
func TestGroupedConvolutions(t *testing.T) {
	cases := []groupedConv{
		{[]int{3, 3, 1, 4}, []int{1, 1, 1, 1}, []int{1, 1, 1, 1}, "SAME"},
		{[]int{3, 2, 1, 8}, []int{1, 2, 2, 1}, []int{1, 1, 1, 1}, "VALID"},
		{[]int{3, 3, 1, 8}, []int{1, 2, 1, 1}, []int{1, 1, 1, 1}, "SAME"},
		{[]int{2, 3, 2, 6}, []int{1, 1, 1, 1}, []int{1, 1, 1, 1}, "SAME"},
		{[]int{2, 2, 2, 4}, []int{1, 1, 1, 1}, []int{1, 2, 2, 1}, "VALID"},
		{[]int{2, 2, 1, 4}, []int{1, 1, 1, 1}, []int{1, 2, 1, 1}, "SAME"},
		{[]int{2, 3, 2, 1, 8}, []int{1, 1, 1, 1, 1}, []int{1, 1, 1, 1, 1}, "SAME"},
		{[]int{3, 2, 2, 2, 6}, []int{1, 2, 2, 1, 1}, []int{1, 1, 1, 1, 1}, "VALID"},
	}
	const channels = 4
	shapes := map[int][]int{4: {6, 5, channels}, 5: {4, 5, 3, channels}} // of a row, by rank
	s := newNets(t)
	for i, c := range cases {
		for name, dense := range map[string]bool{"groups": false, "dense": true} {
			s.one(fmt.Sprintf("%s%d", name, i), tensor.Float32, [][]int{append([]int{-1}, shapes[len(c.filter)]...)}, func(n *net, x []out) out {
				filter, shape := randomValues(uint64(i), c.filter...), c.filter
				if dense {
					filter, shape = blockDiagonal(filter, c.filter, channels)
				}
				h := n.Op(fmt.Sprintf("Conv%dD", len(c.filter)-2), []out{x[0], n.values(shape, filter...)}, graphops.Ints("strides", c.strides), graphops.Ints("dilations", c.dilations), graphops.Str("padding", c.padding))
				return n.op("Relu", n.op("BiasAdd", h, n.weights(9, c.filter[len(c.filter)-1])))
			})
		}
	}
	m := s.load()
	for i, c := range cases {
		shape := shapes[len(c.filter)]
		xs := map[string]*tensor.Tensor{"x": random(t, tensor.Float32, 1, append([]int{3}, shape...)...)}
		baseline := tfexplain.Values(map[string]*tensor.Tensor{"x": random(t, tensor.Float32, 2, append([]int{1}, shape...)...)})
		for _, method := range []tfexplain.Method{tfexplain.Gradient{}, tfexplain.DeepLIFT{}, tfexplain.EpsilonLRP{}} {
			t.Run(fmt.Sprint(c, method.Name()), func(t *testing.T) {
				var results []*tfexplain.Result
				for _, name := range []string{"groups", "dense"} {
					o := tfexplain.Options{Signature: fmt.Sprintf("%s%d", name, i)}
					if method == (tfexplain.DeepLIFT{}) {
						o.Baseline = baseline
					}
					ex, err := tfexplain.New(context.Background(), m, method, o)
					require.NoError(t, err)
					defer ex.Close()
					res, err := ex.Explain(context.Background(), xs, nil)
					require.NoError(t, err)
					results = append(results, res)
				}
				// Sums of some ten float32 products in two orders.
				require.InDeltaSlice(t, results[1].Target, results[0].Target, 1e-4)
				want := float64s(t, results[1].Attributions["x"])
				require.NotZero(t, largest(want))
				require.InDeltaSlice(t, want, float64s(t, results[0].Attributions["x"]), 1e-4*largest(want))
			})
		}
	}
}

// blockDiagonal is the filter of all channels that does the same as a grouped
// one.
func blockDiagonal(filter []float64, shape []int, channels int) ([]float64, []int) {
	n := len(shape)
	taps, each, outs := len(filter)/(shape[n-2]*shape[n-1]), shape[n-2], shape[n-1]
	groups := channels / each
	dense := make([]float64, taps*channels*outs)
	for at := range taps {
		for in := range each {
			for o := range outs {
				group := o / (outs / groups)
				dense[(at*channels+group*each+in)*outs+o] = filter[(at*each+in)*outs+o]
			}
		}
	}
	return dense, append(slices.Clone(shape[:n-2]), channels, outs)
}
