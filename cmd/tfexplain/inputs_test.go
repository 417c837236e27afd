package main

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func twoInputs() *savedmodel.Signature {
	return &savedmodel.Signature{Name: "s", Inputs: []savedmodel.TensorInfo{
		{Key: "image", Name: "i:0", DType: tensor.Float32, Shape: []int{-1, 2, 2, 1}, KnownRank: true},
		{Key: "meta", Name: "m:0", DType: tensor.Int32, Shape: []int{-1, 3}, KnownRank: true},
	}}
}

func oneInput(shape ...int) *savedmodel.Signature {
	return &savedmodel.Signature{Name: "s", Inputs: []savedmodel.TensorInfo{
		{Key: "x", Name: "x:0", DType: tensor.Float32, Shape: shape, KnownRank: true}}}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func writePicture(t *testing.T, path string, w, h int) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	m.SetGray(w-1, 0, color.Gray{Y: 255})
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, png.Encode(f, m))
	return path
}

func TestFileArgs(t *testing.T) {
	dir := t.TempDir()
	odd := write(t, filepath.Join(dir, "a=b.npy"), "")
	a, b := write(t, filepath.Join(dir, "1.csv"), ""), write(t, filepath.Join(dir, "2.csv"), "")
	for _, tt := range []struct {
		name  string
		sig   *savedmodel.Signature
		words groups
		want  []fileArg
	}{
		{"the only input", oneInput(-1, 2), groups{{"a.npy"}}, []fileArg{{"x", "a.npy"}}},
		{"a key holds on in its group", twoInputs(), groups{{"image=a.png", "b.png", "meta=m.npy", "n.npy"}, {"image=c.png"}},
			[]fileArg{{"image", "a.png"}, {"image", "b.png"}, {"meta", "m.npy"}, {"meta", "n.npy"}, {"image", "c.png"}}},
		{"all by name", twoInputs(), groups{{"all.npz"}}, []fileArg{{"", "all.npz"}}},
		{"an equals sign in a name", oneInput(-1, 2), groups{{odd}}, []fileArg{{"x", odd}}},
		{"a pattern", twoInputs(), groups{{"meta=" + filepath.Join(dir, "*.csv")}}, []fileArg{{"meta", a}, {"meta", b}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := fileArgs("--input", onlyInput(tt.sig), tt.sig, tt.words)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
	_, err := fileArgs("--input", "", twoInputs(), groups{{"image=a.png"}, {"b.png"}})
	require.EqualError(t, err, "--input b.png: say which input it is for, as KEY=b.png; the signature has image, meta (a .json or .npz may hold several, by these names)")
}

func TestLoadInputs(t *testing.T) {
	dir := t.TempDir()
	named := write(t, filepath.Join(dir, "named.json"), `{"image": [[[1], [2]], [[3], [4]]], "meta": [[1.0, 2, 3]]}`)
	fraction := write(t, filepath.Join(dir, "fraction.json"), `{"image": [[[1], [2]], [[3], [4]]], "meta": [[1.5, 2, 3]]}`)
	flat := write(t, filepath.Join(dir, "flat.json"), `{"image": [1, 2, 3, 4], "meta": [1, 2, 3]}`)
	meta := write(t, filepath.Join(dir, "meta.json"), `{"meta": [[1, 2, 3], [4, 5, 6]]}`)
	bare := write(t, filepath.Join(dir, "bare.json"), `[[1, 2, 3]]`)
	other := write(t, filepath.Join(dir, "other.json"), `{"label": [[1, 2, 3]]}`)
	picture := writePicture(t, filepath.Join(dir, "p.png"), 2, 2)

	for _, tt := range []struct {
		name   string
		words  groups
		shapes map[string][]int
		err    string
	}{
		{name: "by name", words: groups{{named}}, shapes: map[string][]int{"image": {1, 2, 2, 1}, "meta": {1, 3}}},
		{name: "one of them", words: groups{{"meta=" + named}}, shapes: map[string][]int{"meta": {1, 3}}},
		{name: "the only array has the input's name", words: groups{{meta}}, shapes: map[string][]int{"meta": {2, 3}}},
		{name: "the only array has another name", words: groups{{"meta=" + other}}, shapes: map[string][]int{"meta": {1, 3}}},
		{name: "a bare list", words: groups{{"meta=" + bare}}, shapes: map[string][]int{"meta": {1, 3}}},
		{name: "rows of two files", words: groups{{"meta=" + bare, meta}, {"image=" + picture, picture, picture}},
			shapes: map[string][]int{"meta": {3, 3}, "image": {3, 2, 2, 1}}},
		{name: "a bare list for no input", words: groups{{bare}}, err: "the array has no name"},
		{name: "another input's array", words: groups{{"image=" + meta}}, err: "has no array called image; it has meta"},
		{name: "no input", words: groups{{other}}, err: `has an array "label", which is no input; the signature has image, meta`},
		{name: "another shape", words: groups{{flat}}, err: `array "image": given int64[4], wanted float32[N 2 2 1]: the shape`},
		{name: "not an integer", words: groups{{"meta=" + fraction}}, err: `array "meta": element 0 is 1.5, and the input takes int32; round the values first`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, err := loadInputs(twoInputs(), tt.words, 0)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			got := map[string][]int{}
			for key, v := range in.values {
				got[key] = v.Shape()
			}
			require.Equal(t, tt.shapes, got)
			in.count(twoInputs(), savedmodel.TensorInfo{})
			require.Equal(t, tt.shapes["meta"][0], in.rows)
		})
	}
}

func TestImageScale(t *testing.T) {
	file := writePicture(t, filepath.Join(t.TempDir(), "p.png"), 2, 2)
	for scale, want := range map[float64][]float64{0: {0, 1, 0, 0}, 1: {0, 255, 0, 0}} {
		in, err := loadInputs(oneInput(-1, 4), groups{{file}}, scale)
		require.NoError(t, err)
		require.Equal(t, want, floats(t, in.values["x"]))
	}
}

func TestLabels(t *testing.T) {
	rows := func(n int, path string) part { return part{path: path, rows: n} }
	for _, tt := range []struct {
		name  string
		parts map[string][]part
		rows  int
		want  []string
	}{
		{"one file", map[string][]part{"x": {rows(2, "d/a.npy")}}, 2, []string{"0", "1"}},
		{"one row", map[string][]part{"x": {rows(1, "d/a.npy")}}, 1, []string{"a.npy"}},
		{"files", map[string][]part{"x": {rows(1, "d/a.png"), rows(1, "b.png")}}, 2, []string{"a.png", "b.png"}},
		{"mixed", map[string][]part{"x": {rows(1, "a.png"), rows(2, "b.npy")}}, 3, []string{"a.png", "b.npy 0", "b.npy 1"}},
		{"the telling input", map[string][]part{"a": {rows(2, "m.npy")}, "b": {rows(1, "1.png"), rows(1, "2.png")}}, 2, []string{"1.png", "2.png"}},
		{"shared inputs say nothing", map[string][]part{"a": {rows(1, "m.npy")}}, 2, []string{"0", "1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, (&inputs{parts: tt.parts}).labels(tt.rows))
		})
	}
}

func TestPictureShape(t *testing.T) {
	zeros := func(shape ...int) *tensor.Tensor {
		z, err := tensor.Zeros(tensor.Float32, shape...)
		require.NoError(t, err)
		return z
	}
	from := func(w, h int) []part { return []part{{rows: 1, bounds: image.Rect(0, 0, w, h)}} }
	for _, tt := range []struct {
		name  string
		in    inputs
		shape []int
		first bool
	}{
		{"a vector", inputs{values: map[string]*tensor.Tensor{"x": zeros(1, 12)}}, []int{12}, false},
		{"a vector of a picture", inputs{values: map[string]*tensor.Tensor{"x": zeros(1, 12)}, parts: map[string][]part{"x": from(4, 3)}}, []int{3, 4, 1}, false},
		{"a vector of colours", inputs{values: map[string]*tensor.Tensor{"x": zeros(1, 36)}, parts: map[string][]part{"x": from(4, 3)}}, []int{3, 4, 3}, false},
		{"channels last", inputs{values: map[string]*tensor.Tensor{"x": zeros(1, 5, 4, 3)}}, []int{5, 4, 3}, false},
		{"channels first", inputs{values: map[string]*tensor.Tensor{"x": zeros(1, 3, 5, 6)}}, []int{3, 5, 6}, true},
		{"one number", inputs{values: map[string]*tensor.Tensor{"x": zeros(1)}}, []int{1}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shape, first := tt.in.pictureShape("x", 0)
			require.Equal(t, tt.shape, shape)
			require.Equal(t, tt.first, first)
		})
	}
}

func TestRowsFollowTheSignature(t *testing.T) {
	sig := twoInputs()
	values := map[string]*tensor.Tensor{}
	for key, shape := range map[string][]int{"image": {4, 2, 2, 1}, "meta": {4, 3}} {
		z, err := tensor.Zeros(tensor.Float32, shape...)
		require.NoError(t, err)
		values[key] = z
	}
	in := &inputs{values: values}
	in.count(sig, savedmodel.TensorInfo{Shape: []int{-1, 10}})
	require.Equal(t, 4, in.rows)
	require.Zero(t, in.fixedRows)
	part, err := in.rowsOf(1, 3)
	require.NoError(t, err)
	require.Equal(t, []int{2, 3}, part["meta"].Shape())

	sig.Inputs[1].Shape[0] = 4 // shared by all rows now, although it has as many
	in.count(sig, savedmodel.TensorInfo{Shape: []int{-1, 10}})
	part, err = in.rowsOf(1, 3)
	require.NoError(t, err)
	require.Equal(t, []int{4, 3}, part["meta"].Shape())

	sig.Inputs[0].Shape[0] = 2 // exported for two rows
	in.count(sig, savedmodel.TensorInfo{Shape: []int{2, 10}})
	require.Equal(t, 2, in.fixedRows)
	require.Equal(t, 4, in.rows)
}

func TestReadLimitIsForAllFiles(t *testing.T) {
	l := &loader{left: 100}
	x, err := tensor.Zeros(tensor.Float64, 10)
	require.NoError(t, err)
	l.arrays, l.in = map[string][]*tensor.Tensor{}, &inputs{parts: map[string][]part{}}
	l.add("x.npy", "x", x)
	require.EqualValues(t, 20, l.limits().MaxBytes)
	l.add("x.npy", "x", x)
	require.EqualValues(t, 1, l.limits().MaxBytes, "0 would mean the default")
	require.NotEqual(t, tensorfile.Limits{}, l.limits())
}
