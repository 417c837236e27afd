package metrics_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

func TestMaxSensitivity(t *testing.T) {
	const rows, features, radius = 3, 6, 0.1
	rng := rand.New(rand.NewPCG(2, 2))
	w, x := normal(rng, features), normal(rng, rows*features)
	slope := func(f func(w, x float64) float64) metrics.Explain {
		return func(_ context.Context, xs tensors, of []int) (tensors, error) {
			v := floats(t, xs["x"])
			for i := range v {
				v[i] = f(w[i%features], v[i])
			}
			return tensors{"x": made(t, v, len(of), features)}, nil
		}
	}
	for _, tt := range []struct {
		name string
		f    func(w, x float64) float64
		low  float64 // bounds of the norm
		high float64
	}{
		{"gradient of a linear model", func(w, _ float64) float64 { return w }, 0, 0},
		{"gradient of x*x", func(_, x float64) float64 { return 2 * x }, 0.5 * radius, 2 * radius * math.Sqrt(features)},
		{"w*x", func(w, x float64) float64 { return w * x }, 0.1 * radius, radius * norm(w)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := metrics.Data{Inputs: tensors{"x": made(t, x, rows, features)}}
			explain := slope(tt.f)
			r, err := explain(t.Context(), d.Inputs, make([]int, rows))
			require.NoError(t, err)
			d.Attributions = r
			var points [][]float64
			watched := func(ctx context.Context, xs tensors, of []int) (tensors, error) {
				v := floats(t, xs["x"])
				for i, row := range of {
					points = append(points, v[i*features:(i+1)*features])
					for e := range features {
						require.InDelta(t, x[row*features+e], v[i*features+e], radius)
					}
				}
				return explain(ctx, xs, of)
			}
			res, err := metrics.MaxSensitivity{Radius: radius}.Measure(t.Context(), watched, d)
			require.NoError(t, err)
			require.Len(t, points, rows*10)
			for row := range rows {
				want, at := 0.0, floats(t, r["x"])[row*features:(row+1)*features]
				for _, y := range points[row*10 : row*10+10] {
					diff := make([]float64, features)
					for e := range diff {
						diff[e] = tt.f(w[e], y[e]) - at[e]
					}
					want = max(want, norm(diff))
				}
				require.InDelta(t, want, res.Max[row], 1e-15)
				require.InDelta(t, want/norm(at), res.Relative[row], 1e-15)
				require.GreaterOrEqual(t, res.Max[row], tt.low)
				require.LessOrEqual(t, res.Max[row], tt.high)
			}
		})
	}
}

func norm(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x * x
	}
	return math.Sqrt(s)
}

func TestMaxSensitivityOfZeroAttributions(t *testing.T) {
	zero := made(t, []float64{0, 0}, 1, 2)
	explain := func(_ context.Context, _ tensors, of []int) (tensors, error) {
		return tensors{"x": made(t, make([]float64, 2*len(of)), len(of), 2)}, nil
	}
	res, err := metrics.MaxSensitivity{}.Measure(t.Context(), explain, metrics.Data{Inputs: tensors{"x": zero}, Attributions: tensors{"x": zero}})
	require.NoError(t, err)
	require.Equal(t, 0.0, res.Max[0])
	require.Equal(t, 1, res.Relative.Undefined())
}
