package main

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

func picture(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	m, err := png.Decode(f)
	require.NoError(t, err)
	return m
}

// colours counts pixels that are clearly red, and clearly blue.
func colours(m image.Image) (red, blue int) {
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			r, _, b, _ := m.At(x, y).RGBA()
			switch {
			case r > 2*b:
				red++
			case b > 2*r:
				blue++
			}
		}
	}
	return red, blue
}

func TestExplainDigitsSheet(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "sheet.png")
	sheet := func(images string) image.Image {
		got := tfx("explain", "--model", digits+"model", "--target", "logits", "--predict", "probs", "--method", "gradinput",
			"--class", "argmax", "--input", "image="+digits+"images/"+images, "--out", out)
		require.Equal(t, 0, got.code, got.stderr)
		return picture(t, out)
	}
	one, ten := sheet("7.png"), sheet("*.png")
	require.Equal(t, one.Bounds().Dx(), ten.Bounds().Dx())
	require.Greater(t, ten.Bounds().Dy()-one.Bounds().Dy(), 9*sheetCell, "nine more rows")
	red, blue := colours(one)
	require.Positive(t, blue)
	require.Greater(t, red, blue, "what is seen speaks for the class on the whole")
}

func TestSheetOfOtherShapes(t *testing.T) {
	for name, shape := range map[string][]int{
		"vector": {1, 7}, "sequence": {1, 9, 4}, "eight channels": {1, 4, 4, 8}, "channels first": {1, 3, 6, 5},
		"volume": {1, 4, 4, 4, 2}, "one number": {1},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := tensor.Count(shape)
			require.NoError(t, err)
			values := make([]float32, n)
			for i := range values {
				values[i] = float32(i%3) - 1
			}
			x, err := tensor.New(values, shape...)
			require.NoError(t, err)
			methods, err := chooseMethods([]string{"gradient"}, nil)
			require.NoError(t, err)
			p := &plan{methods: methods, in: &inputs{values: map[string]*tensor.Tensor{"x": x}}}
			p.target.Key = "y"
			r := &tfexplain.Result{Attributions: map[string]*tensor.Tensor{"x": x}, Target: []float64{1}}
			out := filepath.Join(t.TempDir(), "sheet.png")
			s := &summary{labels: []string{"0"}, classes: []string{"all"}, target: r.Target, methods: []methodSummary{{name: "gradient"}}}
			err = writeSheet(out, p, []explanation{{runs: []methodRun{{method: methods[0], result: r}}, summary: s}}, render.DefaultPercentile)
			require.NoError(t, err)
			red, blue := colours(picture(t, out))
			bar := 60 * 12 // the colour bar has both in any case
			require.Greater(t, red+blue, 2*bar)
		})
	}
}

func TestSheetOfManyRows(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	x, err := tensor.New(slices.Repeat([]float32{0.5}, 65*64), 65, 64)
	require.NoError(t, err)
	require.Equal(t, 64, sheetRows(&tfexplain.Result{Target: make([]float64, 65), Attributions: map[string]*tensor.Tensor{"x": x}}, 1))
	require.Equal(t, 32, sheetRows(&tfexplain.Result{Target: make([]float64, 65), Attributions: map[string]*tensor.Tensor{"x": x, "y": x}}, 1))
	require.Equal(t, 21, sheetRows(&tfexplain.Result{Target: make([]float64, 65), Attributions: map[string]*tensor.Tensor{"x": x}}, 3))

	file, out := filepath.Join(dir, "x.npy"), filepath.Join(dir, "sheet.png")
	writeNPY(t, file, x)
	got := tfx(with(out, "--input", file, "--plot", "heatmap")...)
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "wrote "+out+" (the first 64 of 65 rows)\n")
}

func TestExplainNoRows(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	x, err := tensor.Zeros(tensor.Float32, 0, 64)
	require.NoError(t, err)
	file := filepath.Join(dir, "x.npy")
	writeNPY(t, file, x)
	out := filepath.Join(dir, "out.npz")
	got := tfx("explain", "--model", mlp, "--target", "logits", "--method", "gradient", "--class", "argmax", "--predict", "probs",
		"--input", file, "--out", out, filepath.Join(dir, "out.png"), filepath.Join(dir, "out.json"), filepath.Join(dir, "out.html"))
	require.Equal(t, 0, got.code, got.stderr)
	require.Equal(t, []int{0, 64}, named(t, out)["attributions.pixels"].Shape())
}

func TestSheetOfSeveralMethods(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "sheet.png")
	width := func(methods ...string) int {
		args := []string{"explain", "--model", digits + "model", "--target", "logits", "--predict", "probs", "--class", "8", "--versus", "3",
			"--input", digits + "images/8.png", "--out", out, "--method"}
		got := tfx(append(args, methods...)...)
		require.Equal(t, 0, got.code, got.stderr)
		return picture(t, out).Bounds().Dx()
	}
	one, two, four := width("deeplift"), width("deeplift", "elrp"), width("deeplift", "elrp", "gradient", "grad*input")
	require.Equal(t, one, two, "input, heat map, both; input and two heat maps")
	require.Greater(t, four-two, 2*sheetCell)
}

func TestCaptions(t *testing.T) {
	s := &summary{classes: []string{"8 vs 3"}, target: []float64{2.5}, predict: "probs", answers: []prediction{{"8", 0.75}},
		methods: []methodSummary{{name: "deeplift", sums: []float64{2.25}, delta: []float64{-3e-7}}}}
	require.Equal(t, "deeplift of logits, 8 vs 3", titleOf([]explanation{{summary: s}}, "logits"))
	cells := make([]render.Cell, 3)
	s.caption(cells, "8.png", 0)
	require.Equal(t, []string{"8.png", "8 vs 3: 2.5000", "probs: 8 (0.7500)"}, []string{cells[0].Caption, cells[1].Caption, cells[2].Caption})

	s.methods = append(s.methods, methodSummary{name: "elrp", sums: []float64{3}, delta: []float64{0.75}})
	require.Equal(t, "Attributions of logits, 8 vs 3", titleOf([]explanation{{summary: s}}, "logits"))
	cells = make([]render.Cell, 3)
	s.caption(cells, "8.png", 0)
	require.Equal(t, []string{"8.png\n8 vs 3: 2.5000\nprobs: 8 (0.7500)", "sum 2.2500\ndelta -3e-07", "sum 3.0000\ndelta 0.75"},
		[]string{cells[0].Caption, cells[1].Caption, cells[2].Caption})
	require.Contains(t, s.legend(&baseline{about: "zeros"}), "x0 the baseline (zeros)")
	s.methods[0].delta, s.methods[1].delta = nil, nil
	require.NotContains(t, s.legend(&baseline{}), "delta")

	s.byClass, s.classes = true, []string{"7"}
	require.Equal(t, "Attributions of logits", titleOf([]explanation{{summary: s}}, "logits"))
	s.caption(cells, "7.png", 0)
	require.Contains(t, cells[0].Caption, "\nclass 7: 2.5000")
}
