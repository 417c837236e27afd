package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// closeTo compares with a golden file, within the tolerance that the zoo gives
// for the case: rtol 1e-4, and an atol of 1e-4 that covers those used here.
func closeTo(t *testing.T, want, got *tensor.Tensor) {
	t.Helper()
	require.Equal(t, want.Shape(), got.Shape())
	w, g := floats(t, want), floats(t, got)
	for i := range w {
		require.InDelta(t, w[i], g[i], 1e-4+1e-4*math.Abs(w[i]), "element %d", i)
	}
}

func TestExplainNPZAndJSON(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	npz, js := filepath.Join(dir, "out.npz"), filepath.Join(dir, "out.json")
	got := tfx("explain", "--model", mlp, "--target", "logits", "--method", "grad*input", "--ys", golden+"ys_onehot.npy",
		"--input", golden+"x_pixels.npy", "--out", npz, js)
	require.Equal(t, 0, got.code, got.stderr)
	require.Empty(t, got.stderr)
	require.Contains(t, got.stdout, "wrote "+npz+"\n")
	require.Contains(t, got.stdout, "wrote "+js+"\n")

	want := npy(t, golden+"grad_x_input_pixels.npy")
	for _, file := range []string{npz, js} {
		arrays := named(t, file)
		require.Len(t, arrays, 2, "the attributions and target_value; a gradient has neither baseline nor delta")
		closeTo(t, want, arrays["attributions.pixels"])
		require.Equal(t, []int{3}, arrays["target_value"].Shape())
	}
	require.Equal(t, floats(t, named(t, npz)["target_value"]), floats(t, named(t, js)["target_value"]), "JSON keeps every digit")
}

func TestExplainClasses(t *testing.T) {
	needLibrary(t)
	logits := floats(t, npy(t, golden+"y_logits.npy"))
	largest := func(row int) (best int) {
		for k := range 10 {
			if logits[row*10+k] > logits[row*10+best] {
				best = k
			}
		}
		return best
	}
	for _, tt := range []struct {
		flags []string
		class func(row int) string
		value func(row int) float64
	}{
		{[]string{"--class", "argmax"}, func(r int) string { return fmt.Sprint(largest(r)) }, func(r int) float64 { return logits[r*10+largest(r)] }},
		{[]string{"--class", "4"}, func(int) string { return "4" }, func(r int) float64 { return logits[r*10+4] }},
		{[]string{"--target-index", "7"}, func(int) string { return "[7]" }, func(r int) float64 { return logits[r*10+7] }},
		{[]string{"--class", "all-ones"}, func(int) string { return "all" }, func(r int) float64 { return sum(logits[r*10 : r*10+10]) }},
		{nil, func(int) string { return "all" }, func(r int) float64 { return sum(logits[r*10 : r*10+10]) }},
	} {
		t.Run(strings.Join(tt.flags, " "), func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out.npz")
			args := append([]string{"explain", "--model", mlp, "--target", "logits", "--method", "gradient", "--predict", "probs",
				"--input", "pixels=" + golden + "x_pixels.npy", "--out", out}, tt.flags...)
			got := tfx(args...)
			require.Equal(t, 0, got.code, got.stderr)
			values := floats(t, named(t, out)["target_value"])
			lines := strings.Split(got.stdout, "\n")
			require.Equal(t, []string{"row", "class", "target", "prediction", "probs", "sum", "top", "5%"}, strings.Fields(lines[0]))
			for row, v := range values {
				require.InDelta(t, tt.value(row), v, 1e-3, "the zoo's rtol of 1e-4 on sums of values up to 10")
				cells := strings.Fields(lines[1+row])
				require.Len(t, cells, 7)
				require.Equal(t, []string{fmt.Sprint(row), tt.class(row)}, cells[:2])
				require.Equal(t, fmt.Sprint(largest(row)), cells[3], "the prediction does not depend on the class explained")
			}
		})
	}
}

func sum(v []float64) (s float64) {
	for _, x := range v {
		s += x
	}
	return s
}

func TestExplainClassOutOfRange(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	got := tfx(with(out, "--class", "10")...)
	require.Equal(t, 2, got.code)
	require.Equal(t, "tfexplain: --class 10: wanted a class from 0 to 9\n", got.stderr)
	require.NoFileExists(t, out)
}

func TestExplainBatchSize(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	var first []float64
	for _, batch := range []string{"0", "1", "2", "3", "100"} {
		out := filepath.Join(dir, batch+".npz")
		got := tfx(with(out, "--batch-size", batch, "--class", "argmax", "--predict", "probs")...)
		require.Equal(t, 0, got.code, got.stderr)
		values := floats(t, named(t, out)["attributions.pixels"])
		if first == nil {
			first = values
		}
		// Float32 sums of 64 products may be taken in another order.
		require.InDeltaSlice(t, first, values, 1e-5)
	}
}

func TestExplainTwoInputs(t *testing.T) {
	needLibrary(t)
	model, files := zoo+"models/multi_k3", zoo+"golden/multi_k3/"
	out := filepath.Join(t.TempDir(), "out.npz")
	args := func(more ...string) []string {
		return append([]string{"explain", "--model", model, "--target", "logits", "--method", "grad*input",
			"--ys", files + "ys_onehot.npy", "--quiet", "--out", out}, more...)
	}
	image, meta := "image="+files+"x_image.npy", "meta="+files+"x_meta.npy"

	got := tfx(args("--input", image, "--input", meta)...)
	require.Equal(t, 0, got.code, got.stderr)
	require.Empty(t, got.stdout, "--quiet")
	arrays := named(t, out)
	closeTo(t, npy(t, files+"grad_x_input_image.npy"), arrays["attributions.image"])
	closeTo(t, npy(t, files+"grad_x_input_meta.npy"), arrays["attributions.meta"])

	got = tfx(args("--input", image, meta, "--explain", "meta")...)
	require.Equal(t, 0, got.code, got.stderr)
	arrays = named(t, out)
	require.NotContains(t, arrays, "attributions.image")
	closeTo(t, npy(t, files+"grad_x_input_meta.npy"), arrays["attributions.meta"])

	// One file may carry all inputs by their keys.
	both := filepath.Join(t.TempDir(), "both.npz")
	require.NoError(t, tensorfile.WriteNPZ(both, []tensorfile.Named{
		{Name: "image", Tensor: npy(t, files+"x_image.npy")}, {Name: "meta", Tensor: npy(t, files+"x_meta.npy")}}))
	got = tfx(args("--input", both)...)
	require.Equal(t, 0, got.code, got.stderr)
	closeTo(t, npy(t, files+"grad_x_input_image.npy"), named(t, out)["attributions.image"])

	got = tfx(args("--input", image)...)
	require.Equal(t, 2, got.code)
	require.Equal(t, "tfexplain: input \"meta\" is missing; there is image, meta\n", got.stderr)
}

func TestExplainFilesAreRows(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	all := npy(t, golden+"x_pixels.npy")
	var files []string
	for i := range 3 {
		row, err := all.Rows(i, i+1)
		require.NoError(t, err)
		files = append(files, filepath.Join(dir, fmt.Sprintf("row%d.npy", i)))
		require.NoError(t, tensorfile.WriteNPY(files[i], row))
	}
	one, parts := filepath.Join(dir, "one.npz"), filepath.Join(dir, "parts.npz")
	require.Equal(t, 0, tfx(with(one)...).code)
	got := tfx(append([]string{"explain", "--model", mlp, "--target", "logits", "--method", "gradient", "--out", parts, "--input"}, files...)...)
	require.Equal(t, 0, got.code, got.stderr)
	require.Equal(t, floats(t, named(t, one)["attributions.pixels"]), floats(t, named(t, parts)["attributions.pixels"]))
	require.Contains(t, got.stdout, "row1.npy")

	got = tfx(with(parts, "--input", "pixels="+files[2])...)
	require.Equal(t, 0, got.code, got.stderr)
	require.Equal(t, []int{1, 64}, named(t, parts)["attributions.pixels"].Shape())
}

func TestExplainManyRows(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	x := filepath.Join(dir, "x.csv")
	line := strings.TrimSuffix(strings.Repeat("0.25,", 64), ",") + "\n"
	require.NoError(t, os.WriteFile(x, []byte(strings.Repeat(line, 41)), 0o600))
	got := tfx(with(filepath.Join(dir, "out.json"), "--input", x)...)
	require.Equal(t, 0, got.code, got.stderr)
	lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
	require.Len(t, lines, 1+20+1+1+1, "heading, rows, how many more, what is explained, the file")
	require.Equal(t, "and 21 more rows", lines[21])
}

func TestExplainRefused(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	x := filepath.Join(dir, "x.json")
	require.NoError(t, os.WriteFile(x, []byte(`{"x": [[1, 2, 3]]}`), 0o600))
	out := filepath.Join(dir, "out.npz")
	got := tfx("explain", "--model", zoo+"models/tf1_raw_while", "--method", "gradient", "--input", x, "--out", out)
	require.Equal(t, 3, got.code, got.stderr)
	require.True(t, strings.HasPrefix(got.stderr, "tfexplain: gradient cannot pass through "), got.stderr)
	require.Contains(t, got.stderr, "NextIteration")
	require.NoFileExists(t, out)
}

func TestExplainKeepsAnOldFileWhenItFails(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.json")
	require.NoError(t, os.WriteFile(out, []byte("old"), 0o600))
	require.Equal(t, 2, tfx(with(out, "--class", "99")...).code)
	data, err := os.ReadFile(out)
	require.NoError(t, err)
	require.Equal(t, "old", string(data))

	require.Equal(t, 0, tfx(with(out)...).code)
	data, err = os.ReadFile(out)
	require.NoError(t, err)
	require.True(t, json.Valid(data))
}

func TestExplainDevice(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	require.Equal(t, 0, tfx(with(out, "--device", "/CPU:0", "--threads", "1")...).code)
	got := tfx(with(out, "--device", "/TPU:0")...)
	require.Equal(t, 2, got.code)
	require.Contains(t, got.stderr, `there is no device "/TPU:0"`)
	require.NotContains(t, got.stderr, "Options.")
}
