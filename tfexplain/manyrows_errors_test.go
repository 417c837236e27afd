package tfexplain_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Every parameter that cannot be used is refused by name, when the Explainer is
// made or, where it depends on the shape of a row, by the call.
func TestBadParameters(t *testing.T) {
	ctx := context.Background()
	s := newNets(t)
	s.one("image", tensor.Float32, [][]int{{-1, 4, 5, 2}}, func(n *net, x []out) out { return n.Sum(n.op("Tanh", x[0]), false, 2, 3) })
	m := s.load()
	ids := func(v []float64, shape ...int) map[string]*tensor.Tensor {
		return xOf(convert(t, tensor.Int64, v, shape...))
	}
	eight := make([]float64, 40)
	words, err := tensor.Zeros(tensor.String, 4, 5, 2)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		method tfexplain.Method
		says   []string
	}{
		"window 0":           {tfexplain.Occlusion{Window: []int{0}}, []string{"Window", "at least 1"}},
		"window -1":          {tfexplain.Occlusion{Window: []int{2, -1}}, []string{"Window", "[2 -1]"}},
		"window too long":    {tfexplain.Occlusion{Window: []int{5}}, []string{"Window", "1 to 4"}},
		"window of 4 axes":   {tfexplain.Occlusion{Window: []int{1, 1, 1, 1}}, []string{"Window", "at most 3", "[4 5 2]"}},
		"stride 0":           {tfexplain.Occlusion{Stride: []int{0}}, []string{"Stride", "at least 1"}},
		"stride of 4 axes":   {tfexplain.Occlusion{Stride: []int{1, 1, 1, 1}}, []string{"Stride", "at most 3"}},
		"stride over window": {tfexplain.Occlusion{Window: []int{1, 1}, Stride: []int{2}}, []string{"uncovered"}},
		"dim 3":              {tfexplain.ShapleySampling{Dims: []int{3}}, []string{"Dims", "[3]", "from 0 to 2"}},
		"dim -1":             {tfexplain.FeatureAblation{Dims: []int{-1}}, []string{"Dims", "[-1]"}},
		"dim twice":          {tfexplain.KernelSHAP{Dims: []int{1, 1}}, []string{"Dims", "different axes"}},
		"dims and mask":      {tfexplain.ExactShapley{Dims: []int{0}, Mask: ids(eight, 4, 5, 2)}, []string{"Dims", "Mask"}},
		"mask of no input":   {tfexplain.ShapleySampling{Mask: map[string]*tensor.Tensor{}}, []string{`"x"`, "no mask"}},
		"mask of another":    {tfexplain.ShapleySampling{Mask: map[string]*tensor.Tensor{"x": ids(eight, 4, 5, 2)["x"], "z": words}}, []string{`"z"`, "not explained"}},
		"mask shape":         {tfexplain.ShapleySampling{Mask: ids(eight, 8, 5)}, []string{"Mask", "[8 5]", "[4 5 2]"}},
		"mask rows":          {tfexplain.ShapleySampling{Mask: ids(make([]float64, 120), 3, 4, 5, 2)}, []string{"Mask", "3 rows"}},
		"mask id":            {tfexplain.KernelSHAP{Mask: ids([]float64{1, -2, 3, 4}, 4, 1, 1)}, []string{"Mask", "-2"}},
		"mask of words":      {tfexplain.ExactShapley{Mask: map[string]*tensor.Tensor{"x": words}}, []string{"mask of x", "string"}},
		"mask of nil":        {tfexplain.ExactShapley{Mask: map[string]*tensor.Tensor{"x": nil}}, []string{`"x"`, "no mask"}},
		"17 players":         {tfexplain.ExactShapley{}, []string{"40", "at most 16", "Dims or Mask"}},
		"samples -1":         {tfexplain.ShapleySampling{Samples: -1}, []string{"Samples", "-1"}},
		"until -1":           {tfexplain.ShapleySampling{Until: -1}, []string{"Until"}},
		"until NaN":          {tfexplain.ShapleySampling{Until: math.NaN()}, []string{"Until"}},
		"coalitions -1":      {tfexplain.KernelSHAP{Coalitions: -1}, []string{"Coalitions"}},
		"coalitions 10":      {tfexplain.KernelSHAP{Coalitions: 10}, []string{"Coalitions", "at least 80"}},
		"steps":              {tfexplain.IntegratedGradients{Steps: -1}, []string{"Steps"}},
		"rule":               {tfexplain.IntegratedGradients{Rule: 9}, []string{"Rule", "Quadrature(9)"}},
		"adaptive":           {tfexplain.IntegratedGradients{Adaptive: math.NaN()}, []string{"Adaptive"}},
		"adaptive Inf":       {tfexplain.IntegratedGradients{Adaptive: math.Inf(1)}, []string{"Adaptive"}},
		"max steps":          {tfexplain.IntegratedGradients{MaxSteps: 10}, []string{"MaxSteps", "Adaptive"}},
		"few max steps":      {tfexplain.IntegratedGradients{Adaptive: 1, MaxSteps: 10}, []string{"MaxSteps", "50"}},
		"negative max steps": {tfexplain.IntegratedGradients{Adaptive: 1, MaxSteps: -1}, []string{"MaxSteps"}},
		"draws":              {tfexplain.ExpectedGradients{Samples: -1}, []string{"Samples"}},
		"noise":              {tfexplain.SmoothGrad{Noise: -1}, []string{"Noise"}},
		"noise NaN":          {tfexplain.VarGrad{Noise: math.NaN()}, []string{"Noise"}},
		"noise Inf":          {tfexplain.VarGrad{Noise: math.Inf(1)}, []string{"Noise"}},
		"copies":             {tfexplain.SmoothGrad{Samples: -5}, []string{"Samples"}},
		"noise of a path":    {tfexplain.SmoothGrad{Method: tfexplain.IntegratedGradients{}}, []string{"Method", "one row"}},
		"noise of noise":     {tfexplain.VarGrad{Method: tfexplain.SmoothGrad{}}, []string{"Method", "one row"}},
		"noise of a game":    {tfexplain.SmoothGrad{Method: tfexplain.Occlusion{}}, []string{"Method", "one row"}},
		"noise of bad":       {tfexplain.SmoothGrad{Method: tfexplain.EpsilonLRP{Epsilon: -1}}, []string{"Epsilon"}},
	} {
		t.Run(name, func(t *testing.T) {
			ex, err := tfexplain.New(ctx, m, c.method, tfexplain.Options{})
			if err == nil {
				_, err = ex.Explain(ctx, xOf(random(t, tensor.Float32, 1, 2, 4, 5, 2)), nil)
				require.NoError(t, ex.Close())
			}
			for _, says := range c.says {
				requireTyped(t, err, says)
			}
		})
	}
	wide := tfexplain.Func{Inputs: []tfexplain.Input{{Key: "x", DType: tensor.Float32, Shape: []int{-1, 9000}}},
		Predict: func(_ context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
			return tensor.Zeros(tensor.Float32, xs["x"].Shape()[0])
		}}
	_, err = newFunc(t, wide, tfexplain.KernelSHAP{}, tfexplain.Options{}).Explain(ctx, xOf(random(t, tensor.Float32, 1, 1, 9000)), nil)
	requireTyped(t, err, "at most 8192 players")
}

// Calls that do not fit are refused by every method that takes many rows, and
// leave it working.
func TestBadCalls(t *testing.T) {
	ctx := context.Background()
	m := mlp(t)
	x := func(shape ...int) map[string]*tensor.Tensor { return xOf(random(t, tensor.Float32, 1, shape...)) }
	for name, method := range manyRowMethods() {
		t.Run(name, func(t *testing.T) {
			ex := newExplainer(t, m, method, tfexplain.Options{})
			indexed := newExplainer(t, m, method, tfexplain.Options{TargetIndex: []int{1}})
			for about, call := range map[string]func() error{
				"no input":        func() error { _, err := ex.Explain(ctx, nil, nil); return err },
				"nil input":       func() error { _, err := ex.Explain(ctx, xOf(nil), nil); return err },
				"width":           func() error { _, err := ex.Explain(ctx, x(2, 5), nil); return err },
				"type":            func() error { _, err := ex.Explain(ctx, xOf(random(t, tensor.Float64, 1, 2, 4)), nil); return err },
				"rows of ys":      func() error { _, err := ex.Explain(ctx, x(2, 4), tfexplain.Classes(1, 2, 0)); return err },
				"class":           func() error { _, err := ex.Explain(ctx, x(2, 4), tfexplain.Class(3)); return err },
				"weights":         func() error { _, err := ex.Explain(ctx, x(2, 4), tfexplain.Weights(x(2, 4)["x"])); return err },
				"ys and an index": func() error { _, err := indexed.Explain(ctx, x(2, 4), tfexplain.Class(1)); return err },
				"score":           func() error { _, err := ex.Score(ctx, x(2, 4), tfexplain.Class(3)); return err },
			} {
				requireTyped(t, call(), "tfexplain: ")
				require.NotPanics(t, func() { _ = call() }, about)
			}
			all, one := explain(t, ex, x(3, 4), tfexplain.Class(1)), explain(t, indexed, x(3, 4), nil)
			requireNear(t, float64s(t, all.Attributions["x"]), float64s(t, one.Attributions["x"]), 1e-6) // float32
			requireNear(t, all.Target, one.Target, 1e-6)
			none := explain(t, ex, xOf(floats(t, nil, 0, 4)), nil)
			require.Equal(t, []int{0, 4}, none.Attributions["x"].Shape())
			require.Empty(t, none.Target)
		})
	}
}

// Random parameters either work or are refused with one of the package's
// errors.
func TestRandomParameters(t *testing.T) {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(1, 2))
	few := func(n int) []int {
		var v []int
		for range r.IntN(n) {
			v = append(v, r.IntN(6)-1)
		}
		return v
	}
	f := answering(12, func(x []float32) []float64 { return []float64{float64(x[0]*x[5] + x[11])} })
	f.Inputs[0].Shape = []int{-1, 3, 4}
	worked := 0
	for i := range 2000 {
		mask := map[string]*tensor.Tensor(nil)
		if r.IntN(3) == 0 {
			shape := [][]int{{3, 4}, {1, 4}, {3, 1}, {2, 3, 4}, {1, 1, 1}, {4, 3}, {12}, {}, {0}}[r.IntN(9)]
			n, err := tensor.Count(shape)
			require.NoError(t, err)
			v := make([]float64, n)
			for k := range v {
				v[k] = float64(r.IntN(9) - r.IntN(2)*r.IntN(2))
			}
			mask = xOf(convert(t, tensor.Int32, v, shape...))
		}
		method := []tfexplain.Method{
			tfexplain.Occlusion{Window: few(4), Stride: few(4), Full: r.IntN(2) == 0},
			tfexplain.ShapleySampling{Samples: r.IntN(5) - 1, Dims: few(4), Mask: mask, Until: float64(r.IntN(3) - 1), Shared: r.IntN(2) == 0},
			tfexplain.ExactShapley{Dims: few(4), Mask: mask},
			tfexplain.FeatureAblation{Dims: few(4), Mask: mask},
			tfexplain.KernelSHAP{Coalitions: r.IntN(60) - 1, Dims: few(4), Mask: mask},
		}[r.IntN(5)]
		about := fmt.Sprintf("%d: %#v", i, method)
		require.NotPanics(t, func() {
			ex, err := tfexplain.NewFunc(f, method, tfexplain.Options{BatchSize: r.IntN(20)})
			if err == nil {
				var res *tfexplain.Result
				if res, err = ex.Explain(ctx, xOf(random(t, tensor.Float32, 1, 2, 3, 4)), nil); err == nil {
					worked++
					require.Equal(t, []int{2, 3, 4}, res.Attributions["x"].Shape(), about)
					require.Equal(t, 0, slices.IndexFunc(res.Target, func(v float64) bool { return !math.IsNaN(v) }), about)
				}
			}
			if err != nil {
				requireTyped(t, err, "")
			}
		}, about)
	}
	require.Greater(t, worked, 400)
	require.Less(t, worked, 1600)
}
