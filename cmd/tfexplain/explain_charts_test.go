package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// charted runs explain with one row of numbers and words, and gives the size of
// the picture.
func charted(t *testing.T, args ...string) (wide, high int, stdout string) {
	t.Helper()
	dir := t.TempDir()
	num := write(t, filepath.Join(dir, "num.csv"), "age,income,score,balance\n0.5,-1.25,3,0.1\n")
	rest := write(t, filepath.Join(dir, "rest.json"), `{"cat": [3], "city": ["paris"]}`)
	out := filepath.Join(dir, "chart.png")
	got := tfx(append([]string{"explain", "--model", zoo + "models/tabular_multi", "--target", "logits", "--input", "num=" + num, "--input", rest, "--out", out}, args...)...)
	require.Equal(t, 0, got.code, got.stderr)
	b := picture(t, out).Bounds()
	return b.Dx(), b.Dy(), got.stdout
}

func TestPlot(t *testing.T) {
	needLibrary(t)
	wide, high, _ := charted(t, "--explain", "num", "--method", "deeplift", "--class", "1")
	require.Greater(t, wide, render.ChartWidth, "numbers are no picture: bars")
	_, waterfall, _ := charted(t, "--explain", "num", "--method", "deeplift", "--class", "1", "--plot", "waterfall")
	require.Greater(t, waterfall, high, "two more lines: f(x0) and f(x)")
	strip, _, _ := charted(t, "--explain", "num", "--method", "deeplift", "--class", "1", "--plot", "heatmap")
	require.NotEqual(t, wide, strip, "a strip beside the input, as ever")
	two, _, _ := charted(t, "--explain", "num", "--method", "deeplift", "occlusion", "--class", "1")
	require.Greater(t, two, 2*render.ChartWidth)
	_, classes, _ := charted(t, "--explain", "num", "--method", "deeplift", "--class", "top2")
	require.Greater(t, classes, 2*(high-100), "a chart for each class, over one title and note")
	_, all, _ := charted(t, "--explain", "num", "cat", "city", "--method", "shapley", "--class", "1")
	require.Greater(t, all, high, "six features, not four")
}

func TestChartFeatures(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "words.png")
	args := []string{"explain", "--model", "../../testdata/text/model", "--signature", "tokens", "--target", "logits", "--class", "1",
		"--vocab", "../../testdata/text/vocab.txt", "--input", "../../testdata/text/ids.npy", "--out", out, "--plot", "waterfall"}
	got := tfx(append(args, "--method", "deeplift")...)
	require.Equal(t, 0, got.code, got.stderr)
	got = tfx(append(args, "--method", "saliency")...)
	require.Equal(t, 2, got.code)
	require.Contains(t, got.stderr, "--plot waterfall: saliency compares with nothing, and a waterfall begins at the answer at the baseline; take --plot bars")
	got = tfx(append(args, "--method", "saliency", "deeplift")...)
	require.Equal(t, 0, got.code, "f(x0) is that of the other method: "+got.stderr)
}

func TestChartsOfManyRows(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	x, err := tensor.Zeros(tensor.Float32, 25, 64)
	require.NoError(t, err)
	file, out := filepath.Join(dir, "x.npy"), filepath.Join(dir, "bars.png")
	writeNPY(t, file, x)
	got := tfx(with(out, "--input", file)...)
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "wrote "+out+" (the first 24 of 25 rows)\n")
	got = tfx(with(out, "--input", file, "--class", "top3")...)
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "(the first 8 of 25 rows)\n")
}
