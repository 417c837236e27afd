package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// measured is a metric run with fixed options: its numbers for each row.
type measured func(ctx context.Context, score metrics.Score, explain metrics.Explain, d metrics.Data) ([]metrics.PerRow, error)

func all(seed uint64) map[string]measured {
	return map[string]measured{
		"sensitivity-n": func(ctx context.Context, score metrics.Score, _ metrics.Explain, d metrics.Data) ([]metrics.PerRow, error) {
			res, err := metrics.SensitivityN{Subsets: 7, Points: 4, Seed: seed}.Measure(ctx, score, d)
			if err != nil {
				return nil, err
			}
			return res.R, nil
		},
		"deletion": func(ctx context.Context, score metrics.Score, _ metrics.Explain, d metrics.Data) ([]metrics.PerRow, error) {
			res, err := metrics.Deletion{}.Measure(ctx, score, d)
			if err != nil {
				return nil, err
			}
			return []metrics.PerRow{res.AUC}, nil
		},
		"insertion": func(ctx context.Context, score metrics.Score, _ metrics.Explain, d metrics.Data) ([]metrics.PerRow, error) {
			res, err := metrics.Insertion{Steps: 3}.Measure(ctx, score, d)
			if err != nil {
				return nil, err
			}
			return []metrics.PerRow{res.AUC}, nil
		},
		"infidelity": func(ctx context.Context, score metrics.Score, _ metrics.Explain, d metrics.Data) ([]metrics.PerRow, error) {
			res, err := metrics.Infidelity{Samples: 5, Seed: seed, Scale: true}.Measure(ctx, score, d)
			if err != nil {
				return nil, err
			}
			return []metrics.PerRow{res.Infidelity, res.Beta}, nil
		},
		"noise": func(ctx context.Context, score metrics.Score, _ metrics.Explain, d metrics.Data) ([]metrics.PerRow, error) {
			res, err := metrics.Infidelity{Samples: 5, Seed: seed, Slopes: true, Perturbation: metrics.NoisyBaseline{Sigma: 0.2}}.Measure(ctx, score, d)
			if err != nil {
				return nil, err
			}
			return []metrics.PerRow{res.Infidelity}, nil
		},
		"max-sensitivity": func(ctx context.Context, _ metrics.Score, explain metrics.Explain, d metrics.Data) ([]metrics.PerRow, error) {
			res, err := metrics.MaxSensitivity{Samples: 3, Seed: seed}.Measure(ctx, explain, d)
			if err != nil {
				return nil, err
			}
			return []metrics.PerRow{res.Max, res.Relative}, nil
		},
		"completeness": func(ctx context.Context, score metrics.Score, _ metrics.Explain, d metrics.Data) ([]metrics.PerRow, error) {
			res, err := metrics.Completeness{}.Measure(ctx, score, d)
			if err != nil {
				return nil, err
			}
			return []metrics.PerRow{res.Error, res.Relative}, nil
		},
	}
}

// pair is a model of two explained inputs, of different types and shapes, and
// one that is held. Each row has its own weight ys, and only of says which.
type pair struct {
	t     testing.TB
	most  int // rows of the largest call
	calls int
}

const pairRows = 5

func pairYs(row int) float64 { return 1 + 0.5*float64(row) }

// value is f of a row and its derivatives.
func (pair) value(a, b []float64, held float64) (f float64, da, db []float64) {
	s := held
	for i, v := range a {
		s += v * float64(i+1) / 7
	}
	for i, v := range b {
		s -= v * v * float64(i+1) / 9
	}
	f, slope := math.Tanh(s), 1-math.Tanh(s)*math.Tanh(s)
	for i := range a {
		da = append(da, slope*float64(i+1)/7)
	}
	for i, v := range b {
		db = append(db, -slope*2*v*float64(i+1)/9)
	}
	return f, da, db
}

func (p *pair) call(xs tensors, of []int) ([]float64, tensors) {
	p.calls++
	p.most = max(p.most, len(of))
	a, b, held := floats(p.t, xs["a"]), floats(p.t, xs["b"]), floats(p.t, xs["held"])
	var f []float64
	var ra []float32
	var rb []float64
	for i, row := range of {
		require.Equal(p.t, float64(row), held[i], "the row of the original batch")
		one, da, db := p.value(a[6*i:6*i+6], b[4*i:4*i+4], held[i])
		f = append(f, pairYs(row)*one)
		for e, v := range da {
			ra = append(ra, float32(pairYs(row)*v*a[6*i+e]))
		}
		for e, v := range db {
			rb = append(rb, pairYs(row)*v*b[4*i+e])
		}
	}
	return f, tensors{"a": made(p.t, ra, len(of), 3, 2), "b": made(p.t, rb, len(of), 4)}
}

func (p *pair) score(_ context.Context, xs tensors, of []int) ([]float64, error) {
	f, _ := p.call(xs, of)
	return f, nil
}

func (p *pair) explain(_ context.Context, xs tensors, of []int) (tensors, error) {
	_, r := p.call(xs, of)
	return r, nil
}

// data are random rows and their gradient times input.
func (p *pair) data() metrics.Data {
	rng := rand.New(rand.NewPCG(8, 8))
	a := make([]float32, pairRows*6)
	for i := range a {
		a[i] = rng.Float32()
	}
	held, of := make([]int32, pairRows), make([]int, pairRows)
	for i := range held {
		held[i], of[i] = int32(i), i
	}
	xs := tensors{"a": made(p.t, a, pairRows, 3, 2), "b": made(p.t, normal(rng, pairRows*4), pairRows, 4), "held": made(p.t, held, pairRows, 1)}
	_, r := p.call(xs, of)
	return metrics.Data{Inputs: xs, Attributions: r, Baseline: tensors{"b": made(p.t, normal(rng, pairRows*4), pairRows, 4)}}
}

// The batch size changes nothing, bounds every call, and each call but the last
// is full.
func TestBatchSizeChangesNothing(t *testing.T) {
	for name, measure := range all(1) {
		t.Run(name, func(t *testing.T) {
			p := &pair{t: t}
			d := p.data()
			for _, group := range []bool{false, true} {
				d.GroupChannels = group
				var first []metrics.PerRow
				total := 0
				for _, batch := range []int{1, 2, 3, 7, 64, 0, 1 << 40} {
					d.BatchSize, p.most, p.calls = batch, 0, 0
					got, err := measure(t.Context(), p.score, p.explain, d)
					require.NoError(t, err)
					if first == nil {
						first, total = got, p.calls
						require.Greater(t, total, pairRows)
					}
					require.Equal(t, first, got, "batch size %d", batch)
					if batch == 0 {
						batch = 64
					}
					require.LessOrEqual(t, p.most, batch)
					require.Equal(t, (total+batch-1)/batch, p.calls, "no more calls than needed")
				}
			}
		})
	}
}

// A row gets the same number alone as in company; another seed gives another.
func TestRowsAreIndependentAndSeedsCount(t *testing.T) {
	other := all(2)
	for name, measure := range all(1) {
		t.Run(name, func(t *testing.T) {
			p := &pair{t: t}
			d := p.data()
			want, err := measure(t.Context(), p.score, p.explain, d)
			require.NoError(t, err)
			for row := range pairRows {
				one := metrics.Data{Inputs: tensors{}, Attributions: tensors{}, Baseline: tensors{}}
				for from, to := range map[*tensors]tensors{&d.Inputs: one.Inputs, &d.Attributions: one.Attributions, &d.Baseline: one.Baseline} {
					for key, x := range *from {
						r, err := x.Rows(row, row+1)
						require.NoError(t, err)
						to[key] = r
					}
				}
				moved := func(of []int) []int {
					out := make([]int, len(of))
					for i := range out {
						require.Zero(t, of[i])
						out[i] = row
					}
					return out
				}
				got, err := measure(t.Context(),
					func(ctx context.Context, xs tensors, of []int) ([]float64, error) { return p.score(ctx, xs, moved(of)) },
					func(ctx context.Context, xs tensors, of []int) (tensors, error) { return p.explain(ctx, xs, moved(of)) }, one)
				require.NoError(t, err)
				for i := range want {
					require.Equal(t, want[i][row], got[i][0], "row %d", row)
				}
			}
			again, err := other[name](t.Context(), p.score, p.explain, d)
			require.NoError(t, err)
			switch name {
			case "deletion", "insertion", "completeness":
				require.Equal(t, want, again, "nothing is random")
			default:
				require.NotEqual(t, want, again)
			}
		})
	}
}

// What was given is left as it was.
func TestInputsAreNotChanged(t *testing.T) {
	p := &pair{t: t}
	d := p.data()
	want := p.data()
	for _, measure := range all(1) {
		_, err := measure(t.Context(), p.score, p.explain, d)
		require.NoError(t, err)
	}
	require.Equal(t, want, d)
}

// A cancelled context stops before the next call; an error of the model is
// handed on.
func TestCancelledAndFailing(t *testing.T) {
	broken := errors.New("broken")
	for name, measure := range all(1) {
		t.Run(name, func(t *testing.T) {
			p := &pair{t: t}
			d := p.data()
			d.BatchSize = 2
			for _, tt := range []struct {
				stop func(cancel func()) error
				want error
			}{
				{func(cancel func()) error { cancel(); return nil }, context.Canceled},
				{func(func()) error { return broken }, broken},
			} {
				ctx, cancel := context.WithCancel(t.Context())
				calls := 0
				third := func() error {
					if calls++; calls == 3 {
						return tt.stop(cancel)
					}
					return nil
				}
				_, err := measure(ctx,
					func(ctx context.Context, xs tensors, of []int) ([]float64, error) {
						if err := third(); err != nil {
							return nil, err
						}
						return p.score(ctx, xs, of)
					},
					func(ctx context.Context, xs tensors, of []int) (tensors, error) {
						if err := third(); err != nil {
							return nil, err
						}
						return p.explain(ctx, xs, of)
					}, d)
				cancel()
				require.ErrorIs(t, err, tt.want)
				require.Equal(t, 3, calls)
			}
		})
	}
}

// Ids and strings are removed as they are; the attributions of an embedding
// are summed.
func TestIdsAndStrings(t *testing.T) {
	ids := made(t, []int64{5, 3, 8}, 1, 3)
	words := made(t, []string{"good", "", "bad"}, 1, 3)
	value := map[string]float64{"good": 2, "bad": -3, "<pad>": 0.5}
	score := func(_ context.Context, xs tensors, of []int) ([]float64, error) {
		id, err := tensor.Data[int64](xs["id"])
		require.NoError(t, err)
		word, err := tensor.Data[string](xs["word"])
		require.NoError(t, err)
		f := make([]float64, len(of))
		for i := range f {
			for e := 3 * i; e < 3*i+3; e++ {
				f[i] += 10*float64(id[e]) + value[word[e]]
			}
		}
		return f, nil
	}
	d := metrics.Data{
		Inputs: tensors{"id": ids, "word": words},
		// 10*(id - 1), split over an embedding of two numbers.
		Attributions: tensors{"id": made(t, []float64{30, 10, 0, 20, 75, -5}, 1, 3, 2), "word": made(t, []float32{1.5, -0.5, -3.5}, 1, 3)},
		Baseline:     tensors{"id": made(t, []int64{1, 1, 1}, 1, 3), "word": made(t, []string{"<pad>", "<pad>", "<pad>"}, 1, 3)},
	}
	res, err := metrics.Completeness{}.Measure(t.Context(), score, d)
	require.NoError(t, err)
	require.InDelta(t, 0, res.Error[0], 1e-12)
	sens, err := metrics.SensitivityN{}.Measure(t.Context(), score, d)
	require.NoError(t, err)
	require.InDelta(t, 1, sens.Mean(), 1e-12)
	require.Zero(t, sens.Undefined())
	inf, err := metrics.Infidelity{}.Measure(t.Context(), score, d)
	require.NoError(t, err)
	require.InDelta(t, 0, inf.Infidelity[0], 1e-20)
	del, err := metrics.Deletion{}.Measure(t.Context(), score, d)
	require.NoError(t, err)
	require.Equal(t, []float64{159, 89, 49, 29, 27.5, 28, 31.5}, del.Curve, "ids 8, 5, 3, then good, nothing, bad")
}

// Data that cannot be used is refused, by name.
func TestRefusedData(t *testing.T) {
	x := made(t, make([]float32, 6), 2, 3)
	good := func() metrics.Data {
		return metrics.Data{Inputs: tensors{"x": x}, Attributions: tensors{"x": x}}
	}
	for _, tt := range []struct {
		name, want string
		option     bool
		change     func(d *metrics.Data)
	}{
		{"batch size", "metrics: BatchSize is -1; wanted 0 (64 rows) or a positive number of rows", true, func(d *metrics.Data) { d.BatchSize = -1 }},
		{"nothing to judge", "metrics: Attributions is empty; wanted the attributions of an input at least", true, func(d *metrics.Data) { d.Attributions = nil }},
		{"attributions of nothing", `metrics: input "y": it has attributions or a baseline, but no values; wanted tensors for both`, false, func(d *metrics.Data) { d.Attributions["y"] = x }},
		{"baseline of nothing", `metrics: input "y": it has attributions or a baseline, but no values; wanted tensors for both`, false, func(d *metrics.Data) { d.Baseline = tensors{"y": x} }},
		{"scalar", `metrics: input "x": it has no row axis; wanted a tensor whose first axis counts the rows`, false, func(d *metrics.Data) { d.Inputs["x"] = made(t, []float32{1}) }},
		{"nil", `metrics: input "z": it has no row axis; wanted a tensor whose first axis counts the rows`, false, func(d *metrics.Data) { d.Inputs["z"] = nil }},
		{"rows", `metrics: input "y": it has 3 rows, and another input has 2; wanted equally many`, false, func(d *metrics.Data) { d.Inputs["y"] = made(t, make([]float32, 6), 3, 2) }},
		{"no rows", "metrics: Inputs is 0 rows of 3 features; wanted a row and a feature at least", true, func(d *metrics.Data) {
			d.Inputs["x"] = made(t, []float32{}, 0, 3)
			d.Attributions["x"] = d.Inputs["x"]
		}},
		{"no features", "metrics: Inputs is 2 rows of 0 features; wanted a row and a feature at least", true, func(d *metrics.Data) {
			d.Inputs["x"] = made(t, []float32{}, 2, 3, 0)
			d.Attributions["x"] = d.Inputs["x"]
			d.GroupChannels = true
		}},
		{"shape", `metrics: input "x": its attributions are float32[2 2] and its values float32[2 3]; wanted the same shape, or further axes after it`, false, func(d *metrics.Data) {
			d.Attributions["x"] = made(t, make([]float32, 4), 2, 2)
		}},
		{"type", `metrics: input "x": its attributions are string[2 3]; wanted real numbers`, false, func(d *metrics.Data) { d.Attributions["x"] = made(t, make([]string, 6), 2, 3) }},
		{"not a number", `metrics: input "x": an attribution of row 1 is NaN; wanted finite numbers`, false, func(d *metrics.Data) {
			d.Attributions["x"] = made(t, []float64{1, 2, 3, 4, math.NaN(), 6}, 2, 3)
		}},
		{"baseline rows", `metrics: input "x": its baseline is float32[3 3] and its values float32[2 3]; wanted the same type, and one row or as many`, false, func(d *metrics.Data) {
			d.Baseline = tensors{"x": made(t, make([]float32, 9), 3, 3)}
		}},
		{"baseline type", `metrics: input "x": its baseline is float64[1 3] and its values float32[2 3]; wanted the same type, and one row or as many`, false, func(d *metrics.Data) {
			d.Baseline = tensors{"x": made(t, make([]float64, 3), 1, 3)}
		}},
	} {
		for name, measure := range all(1) {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				d := good()
				tt.change(&d)
				zeros := func(_ context.Context, _ tensors, of []int) ([]float64, error) { return make([]float64, len(of)), nil }
				explain := func(_ context.Context, xs tensors, _ []int) (tensors, error) { return tensors{"x": xs["x"]}, nil }
				_, err := measure(t.Context(), zeros, explain, d)
				require.EqualError(t, err, tt.want)
				var option *metrics.OptionError
				var input *metrics.InputError
				require.Equal(t, tt.option, errors.As(err, &option))
				require.Equal(t, !tt.option, errors.As(err, &input))
			})
		}
	}
}

// So are options.
func TestRefusedOptions(t *testing.T) {
	x := made(t, make([]float32, 6), 2, 3)
	d := metrics.Data{Inputs: tensors{"x": x}, Attributions: tensors{"x": x}}
	ids := metrics.Data{Inputs: tensors{"id": made(t, make([]int32, 6), 2, 3)}, Attributions: tensors{"id": x}}
	score := func(_ context.Context, _ tensors, of []int) ([]float64, error) { return make([]float64, len(of)), nil }
	sensitivity := func(m metrics.SensitivityN) error { _, err := m.Measure(t.Context(), score, d); return err }
	infidelity := func(m metrics.Infidelity, d metrics.Data) error {
		_, err := m.Measure(t.Context(), score, d)
		return err
	}
	largest := func(m metrics.MaxSensitivity, d metrics.Data, explain metrics.Explain) error {
		_, err := m.Measure(t.Context(), explain, d)
		return err
	}
	_, deletion := metrics.Deletion{Steps: -1}.Measure(t.Context(), score, d)
	_, insertion := metrics.Insertion{Steps: -1}.Measure(t.Context(), score, d)
	for want, err := range map[string]error{
		"metrics: Subsets is 1; wanted 0 (100 subsets) or at least 2: fewer have no correlation":                             sensitivity(metrics.SensitivityN{Subsets: 1}),
		"metrics: Points is -1; wanted 0 (16 sizes) or a positive number":                                                    sensitivity(metrics.SensitivityN{Points: -1}),
		"metrics: MaxShare is 1.5; wanted 0 (0.8) or a share of the features, up to 1":                                       sensitivity(metrics.SensitivityN{MaxShare: 1.5}),
		"metrics: MaxShare is NaN; wanted 0 (0.8) or a share of the features, up to 1":                                       sensitivity(metrics.SensitivityN{MaxShare: math.NaN()}),
		"metrics: Sizes is 4; wanted sizes from 1 to 3, the number of features":                                              sensitivity(metrics.SensitivityN{Sizes: []int{1, 4}}),
		"metrics: Steps is -1; wanted 0 (224 steps) or a positive number":                                                    deletion,
		"metrics: Steps is -1; wanted 0 (224 steps) or a positive number ":                                                   fmt.Errorf("%w ", insertion),
		"metrics: Samples is -1; wanted 0 (100 samples) or a positive number":                                                infidelity(metrics.Infidelity{Samples: -1}, d),
		"metrics: Squares.Side is -1; wanted 0 (a third of the longest axis) or a positive number of elements":               infidelity(metrics.Infidelity{Perturbation: metrics.Squares{Side: -1}}, d),
		"metrics: NoisyBaseline.Sigma is 0; wanted a positive standard deviation, in units of the input":                     infidelity(metrics.Infidelity{Perturbation: metrics.NoisyBaseline{}}, d),
		"metrics: Radius is -1; wanted 0 (0.02) or a positive change, in units of the input":                                 largest(metrics.MaxSensitivity{Radius: -1}, d, nil),
		"metrics: Samples is -1; wanted 0 (10 samples) or a positive number":                                                 largest(metrics.MaxSensitivity{Samples: -1}, d, nil),
		"metrics: Inputs is without an attributed input of a float type; wanted one at least: only floats can move a little": largest(metrics.MaxSensitivity{}, ids, nil),
	} {
		var option *metrics.OptionError
		require.ErrorAs(t, err, &option)
		require.EqualError(t, err, want)
	}
	for want, err := range map[string]error{
		`metrics: input "id": it is int32[2 3]; a slope needs a float type`: infidelity(metrics.Infidelity{Slopes: true}, ids),
		`metrics: input "id": it is int32[2 3]; noise needs a float type`:   infidelity(metrics.Infidelity{Perturbation: metrics.NoisyBaseline{Sigma: 1}}, ids),
		`metrics: input "x": for 20 rows, explain gave the attributions <nil>; wanted those of Data, float32[2 3]`: largest(metrics.MaxSensitivity{}, d,
			func(context.Context, tensors, []int) (tensors, error) { return nil, nil }),
		`metrics: input "x": for 20 rows, explain gave the attributions float32[2 3]; wanted those of Data, float32[2 3]`: largest(metrics.MaxSensitivity{}, d,
			func(context.Context, tensors, []int) (tensors, error) { return tensors{"x": x}, nil }),
	} {
		var input *metrics.InputError
		require.ErrorAs(t, err, &input)
		require.EqualError(t, err, want)
	}
	_, err := metrics.Completeness{}.Measure(t.Context(), func(context.Context, tensors, []int) ([]float64, error) { return []float64{1}, nil }, d)
	var wrong *metrics.ScoreError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, &metrics.ScoreError{Given: 1, Wanted: 4}, wrong)
	require.EqualError(t, err, "metrics: the score gave 1 numbers for 4 rows; wanted one for each")
}

func TestPerRow(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		v         metrics.PerRow
		mean, max float64
		undefined int
	}{
		{metrics.PerRow{1, 2, 6}, 3, 6, 0},
		{metrics.PerRow{nan, 2, nan, -6}, -2, 2, 2},
		{metrics.PerRow{nan, -2}, -2, -2, 1},
		{metrics.PerRow{nan}, nan, nan, 1},
		{nil, nan, nan, 0},
	} {
		same := func(want, got float64) {
			require.True(t, want == got || math.IsNaN(want) && math.IsNaN(got), "%v: %v", tt.v, got)
		}
		same(tt.mean, tt.v.Mean())
		same(tt.max, tt.v.Max())
		require.Equal(t, tt.undefined, tt.v.Undefined())
	}
}

// What is nil is an option that cannot be used.
func TestNothingGiven(t *testing.T) {
	p := &pair{t: t}
	var none context.Context
	for name, measure := range all(1) {
		t.Run(name, func(t *testing.T) {
			var option *metrics.OptionError
			_, err := measure(none, p.score, p.explain, p.data())
			require.ErrorAs(t, err, &option)
			require.Equal(t, "ctx", option.Field)
			_, err = measure(context.Background(), nil, nil, p.data())
			require.ErrorAs(t, err, &option)
			require.Equal(t, "nil", option.Given)
		})
	}
}
