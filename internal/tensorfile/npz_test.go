package tensorfile

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// zipFile packs entries; raw ones are written with the sizes they claim.
func zipFile(t *testing.T, add func(*zip.Writer)) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	add(w)
	require.NoError(t, w.Close())
	return file(t, "x.npz", b.String())
}

func entry(t *testing.T, w *zip.Writer, name, content string) {
	t.Helper()
	f, err := w.Create(name)
	require.NoError(t, err)
	_, err = io.WriteString(f, content)
	require.NoError(t, err)
}

func rawEntry(t *testing.T, w *zip.Writer, h *zip.FileHeader, packed []byte) {
	t.Helper()
	f, err := w.CreateRaw(h)
	require.NoError(t, err)
	_, err = f.Write(packed)
	require.NoError(t, err)
}

func TestNPZRefuses(t *testing.T) {
	one := npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", 7)
	path := zipFile(t, func(w *zip.Writer) { entry(t, w, "a.txt", "hello") })
	_, err := ReadNamed(path)
	fails(t, err, path, `"a.txt"`)

	path = zipFile(t, func(w *zip.Writer) { entry(t, w, "a.npy", one); entry(t, w, "a.npy", one) })
	_, err = ReadNamed(path)
	fails(t, err, path, `two arrays named "a"`)

	path = zipFile(t, func(w *zip.Writer) { entry(t, w, "a.npy", "not an array") })
	_, err = ReadNamed(path)
	fails(t, err, path, "array a: it does not begin like a numpy array")

	path = zipFile(t, func(w *zip.Writer) { entry(t, w, "a.npy", one); entry(t, w, "b.npy", one) })
	_, err = Read(path, Spec{})
	fails(t, err, path, "given a, b, wanted one array")

	path = zipFile(t, func(*zip.Writer) {})
	_, err = Read(path, Spec{})
	fails(t, err, path, "given no arrays")
	arrays, err := ReadNamed(path)
	require.NoError(t, err)
	require.Empty(t, arrays)

	path = file(t, "x.npz", "PK\x03\x04 and nothing more")
	_, err = ReadNamed(path)
	require.ErrorIs(t, err, zip.ErrFormat)
	fails(t, err, path, "zip")
}

func TestNPZWithOneArrayReadsLikeNPY(t *testing.T) {
	path := zipFile(t, func(w *zip.Writer) {
		entry(t, w, "a.npy", npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", 7, 8))
	})
	x, err := Read(path, Spec{})
	require.NoError(t, err)
	require.Equal(t, []float64{7, 8}, floats(t, x))
}

// A checksum that does not agree is noticed although the sizes do.
func TestNPZChecksum(t *testing.T) {
	one := []byte(npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", 7))
	path := zipFile(t, func(w *zip.Writer) {
		rawEntry(t, w, &zip.FileHeader{Name: "a.npy", Method: zip.Store, CRC32: crc32.ChecksumIEEE(one) + 1,
			CompressedSize64: uint64(len(one)), UncompressedSize64: uint64(len(one))}, one)
	})
	_, err := ReadNamed(path)
	require.ErrorIs(t, err, zip.ErrChecksum)
}

// Claims that cannot be true are refused before memory is taken for them.
func TestNPZBombs(t *testing.T) {
	head := npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (1000000000,), }")
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	require.NoError(t, err)
	_, err = io.WriteString(w, head)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	claim := uint64(len(head)) + 1_000_000_000
	for _, c := range []struct {
		method         uint16
		packed, opened uint64
		says           string
	}{
		{zip.Deflate, uint64(packed.Len()), claim, "which cannot be"},
		{zip.Store, uint64(packed.Len()), claim, "which cannot be"},
		{zip.Deflate, 1 << 40, claim, "more bytes than the file has"},
		{99, uint64(packed.Len()), uint64(packed.Len()), "method 99"},
	} {
		path := zipFile(t, func(w *zip.Writer) {
			rawEntry(t, w, &zip.FileHeader{Name: "a.npy", Method: c.method, CompressedSize64: c.packed, UncompressedSize64: c.opened}, packed.Bytes())
		})
		_, err := ReadNamed(path)
		fails(t, err, path, c.says)
	}

	// A true claim above the limit: 4 MiB of zeros in 4 KiB, where 1 MiB is allowed.
	path := zipFile(t, func(w *zip.Writer) {
		entry(t, w, "a.npy", npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (4194304,), }", make([]byte, 1<<22)...))
	})
	_, err = Limits{MaxBytes: 1 << 20}.ReadNamed(path)
	fails(t, err, path, "more than the limit of 1048576 bytes")
	_, err = ReadNamed(path)
	require.NoError(t, err)
}

func TestWriteNPZ(t *testing.T) {
	var arrays []Named
	for _, code := range append(codes, "U", "S") {
		arrays = append(arrays, Named{"layer/" + code + ":0", fixture(t, code)})
	}
	dir := t.TempDir()
	first, second := filepath.Join(dir, "a.npz"), filepath.Join(dir, "b.npz")
	require.NoError(t, WriteNPZ(first, arrays))
	require.NoError(t, WriteNPZ(second, arrays))
	a, err := os.ReadFile(first)
	require.NoError(t, err)
	b, err := os.ReadFile(second)
	require.NoError(t, err)
	require.Equal(t, a, b, "the same bytes each time")
	got, err := ReadNamed(first)
	require.NoError(t, err)
	require.Len(t, got, len(arrays))
	for _, n := range arrays {
		same(t, n.Tensor, got[n.Name], n.Name)
	}
}

func TestWriteNamesAreChecked(t *testing.T) {
	x := fixture(t, "f4")
	path := filepath.Join(t.TempDir(), "x")
	for says, arrays := range map[string][]Named{
		"array 1 has no name":      {{"a", x}, {"", x}},
		`two arrays are named "a"`: {{"a", x}, {"a", x}},
		`array "a" is nil`:         {{"a", nil}},
	} {
		fails(t, WriteNPZ(path, arrays), path, says)
		fails(t, WriteJSON(path, arrays), path, says)
	}
}
