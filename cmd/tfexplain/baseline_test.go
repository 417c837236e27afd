package main

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// ramp is a tensor of values that differ from row to row.
func ramp(t *testing.T, shape ...int) *tensor.Tensor {
	t.Helper()
	n, err := tensor.Count(shape)
	require.NoError(t, err)
	v := make([]float32, n)
	for i := range v {
		v[i] = float32((i*37+i/64*11)%17) / 17
	}
	x, err := tensor.New(v, shape...)
	require.NoError(t, err)
	return x
}

// The command gives what the library gives for the same baseline.
func TestBaselines(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	file := func(name string, x *tensor.Tensor) string {
		path := filepath.Join(dir, name)
		writeNPY(t, path, x)
		return path
	}
	x := npy(t, golden+"x_pixels.npy")
	xs := map[string]*tensor.Tensor{"pixels": x}
	one, row, each, set := ramp(t, 64), ramp(t, 1, 64), ramp(t, 3, 64), ramp(t, 5, 64)
	values := func(x0 *tensor.Tensor) map[string]*tensor.Tensor { return map[string]*tensor.Tensor{"pixels": x0} }
	m, err := savedmodel.Load(mlp, savedmodel.Options{})
	require.NoError(t, err)
	defer m.Close()

	for _, tt := range []struct {
		name  string
		flags []string
		want  tfexplain.Baseline
		from  map[string]*tensor.Tensor // of the call
	}{
		{name: "none", want: tfexplain.Zeros()},
		{name: "zeros", flags: []string{"--baseline", "zeros"}, want: tfexplain.Zeros()},
		{name: "zeros by key", flags: []string{"--baseline", "pixels=zeros"}, want: tfexplain.Zeros()},
		{name: "number", flags: []string{"--baseline", "-0.25"}, want: tfexplain.Number(-0.25)},
		{name: "number by key", flags: []string{"--baseline", "pixels=2"}, want: tfexplain.Number(2)},
		{name: "mean", flags: []string{"--baseline", "mean"}, want: tfexplain.Mean(xs)},
		{name: "file", flags: []string{"--baseline", file("one.npy", one)}, want: tfexplain.Values(values(one))},
		{name: "file by key", flags: []string{"--baseline", "pixels=" + file("one.npy", one)}, want: tfexplain.Values(values(one))},
		{name: "file of one row", flags: []string{"--baseline", file("row.npy", row)}, want: tfexplain.Values(values(row))},
		{name: "a row for each", flags: []string{"--baseline", file("each.npy", each)}, from: values(each)},
		{name: "a set", flags: []string{"--baselines", file("set.npy", set)}, want: tfexplain.Values(values(set))},
		{name: "a set as large as the inputs", flags: []string{"--baselines", "pixels=" + file("each.npy", each)}, want: tfexplain.Values(values(each))},
		{name: "a set of files", flags: []string{"--baselines", filepath.Join(dir, "one.npy"), filepath.Join(dir, "each.npy")},
			want: tfexplain.Values(values(concat(t, row, each)))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := tfexplain.Options{Target: "logits", Baseline: tt.want, BaselinePerCall: tt.from != nil}
			e, err := tfexplain.New(t.Context(), m, tfexplain.DeepLIFT{}, o)
			require.NoError(t, err)
			defer e.Close()
			var want *tfexplain.Result
			if tt.from != nil {
				want, err = e.ExplainFrom(t.Context(), xs, tt.from, tfexplain.Class(4))
			} else {
				want, err = e.Explain(t.Context(), xs, tfexplain.Class(4))
			}
			require.NoError(t, err)

			out := filepath.Join(dir, "out.npz")
			got := tfx(append(with(out, "--method", "deeplift", "--class", "4", "--batch-size", "2"), tt.flags...)...)
			require.Equal(t, 0, got.code, got.stderr)
			arrays := named(t, out)
			require.Len(t, arrays, 5)
			require.Equal(t, []float64{4, 4, 4}, floats(t, arrays["classes"]))
			// Float32 sums of 64 products may be taken in another order.
			const tolerance = 1e-4
			require.InDeltaSlice(t, floats(t, want.Attributions["pixels"]), floats(t, arrays["attributions.pixels"]), tolerance)
			require.InDeltaSlice(t, want.Target, floats(t, arrays["target_value"]), tolerance)
			require.InDeltaSlice(t, want.BaselineTarget, floats(t, arrays["baseline_value"]), tolerance)
			require.InDeltaSlice(t, want.Delta, floats(t, arrays["delta"]), tolerance)
			require.Equal(t, []int{3}, arrays["delta"].Shape())
		})
	}
}

func concat(t *testing.T, parts ...*tensor.Tensor) *tensor.Tensor {
	t.Helper()
	x, err := tensor.Concat(parts...)
	require.NoError(t, err)
	return x
}

func TestBaselineAgreesWithTheZoo(t *testing.T) {
	needLibrary(t)
	model, files := zoo+"models/multi_k3", zoo+"golden/multi_k3/"
	out := filepath.Join(t.TempDir(), "out.npz")
	for _, flags := range [][]string{
		{"--baseline", "image=" + files + "b_mean_image.npy", "meta=" + files + "b_mean_meta.npy"},
		{"--baseline", "meta=" + files + "b_mean_meta.npy", "--baseline", "image=" + files + "b_mean_image.npy"},
	} {
		got := tfx(append([]string{"explain", "--model", model, "--target", "logits", "--method", "deeplift", "--ys", files + "ys_onehot.npy",
			"--input", "image=" + files + "x_image.npy", "meta=" + files + "x_meta.npy", "--out", out}, flags...)...)
		require.Equal(t, 0, got.code, got.stderr)
		closeTo(t, npy(t, files+"deeplift_image_2.npy"), named(t, out)["attributions.image"])
		closeTo(t, npy(t, files+"deeplift_meta_2.npy"), named(t, out)["attributions.meta"])
	}
}

// Pictures are resized and scaled like those of --input: 51 is 0.2 of 255.
func TestBaselinePicture(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	gray := image.NewGray(image.Rect(0, 0, 40, 40))
	for i := range gray.Pix {
		gray.Pix[i] = 51
	}
	require.Equal(t, color.Gray{Y: 51}, gray.At(7, 7))
	path := filepath.Join(dir, "gray.png")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, gray))
	require.NoError(t, f.Close())

	var results [][]float64
	for _, b := range []string{path, "0.2"} {
		out := filepath.Join(dir, "out.npz")
		got := tfx("explain", "--model", digits+"model", "--target", "logits", "--method", "deeplift", "--class", "8",
			"--input", digits+"images/8.png", "--baseline", b, "--out", out)
		require.Equal(t, 0, got.code, got.stderr)
		results = append(results, floats(t, named(t, out)["attributions.image"]))
	}
	require.InDeltaSlice(t, results[1], results[0], 1e-4, "resizing rounds to 8 bits at most where it must")
	require.Positive(t, slices.Max(results[0]))
}

// Several inputs: what a word without a key is for, and what does not fit.
func TestReadBaseline(t *testing.T) {
	dir := t.TempDir()
	sig := twoInputs()
	sig.Inputs = append(sig.Inputs, savedmodel.TensorInfo{Key: "extra", Name: "e:0", DType: tensor.Float32, Shape: []int{-1, 2}, KnownRank: true},
		savedmodel.TensorInfo{Key: "word", Name: "w:0", DType: tensor.String, Shape: []int{-1}, KnownRank: true})
	zero := func(dtype tensor.DType, shape ...int) *tensor.Tensor {
		z, err := tensor.Zeros(dtype, shape...)
		require.NoError(t, err)
		return z
	}
	in := &inputs{values: map[string]*tensor.Tensor{"image": ramp(t, 2, 2, 2, 1), "meta": zero(tensor.Int32, 2, 3), "extra": ramp(t, 2, 2), "word": zero(tensor.String, 2)}}
	in.count(sig, savedmodel.TensorInfo{})
	file := func(name string, x *tensor.Tensor) string {
		path := filepath.Join(dir, name)
		writeNPY(t, path, x)
		return path
	}
	one, two, three := file("1.npy", ramp(t, 2)), file("2.npy", ramp(t, 2, 2)), file("3.npy", ramp(t, 3, 2))
	images := file("images.npy", ramp(t, 5, 2, 2, 1))
	none := file("none.npy", zero(tensor.Float32, 0, 2))
	both := filepath.Join(dir, "both.npz")
	require.NoError(t, tensorfile.WriteNPZ(both, []tensorfile.Named{{Name: "image", Tensor: ramp(t, 2, 2, 1)}, {Name: "extra", Tensor: ramp(t, 2)}}))

	for _, tt := range []struct {
		name      string
		explain   []string
		baseline  groups
		baselines groups
		shapes    map[string][]int
		perSample bool
		refs      int
		about     string
		err       string
	}{
		{name: "none", shapes: map[string][]int{}, refs: 1, about: "zeros"},
		{name: "all", baseline: groups{{"mean"}}, shapes: map[string][]int{"image": {1, 2, 2, 1}, "extra": {1, 2}}, refs: 1, about: "the mean of the inputs"},
		{name: "one and the rest", baseline: groups{{"extra=" + one, "0.5"}}, shapes: map[string][]int{"image": {1, 2, 2, 1}, "extra": {1, 2}}, refs: 1, about: "image 0.5, extra " + one},
		{name: "one", baseline: groups{{"extra=1"}}, shapes: map[string][]int{"extra": {1, 2}}, refs: 1, about: "image zeros, extra 1"},
		{name: "by name", baseline: groups{{both}}, shapes: map[string][]int{"image": {1, 2, 2, 1}, "extra": {1, 2}}, refs: 1, about: both},
		{name: "row by row", baseline: groups{{"extra=" + two}}, shapes: map[string][]int{"extra": {2, 2}}, refs: 1, perSample: true, about: "image zeros, extra " + two + ", row by row"},
		{name: "rows of files", baseline: groups{{"extra=" + one, one}}, shapes: map[string][]int{"extra": {2, 2}}, refs: 1, perSample: true, about: "image zeros, extra " + one + " and 1 more, row by row"},
		{name: "the only one explained", explain: []string{"extra"}, baseline: groups{{one}}, shapes: map[string][]int{"extra": {1, 2}}, refs: 1, about: one},
		{name: "references", explain: []string{"extra"}, baselines: groups{{three}}, shapes: map[string][]int{"extra": {3, 2}}, refs: 3, about: "3 references from " + three},
		{name: "references beside a baseline", baseline: groups{{"image=1"}}, baselines: groups{{"extra=" + three}}, shapes: map[string][]int{"image": {1, 2, 2, 1}, "extra": {3, 2}}, refs: 3,
			about: "image 1, extra 3 references from " + three},
		{name: "ids", explain: []string{"meta"}, baseline: groups{{"7"}}, shapes: map[string][]int{"meta": {1, 3}}, refs: 1, about: "7"},
		{name: "words", explain: []string{"word"}, baseline: groups{{"zeros"}}, shapes: map[string][]int{}, refs: 1, about: "zeros"},

		{name: "half an id", explain: []string{"meta"}, baseline: groups{{"0.5"}}, err: `--baseline 0.5 for input "meta": its values are int32; wanted a whole number`},
		{name: "mean of ids", explain: []string{"meta"}, baseline: groups{{"mean"}}, err: `--baseline mean for input "meta": its values are int32; wanted zeros or a file`},
		{name: "number of words", explain: []string{"word"}, baseline: groups{{"1"}}, err: `--baseline 1 for input "word": its values are string; wanted zeros or a file`},
		{name: "not explained", explain: []string{"image"}, baseline: groups{{"extra=mean"}}, err: `--baseline: input "extra" is not explained, so it is compared with nothing; explained are image`},
		{name: "file not explained", explain: []string{"image"}, baselines: groups{{"extra=" + one}}, err: `--baselines: input "extra" is not explained`},
		{name: "needs a key", baseline: groups{{one}}, err: "--baseline " + one + ": say which input it is for, as KEY=" + one},
		{name: "twice", baseline: groups{{"extra=" + one}}, baselines: groups{{"extra=" + three}}, err: `--baselines: input "extra" has two baselines, ` + one + " and " + three},
		{name: "rows", baseline: groups{{"extra=" + three}}, err: "it has 3 rows; wanted one row, or 2 to give each row of the inputs its own (explain --baselines takes a set of references)"},
		{name: "no rows", baselines: groups{{"extra=" + none}}, err: "it has no rows"},
		{name: "unequal sets", baselines: groups{{"extra=" + three}, {"image=" + images}}, err: images + " has 5 rows, but another input has 3 references; wanted equally many"},
		{name: "both kinds of rows", baseline: groups{{"extra=" + two}}, baselines: groups{{"image=" + images}}, err: "exclude each other"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &questionFlags{Explain: tt.explain, Baseline: tt.baseline}
			b, err := c.readBaseline(sig, in, tt.baselines)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			shapes := map[string][]int{}
			for key, v := range b.values {
				shapes[key] = v.Shape()
				require.Equal(t, in.values[key].DType(), v.DType())
			}
			require.Equal(t, tt.shapes, shapes)
			require.Equal(t, tt.perSample, b.perSample)
			require.Equal(t, tt.refs, b.refs)
			require.Equal(t, tt.about, b.about)
		})
	}
}

func TestBaselineOfOtherShape(t *testing.T) {
	open := oneInput(-1, -1)
	in := &inputs{values: map[string]*tensor.Tensor{"x": ramp(t, 2, 4)}}
	in.count(open, savedmodel.TensorInfo{})
	path := filepath.Join(t.TempDir(), "b.npy")
	writeNPY(t, path, ramp(t, 1, 3))
	c := &questionFlags{Baseline: groups{{path}}}
	_, err := c.readBaseline(open, in, nil)
	require.EqualError(t, err, "--baseline "+path+": its shape is [1 3]; wanted [4], the shape of a row of the input, or rows of that")
}

func TestMaxDelta(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	require.Equal(t, 0, tfx(with(out, "--method", "deeplift", "--max-delta", "0.01")...).code)
	require.NoError(t, os.Remove(out))
	got := tfx(append(with(out, "--max-delta", "1e-30"), "--method", "deeplift")...)
	require.Equal(t, 1, got.code)
	require.Regexp(t, `^tfexplain: deeplift: the attributions of row \d miss the difference of the target by \S+; at most 1e-30 is allowed \(--max-delta\)\n$`, got.stderr)
	require.NoFileExists(t, out)
}

func TestAllowGradientFallback(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	args := with(out, "--target", "probs", "--method", "elrp", "--param", "canonical=true")
	got := tfx(args...)
	require.Equal(t, 3, got.code)
	require.Contains(t, got.stderr, "Softmax")
	require.Contains(t, got.stderr, "(--param canonical=false)", "the flag, not the library's option")
	require.Contains(t, got.stderr, "occlusion, Shapley sampling")
	require.NoFileExists(t, out)
	for _, allow := range [][]string{{"Softmax"}, {"MatMul", "Softmax"}, {"all"}} {
		got = tfx(append(append(args, "--allow-gradient-fallback"), allow...)...)
		require.Equal(t, 0, got.code, got.stderr)
		require.Regexp(t, `\nelrp took the plain gradient, where it has no rule, at Softmax \(node \S+\)\nexplained is the sum of all 10 entries of probs; --class argmax explains the one that the model chose\nwrote `, got.stdout)
	}
	require.Equal(t, 3, tfx(append(args, "--allow-gradient-fallback", "MatMul")...).code)
	require.NotContains(t, tfx(with(out, "--allow-gradient-fallback", "all")...).stdout, "plain gradient")
}
