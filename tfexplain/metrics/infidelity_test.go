package metrics_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// Gradients and contributions of a linear model predict every perturbation,
// whatever the shape, the baseline and the grouping.
func TestInfidelityOfALinearModelIsZero(t *testing.T) {
	const rows = 3
	rng := rand.New(rand.NewPCG(1, 2))
	for _, shape := range [][]int{{rows, 24}, {rows, 8, 3}, {rows, 4, 3, 2}} {
		w, x, base := normal(rng, 24), normal(rng, rows*24), normal(rng, 24)
		gradient := make([]float64, 0, rows*24)
		for range rows {
			gradient = append(gradient, w...)
		}
		for _, tt := range []struct {
			name string
			m    metrics.Infidelity
			r    []float64
		}{
			{"squares, slopes", metrics.Infidelity{Slopes: true}, gradient},
			{"squares, contributions", metrics.Infidelity{}, contributions(w, x, base)},
			{"noise, slopes", metrics.Infidelity{Slopes: true, Perturbation: metrics.NoisyBaseline{Sigma: 0.5}}, gradient},
			{"noise, contributions", metrics.Infidelity{Perturbation: metrics.NoisyBaseline{Sigma: 0.5}}, contributions(w, x, base)},
		} {
			for _, group := range []bool{false, true} {
				d := metrics.Data{Inputs: tensors{"x": made(t, x, shape...)}, Attributions: tensors{"x": made(t, tt.r, shape...)},
					Baseline: tensors{"x": made(t, base, append([]int{1}, shape[1:]...)...)}, GroupChannels: group}
				res, err := tt.m.Measure(t.Context(), eachRow(t, "x", linear(w)), d)
				require.NoError(t, err)
				for row := range rows {
					require.InDelta(t, 0, res.Infidelity[row], 1e-20, "%s: the square of rounding, 24 terms of size 1, some divided by 0.01", tt.name)
					require.Equal(t, 1.0, res.Beta[row])
				}

				scaled := make([]float64, len(tt.r))
				for i := range scaled {
					scaled[i] = 4 * tt.r[i]
				}
				d.Attributions = tensors{"x": made(t, scaled, shape...)}
				res, err = tt.m.Measure(t.Context(), eachRow(t, "x", linear(w)), d)
				require.NoError(t, err)
				require.Greater(t, res.Infidelity.Mean(), 0.1, "%s: four times too much", tt.name)
				tt.m.Scale = true
				res, err = tt.m.Measure(t.Context(), eachRow(t, "x", linear(w)), d)
				require.NoError(t, err)
				tt.m.Scale = false
				for row := range rows {
					require.InDelta(t, 0, res.Infidelity[row], 1e-20)
					require.InDelta(t, 0.25, res.Beta[row], 1e-12)
				}
			}
		}
	}
}

// Infidelity is what its formula gives for the rows that the model was asked
// about, and beta is the best factor.
func TestInfidelityIsItsFormula(t *testing.T) {
	const rows, features, samples = 2, 9, 12
	rng := rand.New(rand.NewPCG(5, 6))
	x, r := normal(rng, rows*features), normal(rng, rows*features)
	f := net(features, 3)
	d := metrics.Data{Inputs: tensors{"x": made(t, x, rows, features)}, Attributions: tensors{"x": made(t, r, rows, features)}}
	for _, m := range []metrics.Infidelity{
		{Samples: samples}, {Samples: samples, Scale: true},
		{Samples: samples, Slopes: true, Perturbation: metrics.NoisyBaseline{Sigma: 0.3}},
		{Samples: samples, Scale: true, Perturbation: metrics.NoisyBaseline{Sigma: 0.3}},
	} {
		var asked seen
		res, err := m.Measure(t.Context(), asked.watch(t, "x", eachRow(t, "x", f)), d)
		require.NoError(t, err)
		require.Len(t, asked.of, rows*(samples+1))
		for row := range rows {
			start := row * (samples + 1)
			at := asked.xs[start]
			require.Equal(t, x[row*features:(row+1)*features], at)
			loss := func(beta float64) (mean float64) {
				for k := start + 1; k <= start+samples; k++ {
					expected := 0.0
					for e := range at {
						step := at[e] - asked.xs[k][e]
						if !m.Slopes {
							step /= at[e]
						}
						expected += step * r[row*features+e]
					}
					miss := beta*expected - (asked.f[start] - asked.f[k])
					mean += miss * miss / samples
				}
				return mean
			}
			require.InEpsilon(t, loss(res.Beta[row]), res.Infidelity[row], 1e-10)
			if m.Scale {
				require.Greater(t, loss(res.Beta[row]+0.01), res.Infidelity[row])
				require.Greater(t, loss(res.Beta[row]-0.01), res.Infidelity[row])
			}
		}
	}
}

// Attributions that are all zero expect nothing: what is left is the mean
// square of the real difference.
func TestInfidelityOfNothing(t *testing.T) {
	d := metrics.Data{Inputs: tensors{"x": made(t, []float64{3}, 1, 1)}, Attributions: tensors{"x": made(t, []float64{0}, 1, 1)}}
	for _, scale := range []bool{false, true} {
		res, err := metrics.Infidelity{Scale: scale}.Measure(t.Context(), eachRow(t, "x", linear([]float64{2})), d)
		require.NoError(t, err)
		require.InDelta(t, 36, res.Infidelity[0], 1e-12, "removing 3 always moves 2*3")
	}
}

// Squares are connected boxes of at most Side, with all channels if grouped.
func TestSquares(t *testing.T) {
	const height, width, channels, side = 7, 5, 3, 4
	ones := make([]float64, height*width*channels)
	for i := range ones {
		ones[i] = 1
	}
	d := metrics.Data{Inputs: tensors{"x": made(t, ones, 1, height, width, channels)}, Attributions: tensors{"x": made(t, ones, 1, height, width, channels)}, GroupChannels: true}
	var asked seen
	m := metrics.Infidelity{Perturbation: metrics.Squares{Side: side}, Samples: 2000}
	res, err := m.Measure(t.Context(), asked.watch(t, "x", eachRow(t, "x", linear(ones))), d)
	require.NoError(t, err)
	require.InDelta(t, 0, res.Infidelity[0], 1e-20)
	heights := map[int]int{}
	corners := map[[2]int]bool{}
	for _, x := range asked.xs[1:] {
		top, left, bottom, right, removed := height, width, -1, -1, 0
		for i, v := range x {
			if v == 0 {
				y, x := i/channels/width, i/channels%width
				top, left, bottom, right = min(top, y), min(left, x), max(bottom, y), max(right, x)
				removed++
			}
		}
		h, w := bottom-top+1, right-left+1
		require.Equal(t, h*w*channels, removed, "all of the box, and all channels")
		require.Equal(t, h, w)
		heights[h]++
		corners[[2]int{top, left}] = true
	}
	require.Len(t, heights, side)
	for h, n := range heights {
		require.InDelta(t, 500, n, 97, "side %d: binomial, 2000 draws at 1/4 have a standard deviation of 19.4; 5 of them", h)
	}
	require.Len(t, corners, height*width, "every place is reached")
}
