package metrics_test

import (
	"context"
	"flag"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

var plotPath = flag.String("plot", "", "file to draw the Sensitivity-n of the digit models into, with the paper's number of subsets")

// digitModel is a model of the zoo and the hundred digits that it is asked
// about.
type digitModel struct {
	t     *testing.T
	model *savedmodel.Model
	key   string
	xs    tensors
	ys    []float64 // the class it saw in each digit
}

func openDigits(t *testing.T, name string) *digitModel {
	t.Helper()
	m, err := savedmodel.Load(filepath.Join("../../testdata/zoo/models", name), savedmodel.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	sig, err := m.Signature("serving_default")
	require.NoError(t, err)
	raw, err := tensorfile.ReadRaw("testdata/digits8.npy")
	require.NoError(t, err)
	gray, err := raw.Convert(tensor.Float32)
	require.NoError(t, err)
	pixels, err := tensor.Data[float32](gray)
	require.NoError(t, err)
	for i := range pixels {
		pixels[i] /= 16
	}
	shape := append([]int{gray.Shape()[0]}, sig.Inputs[0].Shape[1:]...)
	x := made(t, pixels, shape...)
	d := &digitModel{t: t, model: m, key: sig.Inputs[0].Key, xs: tensors{sig.Inputs[0].Key: x}}
	logits := d.logits(t.Context(), d.xs)
	for row := range shape[0] {
		best := 0
		for k := range 10 {
			if logits[row*10+k] > logits[row*10+best] {
				best = k
			}
		}
		for k := range 10 {
			d.ys = append(d.ys, 0)
			if k == best {
				d.ys[row*10+k] = 1
			}
		}
	}
	return d
}

func (d *digitModel) logits(ctx context.Context, xs tensors) []float64 {
	out, err := d.model.Predict(ctx, "serving_default", xs)
	require.NoError(d.t, err)
	return floats(d.t, out["logits"])
}

// score is sum(logits*ys).
func (d *digitModel) score(ctx context.Context, xs tensors, of []int) ([]float64, error) {
	logits, f := d.logits(ctx, xs), make([]float64, len(of))
	for i, row := range of {
		for k := range 10 {
			f[i] += logits[i*10+k] * d.ys[row*10+k]
		}
	}
	return f, nil
}

// occlusion removes each pixel on its own: f(x) - f(x without i).
func (d *digitModel) occlusion() tensors {
	x := floats(d.t, d.xs[d.key])
	rows := d.xs[d.key].Shape()[0]
	size := len(x) / rows
	r := make([]float64, len(x))
	of := make([]int, size+1)
	for row := range rows {
		var copies []float32
		for i := range size + 1 {
			of[i] = row
			for e, v := range x[row*size : (row+1)*size] {
				if e == i-1 {
					v = 0
				}
				copies = append(copies, float32(v))
			}
		}
		shape := append([]int{size + 1}, d.xs[d.key].Shape()[1:]...)
		f, err := d.score(d.t.Context(), tensors{d.key: made(d.t, copies, shape...)}, of)
		require.NoError(d.t, err)
		for i := range size {
			r[row*size+i] = f[0] - f[i+1]
		}
	}
	return tensors{d.key: made(d.t, r, d.xs[d.key].Shape()...)}
}

func (d *digitModel) explain(m tfexplain.Method) tensors {
	e, err := tfexplain.New(d.t.Context(), d.model, m, tfexplain.Options{Target: "logits"})
	require.NoError(d.t, err)
	defer func() { require.NoError(d.t, e.Close()) }()
	res, err := e.Explain(d.t.Context(), d.xs, tfexplain.Weights(made(d.t, d.ys, len(d.ys)/10, 10)))
	require.NoError(d.t, err)
	return res.Attributions
}

// The shape that Ancona et al. published for digits: removing pixels one by one
// (occlusion-1) is perfect for one pixel and loses more the more are removed,
// where DeepLIFT and integrated gradients win. These two hardly differ, and with
// relu epsilon-LRP is gradient times input. -plot draws it.
func TestSensitivityNOfDigits(t *testing.T) {
	m := metrics.SensitivityN{Points: 5, Subsets: 50}
	if *plotPath != "" {
		m = metrics.SensitivityN{}
	}
	picture := render.Curves{XLabel: "n, pixels removed", YLabel: "correlation r(n)", Names: []string{"occlusion-1", "grad*input", "elrp", "deeplift", "ig"}}
	for _, tt := range []struct {
		model, title string
		relu         bool
	}{
		{"digits_mlp_relu", "dense net, relu", true},
		{"digits_mlp_tanh", "dense net, tanh", false},
		{"digits_cnn", "convolutional net, relu", true},
	} {
		t.Run(tt.model, func(t *testing.T) {
			d := openDigits(t, tt.model)
			panel := render.Panel{Title: tt.title}
			require.InDeltaSlice(t, floats(t, d.occlusion()[d.key]), floats(t, d.explain(tfexplain.Occlusion{})[d.key]), 1e-5, "differences of float32 near 10")
			curve := map[string][]float64{}
			for i, r := range []tensors{d.occlusion(), d.explain(tfexplain.GradientInput{}), d.explain(tfexplain.EpsilonLRP{}), d.explain(tfexplain.DeepLIFT{}), d.explain(tfexplain.IntegratedGradients{})} {
				res, err := m.Measure(t.Context(), d.score, metrics.Data{Inputs: d.xs, Attributions: r})
				require.NoError(t, err)
				require.Zero(t, res.Undefined())
				var means []float64
				for _, r := range res.R {
					means = append(means, r.Mean())
				}
				panel.X = nil
				for _, n := range res.Sizes {
					panel.X = append(panel.X, float64(n))
				}
				panel.Y = append(panel.Y, means)
				curve[picture.Names[i]] = means
			}
			picture.Panels = append(picture.Panels, panel)

			last := len(panel.X) - 1
			require.Equal(t, []float64{1, 51}, []float64{panel.X[0], panel.X[last]}, "of 64 pixels")
			occlusion := curve["occlusion-1"]
			require.InDelta(t, 1, occlusion[0], 1e-6, "the differences are float32, and so are the attributions")
			for i := range last {
				require.Greater(t, occlusion[i], occlusion[i+1], "sizes %v", panel.X[i:i+2])
			}
			for _, name := range picture.Names[1:] {
				require.Less(t, curve[name][0], occlusion[0]-0.01, name)
				require.Greater(t, curve[name][0], 0.85, name)
			}
			for _, name := range []string{"deeplift", "ig"} {
				require.Greater(t, curve[name][last], occlusion[last], name)
				require.Greater(t, curve[name][last], curve["grad*input"][last], name)
			}
			for i := range panel.X {
				require.InDelta(t, curve["deeplift"][i], curve["ig"][i], 0.02, "the paper calls DeepLIFT a good approximation; no closer bound is known")
				if tt.relu {
					require.InDelta(t, curve["grad*input"][i], curve["elrp"][i], 1e-3, "equal but for epsilon, 1e-4 beside activations near 1")
				}
			}
		})
	}
	if *plotPath != "" {
		img, err := picture.Draw()
		require.NoError(t, err)
		require.NoError(t, render.SavePNG(*plotPath, img))
	}
}
