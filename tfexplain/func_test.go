package tfexplain_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// games are the methods that only ask for answers.
func games() map[string]tfexplain.Method {
	return map[string]tfexplain.Method{
		"occlusion": tfexplain.Occlusion{}, "ablation": tfexplain.FeatureAblation{}, "sampling": tfexplain.ShapleySampling{Seed: 3},
		"until": tfexplain.ShapleySampling{Samples: 400, Until: .2}, "exact": tfexplain.ExactShapley{}, "kernel": tfexplain.KernelSHAP{Coalitions: 100},
	}
}

// answering is a function of one input "x": f answers for a row of width numbers.
func answering(width int, f func(x []float32) []float64) tfexplain.Func {
	return tfexplain.Func{
		Inputs: []tfexplain.Input{{Key: "x", DType: tensor.Float32, Shape: []int{-1, width}}},
		Predict: func(_ context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
			x, err := tensor.Data[float32](xs["x"])
			if err != nil {
				return nil, err
			}
			var answers []float64
			for from := 0; from < len(x); from += width {
				answers = append(answers, f(x[from:from+width])...)
			}
			rows := xs["x"].Shape()[0]
			return tensor.New(answers, rows, len(answers)/rows)
		},
	}
}

// bumpy is a function of eight numbers with interactions of all kinds; it has
// two outputs.
func bumpy() tfexplain.Func {
	return answering(8, func(x []float32) []float64 {
		v := make([]float64, 8)
		for i := range v {
			v[i] = float64(x[i])
		}
		return []float64{
			v[0]*v[1] + math.Max(v[2], v[3])*v[4] - math.Tanh(v[5]+v[6]*v[7]) + v[0]*v[3]*v[6],
			math.Sin(v[0]-v[7]) + v[1]*v[1] + math.Abs(v[2]*v[5]),
		}
	})
}

func newFunc(t testing.TB, f tfexplain.Func, method tfexplain.Method, o tfexplain.Options) *tfexplain.Explainer {
	t.Helper()
	ex, err := tfexplain.NewFunc(f, method, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ex.Close()) })
	return ex
}

// A function of numbers and words: f = a0*a1 + a0*len(w0), times a factor that
// all rows share. Each product is one of two players', who share it.
func TestFuncWithWords(t *testing.T) {
	f := tfexplain.Func{
		Inputs: []tfexplain.Input{{Key: "a", DType: tensor.Float64, Shape: []int{-1, 2}}, {Key: "w", DType: tensor.String, Shape: []int{-1, 2}}, {Key: "factor", DType: tensor.Float64}},
		Predict: func(_ context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
			a, err := tensor.Data[float64](xs["a"])
			if err != nil {
				return nil, err
			}
			w, err := tensor.Data[string](xs["w"])
			if err != nil {
				return nil, err
			}
			factor, err := tensor.Data[float64](xs["factor"])
			if err != nil {
				return nil, err
			}
			out := make([]float64, len(a)/2)
			for n := range out {
				out[n] = factor[0] * (a[2*n]*a[2*n+1] + a[2*n]*float64(len(w[2*n])))
			}
			return tensor.New(out, len(out))
		},
	}
	words, err := tensor.New([]string{"four", "x", "", "y", "seven77", "z"}, 3, 2)
	require.NoError(t, err)
	xs := map[string]*tensor.Tensor{"a": convert(t, tensor.Float64, []float64{2, 3, 5, 7, -1, 4}, 3, 2), "w": words, "factor": convert(t, tensor.Float64, []float64{10})}
	both := tfexplain.Options{Explain: []string{"a", "w"}}
	for name, method := range map[string]tfexplain.Method{"exact": tfexplain.ExactShapley{}, "kernel": tfexplain.KernelSHAP{}, "sampling": tfexplain.ShapleySampling{Samples: 600}} {
		t.Run(name, func(t *testing.T) {
			res := explain(t, newFunc(t, f, method, both), xs, nil)
			places := 10
			if name == "sampling" {
				places = 9 // antithetic pairs share a product of two exactly, whatever the order
			}
			requirePlaces(t, []float64{10 * (6 + 8) / 2, 10 * 6 / 2, 10 * 35 / 2, 10 * 35 / 2, 10 * (-4 - 7) / 2, -10 * 4 / 2}, float64s(t, res.Attributions["a"]), places)
			requirePlaces(t, []float64{10 * 8 / 2, 0, 0, 0, -10 * 7 / 2, 0}, float64s(t, res.Attributions["w"]), 4) // float32: of words
			require.Equal(t, tensor.Float32, res.Attributions["w"].DType())
			require.Equal(t, []float64{140, 350, -110}, res.Target)
			require.Equal(t, []float64{0, 0, 0}, res.BaselineTarget)
			require.Len(t, res.Players, 3)
		})
	}
	res := explain(t, newFunc(t, f, tfexplain.Occlusion{}, both), xs, nil)
	requirePlaces(t, []float64{140, 60, 350, 350, -110, -40}, float64s(t, res.Attributions["a"]), 10)
	requirePlaces(t, []float64{80, 0, 0, 0, -70, 0}, float64s(t, res.Attributions["w"]), 10)

	// A mask over both inputs: a0 and w0 are one player, a1 another, w1 a third.
	mask := map[string]*tensor.Tensor{"a": convert(t, tensor.Int32, []float64{4, 9}, 2), "w": convert(t, tensor.Int32, []float64{4, 30}, 1, 2)}
	res = explain(t, newFunc(t, f, tfexplain.ExactShapley{Mask: mask}, both), xs, nil)
	require.Equal(t, []int64{4, 9, 30}, res.Players[0].IDs)
	requirePlaces(t, []float64{80 + 30, 30, 0}, res.Players[0].Values, 10)
	requirePlaces(t, []float64{55, 30}, float64s(t, res.Attributions["a"])[:2], 10) // shared equally with w0

	// By default numbers are explained and words held; other words are a baseline.
	res = explain(t, newFunc(t, f, tfexplain.ExactShapley{}, tfexplain.Options{}), xs, nil)
	require.Equal(t, []string{"a"}, sortedKeys(res.Attributions))
	requirePlaces(t, []float64{140 - 30, 30}, float64s(t, res.Attributions["a"])[:2], 10)
	spam, err := tensor.New([]string{"ab", ""}, 2)
	require.NoError(t, err)
	res = explain(t, newFunc(t, f, tfexplain.FeatureAblation{}, tfexplain.Options{Explain: []string{"w"}, Baseline: tfexplain.Values(map[string]*tensor.Tensor{"w": spam})}), xs, nil)
	requirePlaces(t, []float64{40, 0, -100, 0, -50, 0}, float64s(t, res.Attributions["w"]), 10)
}

// What goes wrong in a function comes back, and the next call works.
func TestFuncErrors(t *testing.T) {
	ctx := context.Background()
	down := errors.New("the service is down")
	ones := func(rows ...int) *tensor.Tensor {
		x, err := tensor.Zeros(tensor.Float32, rows...)
		require.NoError(t, err)
		return x
	}
	words, err := tensor.Zeros(tensor.String, 32, 2)
	require.NoError(t, err)
	var broken func(rows int) (*tensor.Tensor, error)
	f := bumpy()
	works := f.Predict
	f.Predict = func(ctx context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
		if broken != nil {
			return broken(xs["x"].Shape()[0])
		}
		return works(ctx, xs)
	}
	for name, method := range games() {
		t.Run(name, func(t *testing.T) {
			ex := newFunc(t, f, method, tfexplain.Options{})
			x := xOf(random(t, tensor.Float32, 1, 3, 8))
			var option *tfexplain.OptionError
			var shape *tfexplain.ShapeError
			var dtype *tfexplain.DTypeError
			for _, c := range []struct {
				answer *tensor.Tensor
				as     any
				says   string
			}{
				{nil, &option, "an answer or an error"},
				{ones(), &shape, "as many as were fed"},
				{ones(100, 2), &shape, "as many as were fed"},
				{ones(0, 2), &shape, "as many as were fed"},
				{words, &dtype, "string"},
			} {
				broken = func(int) (*tensor.Tensor, error) { return c.answer, nil }
				_, err := ex.Explain(ctx, x, nil)
				require.ErrorAs(t, err, c.as)
				require.ErrorContains(t, err, c.says)
				_, err = ex.Score(ctx, x, nil)
				require.ErrorAs(t, err, c.as)
			}
			broken = func(int) (*tensor.Tensor, error) { return nil, fmt.Errorf("asked: %w", down) }
			_, err := ex.Explain(ctx, x, nil)
			require.ErrorIs(t, err, down)
			require.ErrorContains(t, err, "predict: asked: the service is down")

			asked := 0
			broken = func(rows int) (*tensor.Tensor, error) { // another width from the fifth time on
				if asked++; asked > 5 {
					return ones(rows, 3), nil
				}
				return ones(rows, 2), nil
			}
			_, err = ex.Explain(ctx, x, nil)
			require.ErrorAs(t, err, &shape)
			require.ErrorContains(t, err, "2 entries in each row")

			broken = nil
			res, err := ex.Explain(ctx, x, nil)
			require.NoError(t, err)
			require.Len(t, res.Target, 3)
			scores, err := ex.Score(ctx, x, nil)
			require.NoError(t, err)
			require.Equal(t, res.Target, scores)
		})
	}
}

// A cancelled call stops before the next Run, whatever the function does.
func TestFuncCancelled(t *testing.T) {
	f := bumpy()
	works := f.Predict
	var cancel context.CancelFunc
	asked := 0
	f.Predict = func(ctx context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
		if asked++; asked == 6 {
			cancel()
		}
		return works(ctx, xs)
	}
	for name, method := range games() {
		t.Run(name, func(t *testing.T) {
			ex := newFunc(t, f, method, tfexplain.Options{BatchSize: 2})
			var ctx context.Context
			ctx, cancel = context.WithCancel(context.Background())
			asked = 0
			x := xOf(random(t, tensor.Float32, 1, 3, 8))
			_, err := ex.Explain(ctx, x, nil)
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, 6, asked)
			asked = 6
			_, err = ex.Explain(context.Background(), x, nil)
			require.NoError(t, err)
		})
	}
}

func TestNewFuncErrors(t *testing.T) {
	f := bumpy()
	with := func(change func(f *tfexplain.Func)) tfexplain.Func {
		f := bumpy()
		change(&f)
		return f
	}
	for name, c := range map[string]struct {
		f      tfexplain.Func
		method tfexplain.Method
		o      tfexplain.Options
		says   string
	}{
		"no method":     {f, nil, tfexplain.Options{}, "wanted a method"},
		"gradient":      {f, tfexplain.Gradient{}, tfexplain.Options{}, "needs no gradient"},
		"path":          {f, tfexplain.IntegratedGradients{}, tfexplain.Options{}, "needs no gradient"},
		"noise":         {f, tfexplain.SmoothGrad{}, tfexplain.Options{}, "needs no gradient"},
		"no function":   {with(func(f *tfexplain.Func) { f.Predict = nil }), tfexplain.Occlusion{}, tfexplain.Options{}, "a function that answers"},
		"no inputs":     {with(func(f *tfexplain.Func) { f.Inputs = nil }), tfexplain.Occlusion{}, tfexplain.Options{}, "input that has rows"},
		"no rows":       {with(func(f *tfexplain.Func) { f.Inputs[0].Shape = []int{2, 8} }), tfexplain.Occlusion{}, tfexplain.Options{}, "input that has rows"},
		"twice":         {with(func(f *tfexplain.Func) { f.Inputs = append(f.Inputs, f.Inputs[0]) }), tfexplain.Occlusion{}, tfexplain.Options{}, "described twice"},
		"no type":       {with(func(f *tfexplain.Func) { f.Inputs[0].DType = 0 }), tfexplain.Occlusion{}, tfexplain.Options{}, "a tensor can hold"},
		"unknown input": {f, tfexplain.Occlusion{}, tfexplain.Options{Explain: []string{"y"}}, "is not an input"},
		"input twice":   {f, tfexplain.Occlusion{}, tfexplain.Options{Explain: []string{"x", "x"}}, "each input once"},
		"batch size":    {f, tfexplain.Occlusion{}, tfexplain.Options{BatchSize: -1}, "BatchSize"},
		"method":        {f, tfexplain.ShapleySampling{Samples: -1}, tfexplain.Options{}, "Samples"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tfexplain.NewFunc(c.f, c.method, c.o)
			requireTyped(t, err, c.says)
		})
	}
}

// requireTyped says that an error is one of the package's own.
func requireTyped(t *testing.T, err error, says string) {
	t.Helper()
	require.Error(t, err)
	var option *tfexplain.OptionError
	var input *tfexplain.InputError
	var shape *tfexplain.ShapeError
	var dtype *tfexplain.DTypeError
	typed := errors.As(err, &option) || errors.As(err, &input) || errors.As(err, &shape) || errors.As(err, &dtype)
	require.True(t, typed, "%T: %v", err, err)
	require.ErrorContains(t, err, says)
}
