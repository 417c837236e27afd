package tfexplain_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// DeepExplain's own tests of occlusion.
func TestPaperOcclusion(t *testing.T) {
	m := loadPaper(t, "paper_m1")
	xs := map[string]*tensor.Tensor{"x": floats(t, []float64{-10, -5, 3, 1}, 2, 2)}
	nan := math.NaN()
	for name, c := range map[string]struct {
		method tfexplain.Occlusion
		want   []float64
	}{
		"one element":         {tfexplain.Occlusion{}, []float64{0, 0, 1, -1}},
		"window 2":            {tfexplain.Occlusion{Window: []int{2}}, []float64{0, 0, .5, .5}},
		"stride 2, uncovered": {tfexplain.Occlusion{Stride: []int{2}, Full: true}, []float64{0, nan, 1, nan}},
	} {
		t.Run(name, func(t *testing.T) {
			res := explainOnce(t, m, c.method, tfexplain.Options{}, xs, nil)
			got := float64s(t, res.Attributions["x"])
			for i := range c.want {
				require.Equal(t, math.IsNaN(c.want[i]), math.IsNaN(got[i]))
				if !math.IsNaN(c.want[i]) {
					requirePlaces(t, c.want[i:i+1], got[i:i+1], 10)
				}
			}
		})
	}
}

// DeepExplain's own tests of Shapley sampling: f = min(x), 300 samples, one
// decimal place. The exact values have ten.
func TestPaperShapley(t *testing.T) {
	m := loadPaper(t, "paper_m3")
	for name, c := range map[string]struct {
		method tfexplain.Method
		places int
	}{
		"sampling":        {tfexplain.ShapleySampling{Samples: 300}, 1},
		"sampling shared": {tfexplain.ShapleySampling{Samples: 300, Shared: true}, 1},
		"exact":           {tfexplain.ExactShapley{}, 6}, // float32 model
		"kernel":          {tfexplain.KernelSHAP{}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			res := explainOnce(t, m, c.method, tfexplain.Options{Signature: "serving_default"}, map[string]*tensor.Tensor{"x": floats(t, []float64{2, -2, 4, 2}, 2, 2)}, nil)
			requirePlaces(t, []float64{0, -2, 1, 1}, float64s(t, res.Attributions["x"]), c.places)
			for row, delta := range res.Delta {
				require.InDelta(t, 0, delta, 1e-6, "row %d", row) // efficiency, in float32
			}
		})
	}
}

// The zoo's occlusion: windows that fit fully, zeros or a baseline, ids too.
func TestZooOcclusion(t *testing.T) {
	eachSuite(t, func(t *testing.T, m zooModel, s zooSuite, model *savedmodel.Model, xs map[string]*tensor.Tensor) {
		made := zooExplainers{}
		for i, c := range s.Cases {
			if c.Method != "occlusion" {
				continue
			}
			method := tfexplain.Occlusion{Window: sizes(c.Params["window"]), Stride: sizes(c.Params["step"]), Full: true}
			o, ys := m.options(t, s, c, xs)
			o.BatchSize = 7
			res, err := made.explain(t, model, fmt.Sprint(method), method, o, xs, ys)
			require.NoError(t, err, "case %d: %v", i, c.Params)
			for key, file := range c.Expected {
				requireClose(t, m.read(t, file), res.Attributions[key], c.Rtol, c.Atol)
			}
		}
	})
}

func sizes(v any) []int {
	var out []int
	switch v := v.(type) {
	case float64:
		return []int{int(v)}
	case []any:
		for _, d := range v {
			out = append(out, int(d.(float64)))
		}
	}
	return out
}

// The zoo's exact Shapley values of groups of elements, and what KernelSHAP
// with all coalitions makes of the same.
func TestZooShapley(t *testing.T) {
	eachSuite(t, func(t *testing.T, m zooModel, s zooSuite, model *savedmodel.Model, xs map[string]*tensor.Tensor) {
		made := zooExplainers{}
		for i, c := range s.Cases {
			if c.Method != "shapley_exact" {
				continue
			}
			mask := map[string]*tensor.Tensor{}
			for key, file := range c.Params["groups"].(map[string]any) {
				mask[key] = m.read(t, file.(string))
			}
			want := m.read(t, c.Expected["players"])
			c.Expected = map[string]string{}
			for key := range mask {
				c.Expected[key] = ""
			}
			o, ys := m.options(t, s, c, xs)
			methods := []tfexplain.Method{tfexplain.ExactShapley{Mask: mask}}
			if s.Signature == m.Suites[0].Signature { // once for each model
				methods = append(methods, tfexplain.KernelSHAP{Mask: mask})
			}
			for _, method := range methods {
				res, err := made.explain(t, model, fmt.Sprint(method.Name(), c.Params), method, o, xs, ys)
				require.NoError(t, err, "case %d", i)
				var got []float64
				for _, p := range res.Players {
					require.True(t, p.Exact)
					got = append(got, p.Values...)
				}
				values, err := tensor.New(got, want.Shape()...)
				require.NoError(t, err)
				requireClose(t, want, values, c.Rtol, c.Atol)
			}
		}
	})
}
