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
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

func writeLabels(t *testing.T, path string, picture image.Image) string {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, png.Encode(f, picture))
	return path
}

func TestReadLabels(t *testing.T) {
	dir, box := t.TempDir(), image.Rect(0, 0, 3, 2)
	gray, deep := image.NewGray(box), image.NewGray16(box)
	palette := image.NewPaletted(box, color.Palette{color.Black, color.White, color.NRGBA{R: 255, A: 255}})
	gray.SetGray(2, 1, color.Gray{Y: 200})
	deep.SetGray16(2, 1, color.Gray16{Y: 60000})
	palette.SetColorIndex(2, 1, 2)
	for name, tt := range map[string]struct {
		picture image.Image
		last    int64
	}{"gray": {gray, 200}, "16 bits": {deep, 60000}, "palette": {palette, 2}} {
		t.Run(name, func(t *testing.T) {
			ids, err := readLabels(writeLabels(t, filepath.Join(dir, "l.png"), tt.picture))
			require.NoError(t, err)
			require.Equal(t, []int{2, 3}, ids.Shape())
			data, err := tensor.Data[int64](ids)
			require.NoError(t, err)
			require.Equal(t, []int64{0, 0, 0, 0, 0, tt.last}, data)
		})
	}
	colours := image.NewRGBA(box)
	colours.Set(0, 0, color.NRGBA{R: 1, G: 2, B: 3, A: 255})
	_, err := readLabels(writeLabels(t, filepath.Join(dir, "l.png"), colours))
	require.ErrorContains(t, err, "the picture has colours; wanted a gray one")
}

func TestReadMasks(t *testing.T) {
	dir := t.TempDir()
	sig := &savedmodel.Signature{Inputs: []savedmodel.TensorInfo{
		{Key: "image", DType: tensor.Float32, Shape: []int{-1, 2, 3, 1}, KnownRank: true},
		{Key: "extra", DType: tensor.Float32, Shape: []int{-1, 4}, KnownRank: true},
		{Key: "first", DType: tensor.Float32, Shape: []int{-1, 3, 2, 5}, KnownRank: true},
		{Key: "one", DType: tensor.Float32, Shape: []int{-1}, KnownRank: true}}}
	in := &inputs{values: map[string]*tensor.Tensor{"image": ramp(t, 2, 2, 3, 1), "extra": ramp(t, 2, 4), "first": ramp(t, 2, 3, 2, 5), "one": ramp(t, 2)}}
	in.count(sig, savedmodel.TensorInfo{})
	file := func(name string, shape ...int) string {
		n, err := tensor.Count(shape)
		require.NoError(t, err)
		ids := make([]int64, n)
		for i := range ids {
			ids[i] = int64(i)
		}
		x, err := tensor.New(ids, shape...)
		require.NoError(t, err)
		writeNPY(t, filepath.Join(dir, name), x)
		return filepath.Join(dir, name)
	}
	row, rows, flat, plain := file("row.npy", 2, 3, 1), file("rows.npy", 2, 2, 3, 1), file("flat.npy", 2, 2), file("plain.npy", 2, 3)
	three, wide, spread, plane, vector := file("three.npy", 3, 2, 3, 1), file("wide.npy", 2, 4, 1), file("spread.npy", 2, 1, 1), file("plane.npy", 2, 5), file("vector.npy", 4)
	labels := writeLabels(t, filepath.Join(dir, "labels.png"), image.NewGray(image.Rect(0, 0, 3, 2)))
	half, words := write(t, filepath.Join(dir, "half.json"), `[0, 0.5, 1, 1]`), write(t, filepath.Join(dir, "words.json"), `["a", "b", "c", "d"]`)
	under, whole := write(t, filepath.Join(dir, "under.json"), `[0, -1, 1, 1]`), write(t, filepath.Join(dir, "whole.csv"), "0.0,1.0,2.0,3.0\n")
	both := filepath.Join(dir, "both.npz")
	require.NoError(t, tensorfile.WriteNPZ(both, []tensorfile.Named{{Name: "image", Tensor: npy(t, row)}, {Name: "extra", Tensor: npy(t, vector)}}))

	for _, tt := range []struct {
		name      string
		explained []string
		words     groups
		methods   []string
		params    []string
		shapes    map[string][]int
		perRow    bool
		err       string
	}{
		{name: "none", explained: []string{"image"}},
		{name: "a row", explained: []string{"image"}, words: groups{{row}}, shapes: map[string][]int{"image": {2, 3, 1}}},
		{name: "all rows", explained: []string{"image"}, words: groups{{rows}}, shapes: map[string][]int{"image": {2, 2, 3, 1}}, perRow: true},
		{name: "without channels", explained: []string{"image"}, words: groups{{"image=" + plain}}, shapes: map[string][]int{"image": {2, 3, 1}}},
		{name: "a picture", explained: []string{"image"}, words: groups{{labels}}, shapes: map[string][]int{"image": {2, 3, 1}}},
		{name: "one for an axis", explained: []string{"image"}, words: groups{{spread}}, shapes: map[string][]int{"image": {2, 1, 1}}},
		{name: "channels first", explained: []string{"first"}, words: groups{{plane}}, shapes: map[string][]int{"first": {1, 2, 5}}},
		{name: "a picture for a vector", explained: []string{"extra"}, words: groups{{flat}}, shapes: map[string][]int{"extra": {4}}},
		{name: "whole floats", explained: []string{"extra"}, words: groups{{whole}}, shapes: map[string][]int{"extra": {1, 4}}},
		{name: "by name", explained: []string{"extra", "image"}, words: groups{{both}}, shapes: map[string][]int{"image": {2, 3, 1}, "extra": {4}}},
		{name: "one of a file", explained: []string{"extra"}, words: groups{{"extra=" + both}}, shapes: map[string][]int{"extra": {4}}},
		{name: "by key", explained: []string{"extra", "image"}, words: groups{{"image=" + row, "extra=" + vector}}, shapes: map[string][]int{"image": {2, 3, 1}, "extra": {4}}},

		{name: "shape", explained: []string{"image"}, words: groups{{wide}}, err: wide + ": its shape is [2 4 1]; wanted [2 3 1], that of a row of the input, or [2 2 3 1], a mask for each row; a size of 1 stands for a whole axis"},
		{name: "rows", explained: []string{"image"}, words: groups{{three}}, err: "its shape is [3 2 3 1]; wanted [2 3 1]"},
		{name: "a number", explained: []string{"one"}, words: groups{{vector}}, err: "its shape is [4]; wanted [], that of a row of the input, or [2]"},
		{name: "half", explained: []string{"extra"}, words: groups{{half}}, err: "element 1 is 0.5; wanted whole numbers"},
		{name: "negative", explained: []string{"extra"}, words: groups{{under}}, err: "element 1 is -1; wanted numbers of groups from 0"},
		{name: "text", explained: []string{"extra"}, words: groups{{words}}, err: "it holds text; wanted the number of a group"},
		{name: "no file", explained: []string{"extra"}, words: groups{{dir + "/none.png"}}, err: "none.png"},
		{name: "twice", explained: []string{"extra"}, words: groups{{vector, flat}}, err: `--mask: input "extra" has two masks`},
		{name: "left out", explained: []string{"extra", "image"}, words: groups{{"image=" + row}}, err: `--mask: input "extra" is explained too, but has no mask; name one with extra=FILE`},
		{name: "not explained", explained: []string{"extra"}, words: groups{{"image=" + row}}, err: `input "image" is not explained; explained are extra`},
		{name: "needs a key", explained: []string{"extra", "image"}, words: groups{{row}}, err: "say which input it is for"},
		{name: "unknown key", explained: []string{"extra"}, words: groups{{"x=" + row}}, err: `the signature has no input "x"`},
		{name: "no players", explained: []string{"image"}, words: groups{{row}}, methods: []string{"ig", "occlusion"}, err: "--mask: ig, occlusion takes no groups of features; leave it out, or choose ablation"},
		{name: "dims", explained: []string{"image"}, words: groups{{row}}, params: []string{"dims=0"}, err: "--mask and --param dims exclude each other"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.methods == nil {
				tt.methods = []string{"ig", "ablation", "shapley", "exact-shapley", "kernelshap"}
			}
			methods, err := chooseMethods(tt.methods, nil)
			require.NoError(t, err)
			paths, perRow, err := readMasks(tt.words, sig, in, tt.explained, methods, tt.params)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.perRow, perRow)
			require.Equal(t, tt.shapes == nil, len(paths) == 0)
			masks := []map[string]*tensor.Tensor{methods[1].Method.(tfexplain.FeatureAblation).Mask, methods[2].Method.(tfexplain.ShapleySampling).Mask,
				methods[3].Method.(tfexplain.ExactShapley).Mask, methods[4].Method.(tfexplain.KernelSHAP).Mask}
			for _, mask := range masks {
				require.Len(t, mask, len(tt.shapes))
				for key, shape := range tt.shapes {
					require.Equal(t, shape, mask[key].Shape(), key)
				}
			}
		})
	}
}
