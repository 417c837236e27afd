package metrics_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// Exact attributions of a linear model correlate perfectly for every size, and
// their negatives perfectly the other way round.
func TestSensitivityNOfALinearModel(t *testing.T) {
	const rows, features = 4, 12
	rng := rand.New(rand.NewPCG(1, 2))
	w, x := normal(rng, features), normal(rng, rows*features)
	for _, tt := range []struct {
		name string
		base []float64
		sign float64
	}{
		{"zeros", make([]float64, features), 1},
		{"one baseline", normal(rng, features), 1},
		{"a baseline for each row", normal(rng, rows*features), 1},
		{"negated", make([]float64, features), -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := contributions(w, x, tt.base)
			for i := range r {
				r[i] *= tt.sign * 3 // the scale does not count
			}
			d := metrics.Data{Inputs: tensors{"x": made(t, x, rows, 3, 4)}, Attributions: tensors{"x": made(t, r, rows, 3, 4)},
				Baseline: tensors{"x": made(t, tt.base, len(tt.base)/features, 3, 4)}}
			res, err := metrics.SensitivityN{Points: 6}.Measure(t.Context(), eachRow(t, "x", linear(w)), d)
			require.NoError(t, err)
			require.Equal(t, []int{1, 2, 4, 6, 9}, res.Sizes, "9^(i/5), rounded, for i from 0 to 5: 1 1.6 2.4 3.7 5.8 9")
			for i, n := range res.Sizes {
				for row, r := range res.R[i] {
					require.InDelta(t, tt.sign, r, 1e-12, "size %d, row %d: sums of 12 float64", n, row)
				}
			}
			require.InDelta(t, tt.sign, res.Mean(), 1e-12)
			require.Zero(t, res.Undefined())
		})
	}
}

// r is what the textbook formula gives for the perturbed rows that the model
// was asked about.
func TestSensitivityNIsPearsonOfWhatWasAsked(t *testing.T) {
	const rows, features, subsets = 3, 10, 25
	rng := rand.New(rand.NewPCG(3, 4))
	x, r := normal(rng, rows*features), normal(rng, rows*features)
	f := net(features, 5)
	d := metrics.Data{Inputs: tensors{"x": made(t, x, rows, features)}, Attributions: tensors{"x": made(t, r, rows, features)}}
	var asked seen
	sizes := []int{3, 1, 7}
	res, err := metrics.SensitivityN{Sizes: sizes, Subsets: subsets, Seed: 9}.Measure(t.Context(), asked.watch(t, "x", eachRow(t, "x", f)), d)
	require.NoError(t, err)
	require.Equal(t, sizes, res.Sizes)
	require.Len(t, asked.of, rows*len(sizes)*subsets)
	at, distinct := 0, map[string]bool{}
	for row := range rows {
		for i, n := range sizes {
			var a, b []float64
			for range subsets {
				require.Equal(t, row, asked.of[at])
				removed, total := 0, 0.0
				for e, v := range asked.xs[at] {
					if v == 0 {
						removed++
						total += r[row*features+e]
					} else {
						require.Equal(t, x[row*features+e], v)
					}
				}
				require.Equal(t, n, removed)
				distinct[fmt.Sprint(asked.xs[at])] = true
				a, b = append(a, total), append(b, f(x[row*features:(row+1)*features])-asked.f[at])
				at++
			}
			require.InDelta(t, correlation(a, b), res.R[i][row], 1e-12, "25 float64")
		}
	}
	require.Greater(t, len(distinct), rows*(features+2*subsets*3/4), "nearly all subsets of 3 and of 7 differ")
}

func correlation(a, b []float64) float64 {
	n, ma, mb := float64(len(a)), 0.0, 0.0
	for i := range a {
		ma, mb = ma+a[i]/n, mb+b[i]/n
	}
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		ab, aa, bb = ab+(a[i]-ma)*(b[i]-mb), aa+(a[i]-ma)*(a[i]-ma), bb+(b[i]-mb)*(b[i]-mb)
	}
	return ab / math.Sqrt(aa*bb)
}

// Every feature is drawn about equally often.
func TestSensitivityNDrawsEvenly(t *testing.T) {
	const features, subsets = 8, 4000
	d := metrics.Data{Inputs: tensors{"x": made(t, []float64{1, 1, 1, 1, 1, 1, 1, 1}, 1, features)}, Attributions: tensors{"x": made(t, make([]float64, features), 1, features)}}
	var asked seen
	_, err := metrics.SensitivityN{Sizes: []int{3}, Subsets: subsets}.Measure(t.Context(), asked.watch(t, "x", eachRow(t, "x", linear(make([]float64, features)))), d)
	require.NoError(t, err)
	for e := range features {
		removed := 0
		for _, x := range asked.xs {
			removed += int(1 - x[e])
		}
		// Binomial: 4000 draws at 3/8 have a standard deviation of 31; 5 of them.
		require.InDelta(t, subsets*3/8, removed, 155, "feature %d", e)
	}
}

// Rows without a correlation are counted and leave the means alone.
func TestSensitivityNUndefined(t *testing.T) {
	x := made(t, []float64{1, 2, 3, 1, 2, 3, 1, 2, 3}, 3, 3)
	r := made(t, []float64{1, 2, 3, 5, 5, 5, 1, 2, 3}, 3, 3) // the second row's are all alike
	score := func(_ context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error) {
		v, out := floats(t, xs["x"]), make([]float64, len(of))
		for i, row := range of {
			out[i] = v[3*i] + v[3*i+1] + v[3*i+2]
			if row == 2 {
				out[i] = 1e6 + 1e-3*out[i] // moves by less than a float32 can tell
			}
		}
		return out, nil
	}
	d := metrics.Data{Inputs: tensors{"x": x}, Attributions: tensors{"x": r}}
	res, err := metrics.SensitivityN{Sizes: []int{1, 2, 3}}.Measure(t.Context(), score, d)
	require.NoError(t, err)
	for i := range 2 {
		require.InDelta(t, 1, res.R[i][0], 1e-12)
		require.True(t, math.IsNaN(res.R[i][1]))
		require.True(t, math.IsNaN(res.R[i][2]))
		require.Equal(t, 2, res.R[i].Undefined())
		require.InDelta(t, 1, res.R[i].Mean(), 1e-12)
	}
	require.Equal(t, 3, res.R[2].Undefined(), "there is one subset of all features")
	require.True(t, math.IsNaN(res.R[2].Mean()))
	require.InDelta(t, 1, res.Mean(), 1e-12)
	require.Equal(t, 7, res.Undefined())

	nan := eachRow(t, "x", func([]float64) float64 { return math.NaN() })
	res, err = metrics.SensitivityN{Sizes: []int{1}}.Measure(t.Context(), nan, d)
	require.NoError(t, err)
	require.Equal(t, 3, res.Undefined())
}

func TestSensitivityNSizes(t *testing.T) {
	for _, tt := range []struct {
		features int
		m        metrics.SensitivityN
		want     []int
	}{
		{1, metrics.SensitivityN{}, []int{1}},
		{2, metrics.SensitivityN{}, []int{1}},
		{5, metrics.SensitivityN{}, []int{1, 2, 3, 4}},
		{100, metrics.SensitivityN{}, []int{1, 2, 3, 4, 6, 8, 10, 14, 19, 25, 33, 45, 60, 80}},
		{100, metrics.SensitivityN{Points: 3}, []int{1, 9, 80}},
		{100, metrics.SensitivityN{Points: 1}, []int{1}},
		{100, metrics.SensitivityN{Points: 3, MaxShare: 1}, []int{1, 10, 100}},
		{100, metrics.SensitivityN{Sizes: []int{50, 2}, Points: 3}, []int{50, 2}},
	} {
		d := metrics.Data{Inputs: tensors{"x": made(t, make([]float64, tt.features), 1, tt.features)}, Attributions: tensors{"x": made(t, make([]float64, tt.features), 1, tt.features)}}
		tt.m.Subsets = 2
		res, err := tt.m.Measure(t.Context(), eachRow(t, "x", func([]float64) float64 { return 0 }), d)
		require.NoError(t, err)
		require.Equal(t, tt.want, res.Sizes, "%d features", tt.features)
	}
}
