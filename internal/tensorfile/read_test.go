package tensorfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestReadConvertsAndReshapes(t *testing.T) {
	x, err := Read("testdata/vector.npy", Spec{DType: tensor.Float32, Shape: []int{-1, 3, 1}})
	require.NoError(t, err)
	same(t, made(t, []float32{0, 1, 2}, 1, 3, 1), x, "one row")
	_, err = Read("testdata/vector.npy", Spec{DType: tensor.Float32, Shape: []int{-1, 4}})
	e := fails(t, err, "testdata/vector.npy", "one row of it")
	require.Equal(t, "int32[3]", e.Given)
	require.Equal(t, "float32[N 4]", e.Wanted)
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "x.npy"), 0o700))
	missing := filepath.Join(dir, "y.npy")
	_, err := Read(missing, Spec{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	fails(t, err, missing, "no such file")

	path := filepath.Join(dir, "x.npy")
	_, err = Read(path, Spec{})
	fails(t, err, path, "not a regular file")
	_, err = Read("x.txt", Spec{})
	fails(t, err, "x.txt", "suffix is not one of .npy, .npz")
	_, err = ReadRaw("x.png")
	fails(t, err, "x.png", "a picture has no values")

	numpy, err := os.ReadFile("testdata/f4.npy")
	require.NoError(t, err)
	for name, content := range map[string]string{
		"a.npz": string(numpy), "b.json": string(numpy), "c.csv": string(numpy), "d.png": string(numpy),
		"e.npy": "PK\x03\x04", "f.npy": "", "g.jpg": "GIF89a", "h.png": "\xff\xd8\xff\xe0",
	} {
		path := file(t, name, content)
		_, err := Read(path, Spec{Shape: []int{-1, 1, 1, 1}})
		fails(t, err, path, "not what the suffix says")
	}
	upper := file(t, "X.JSON", "[1]")
	_, err = Read(upper, Spec{})
	require.NoError(t, err, "the case of the suffix does not matter")
}

func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	broken := errors.New("broken")
	err := ReplaceFile(path, func(w io.Writer) error {
		_, err := w.Write(make([]byte, 1<<20)) // more than any buffer
		return errors.Join(err, broken)
	})
	require.ErrorIs(t, err, broken)
	fails(t, err, path, "broken")
	old, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(old), "a failure leaves the old file")

	require.NoError(t, ReplaceFile(path, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "new", string(text))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "no temporary files remain")

	nowhere := filepath.Join(dir, "none", "x")
	fails(t, ReplaceFile(nowhere, func(io.Writer) error { return nil }), nowhere, "no such file")
}
