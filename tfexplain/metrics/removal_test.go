package metrics_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// The areas of a linear model, by hand.
func TestRemovalOfALinearModel(t *testing.T) {
	ones := func(x []float64) (f float64) {
		for _, v := range x {
			f += v
		}
		return f
	}
	for _, tt := range []struct {
		name                     string
		x, r, base               []float64
		shape                    []int
		group                    bool
		steps                    int
		share, deleted, inserted []float64
		deletion, insertion      float64
	}{
		{name: "strongest first", x: []float64{1, 3, 2}, r: []float64{1, 3, 2}, shape: []int{1, 3},
			share: []float64{0, 1. / 3, 2. / 3, 1}, deleted: []float64{6, 3, 1, 0}, inserted: []float64{0, 3, 5, 6},
			deletion: (3.0 + 3 + 1 + 0) / 3, insertion: (0.0 + 3 + 5 + 3) / 3},
		{name: "the sign counts", x: []float64{1, 3, 2}, r: []float64{1, -3, 2}, shape: []int{1, 3},
			share: []float64{0, 1. / 3, 2. / 3, 1}, deleted: []float64{6, 4, 3, 0}, inserted: []float64{0, 2, 3, 6},
			deletion: (3.0 + 4 + 3 + 0) / 3, insertion: (0.0 + 2 + 3 + 3) / 3},
		{name: "equal ones by their place", x: []float64{1, 3, 2}, r: []float64{7, 7, 7}, shape: []int{1, 3},
			share: []float64{0, 1. / 3, 2. / 3, 1}, deleted: []float64{6, 5, 2, 0}, inserted: []float64{0, 1, 4, 6},
			deletion: (3.0 + 5 + 2 + 0) / 3, insertion: (0.0 + 1 + 4 + 3) / 3},
		{name: "a baseline", x: []float64{1, 3}, r: []float64{0, 1}, base: []float64{5, 1}, shape: []int{1, 2},
			share: []float64{0, 0.5, 1}, deleted: []float64{4, 2, 6}, inserted: []float64{6, 8, 4},
			deletion: (2.0 + 2 + 3) / 2, insertion: (3.0 + 8 + 2) / 2},
		{name: "two steps over three features", x: []float64{1, 3, 2}, r: []float64{1, 3, 2}, shape: []int{1, 3}, steps: 2,
			share: []float64{0, 2. / 3, 1}, deleted: []float64{6, 1, 0}, inserted: []float64{0, 5, 6},
			deletion: 2./3*3.5 + 1./3*0.5, insertion: 2./3*2.5 + 1./3*5.5},
		{name: "more steps than features", x: []float64{4, 1}, r: []float64{4, 1}, shape: []int{1, 2}, steps: 9,
			share: []float64{0, 0.5, 1}, deleted: []float64{5, 1, 0}, inserted: []float64{0, 4, 5},
			deletion: (2.5 + 1 + 0) / 2, insertion: (0 + 4 + 2.5) / 2},
		{name: "channels together", x: []float64{1, 2, 10, 20}, r: []float64{5, 0, -1, 4}, shape: []int{1, 2, 2}, group: true,
			share: []float64{0, 0.5, 1}, deleted: []float64{33, 30, 0}, inserted: []float64{0, 3, 33},
			deletion: (16.5 + 30 + 0) / 2, insertion: (0 + 3 + 16.5) / 2},
		{name: "one axis has no channels", x: []float64{4, 1}, r: []float64{4, 1}, shape: []int{1, 2}, group: true,
			share: []float64{0, 0.5, 1}, deleted: []float64{5, 1, 0}, inserted: []float64{0, 4, 5},
			deletion: (2.5 + 1 + 0) / 2, insertion: (0 + 4 + 2.5) / 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := metrics.Data{Inputs: tensors{"x": made(t, tt.x, tt.shape...)}, Attributions: tensors{"x": made(t, tt.r, tt.shape...)}, GroupChannels: tt.group}
			if tt.base != nil {
				d.Baseline = tensors{"x": made(t, tt.base, tt.shape...)}
			}
			del, err := metrics.Deletion{Steps: tt.steps}.Measure(t.Context(), eachRow(t, "x", ones), d)
			require.NoError(t, err)
			ins, err := metrics.Insertion{Steps: tt.steps}.Measure(t.Context(), eachRow(t, "x", ones), d)
			require.NoError(t, err)
			require.InDeltaSlice(t, tt.share, del.Share, 1e-15)
			require.Equal(t, tt.deleted, del.Curve)
			require.Equal(t, tt.inserted, ins.Curve)
			require.InDelta(t, tt.deletion, del.AUC[0], 1e-12)
			require.InDelta(t, tt.insertion, ins.AUC[0], 1e-12)
		})
	}
}

// Whatever the order, the curves of a linear model mirror each other: the areas
// sum to f(x) + f(x0).
func TestRemovalAreasOfALinearModelSumUp(t *testing.T) {
	const rows, features = 3, 40
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		w, x, base := normal(rng, features), normal(rng, rows*features), normal(rng, features)
		f := linear(w)
		d := metrics.Data{Inputs: tensors{"x": made(t, x, rows, features)}, Attributions: tensors{"x": made(t, normal(rng, rows*features), rows, features)},
			Baseline: tensors{"x": made(t, base, 1, features)}}
		steps := 1 + rng.IntN(features)
		del, err := metrics.Deletion{Steps: steps}.Measure(t.Context(), eachRow(t, "x", f), d)
		require.NoError(t, err)
		ins, err := metrics.Insertion{Steps: steps}.Measure(t.Context(), eachRow(t, "x", f), d)
		require.NoError(t, err)
		require.Len(t, del.Curve, steps+1)
		for row := range rows {
			want := f(x[row*features:(row+1)*features]) + f(base)
			require.InDelta(t, want, del.AUC[row]+ins.AUC[row], 1e-10, "some 1600 additions of float64 near 1")
		}
	}
}

// The best order of a linear model is that of its contributions.
func TestDeletionPrefersTheTrueOrder(t *testing.T) {
	const features = 30
	rng := rand.New(rand.NewPCG(7, 1))
	w, x := normal(rng, features), normal(rng, features)
	area := func(r []float64) float64 {
		d := metrics.Data{Inputs: tensors{"x": made(t, x, 1, features)}, Attributions: tensors{"x": made(t, r, 1, features)}}
		res, err := metrics.Deletion{}.Measure(t.Context(), eachRow(t, "x", linear(w)), d)
		require.NoError(t, err)
		return res.AUC.Mean()
	}
	best := area(contributions(w, x, []float64{0}))
	for range 20 {
		require.Greater(t, area(normal(rng, features)), best)
	}
}
