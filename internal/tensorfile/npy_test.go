package tensorfile

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Every type, byte order and element order that numpy writes.
func TestReadWhatNumpyWrites(t *testing.T) {
	for _, archive := range []string{"little_c", "little_f", "big_c", "big_f", "deflated"} {
		arrays, err := ReadNamed(filepath.Join("testdata", archive+".npz"))
		require.NoError(t, err)
		require.Len(t, arrays, len(codes)+2)
		for _, code := range append(codes, "U", "S") {
			same(t, fixture(t, code), arrays[code], archive+" "+code)
		}
	}
	for _, code := range append(codes, "U", "S") {
		x, err := ReadRaw(filepath.Join("testdata", code+".npy"))
		require.NoError(t, err)
		same(t, fixture(t, code), x, code)
	}
	for _, version := range []string{"version1", "version2", "version3"} {
		x, err := ReadRaw(filepath.Join("testdata", version+".npy"))
		require.NoError(t, err)
		same(t, fixture(t, "f4"), x, version)
	}
}

func TestReadNumpyShapes(t *testing.T) {
	x, err := ReadRaw("testdata/scalar.npy")
	require.NoError(t, err)
	same(t, made(t, []float64{2.5}), x, "scalar")
	x, err = ReadRaw("testdata/vector.npy")
	require.NoError(t, err)
	same(t, made(t, []int32{0, 1, 2}, 3), x, "vector")
	x, err = ReadRaw("testdata/empty.npy")
	require.NoError(t, err)
	same(t, made(t, []float32{}, 0, 3), x, "empty")
}

func TestNumpyTypesThatAreRefused(t *testing.T) {
	for name, says := range map[string]string{
		"structured": "structured array", "objects": `numpy type "|O"`, "dates": `numpy type "<M8[s]"`,
	} {
		path := "testdata/" + name + ".npy"
		_, err := ReadRaw(path)
		fails(t, err, path, says)
	}
}

// npyFile builds a file of version 1 around a header.
func npyFile(dict string, data ...byte) string {
	head := binary.LittleEndian.AppendUint16([]byte(npyMagic+"\x01\x00"), uint16(len(dict)))
	return string(head) + dict + string(data)
}

func TestNPYHeaders(t *testing.T) {
	for _, c := range []struct {
		dict  string
		n     int // bytes of data
		shape []int
		says  string // of the error, empty when it reads
	}{
		{"{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n", 2, []int{2}, ""},
		{`{"shape":(2,1),"fortran_order":True,"descr":"<u1"}`, 2, []int{2, 1}, ""},
		{"{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 1L), }", 2, []int{2, 1}, ""},
		{" { 'shape' : ( ) , 'descr' : '|i1' , 'fortran_order' : False } \n", 1, []int{}, ""},
		{"{'descr': '<U0', 'fortran_order': False, 'shape': (3,), }", 0, []int{3}, ""},
		{"{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", 1, nil, "claims more bytes than there are"},
		{"{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", 3, nil, "more bytes than the header claims"},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,), }", 8, nil, "overflows"},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,), }", 8, nil, "claims more bytes than there are"},
		{"{'descr': '<U0', 'fortran_order': False, 'shape': (100000000000,), }", 0, nil, "more than the limit of 1073741824 bytes"},
		{"{'descr': '<U900000000', 'fortran_order': False, 'shape': (1,), }", 0, nil, "numpy type"},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }", 8, nil, "damaged"},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", 8, nil, "damaged"},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (1 2,), }", 8, nil, "damaged"},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': 1, }", 8, nil, "damaged"},
		{"{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }", 8, nil, "damaged"},
		{"{'descr': '<f8', 'fortran_order': False, }", 8, nil, "damaged"},
		{"{'descr': '<f8', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", 8, nil, "damaged"},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1}", 8, nil, "damaged"},
		{"{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} 1", 8, nil, "damaged"},
		{"{'descr': '<f8' 'fortran_order': False, 'shape': (1,)}", 8, nil, "damaged"},
		{"{'descr': '<f8, 'fortran_order': False, 'shape': (1,)}", 8, nil, "numpy type"},
		{"", 0, nil, "damaged"},
		{"{'descr': '|f8', 'fortran_order': False, 'shape': (1,)}", 8, nil, "numpy type"},
		{"{'descr': '=f8', 'fortran_order': False, 'shape': (1,)}", 8, nil, "numpy type"},
		{"{'descr': '<f16', 'fortran_order': False, 'shape': (1,)}", 16, nil, "numpy type"},
		{"{'descr': '<V2', 'fortran_order': False, 'shape': (1,)}", 2, nil, "numpy type"},
		{"{'descr': '', 'fortran_order': False, 'shape': (1,)}", 2, nil, "numpy type"},
		{"{'descr': '|u1', 'fortran_order': False, 'shape': (" + strings.Repeat("1,", 65) + ")}", 1, nil, "65 axes"},
		{"{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}" + strings.Repeat(" ", maxNPYHeader), 1, nil, "numpy's own limit"},
	} {
		path := file(t, "x.npy", npyFile(c.dict, make([]byte, c.n)...))
		x, err := ReadRaw(path)
		if c.says != "" {
			fails(t, err, path, c.says)
			continue
		}
		require.NoError(t, err, c.dict)
		require.Equal(t, c.shape, x.Shape(), c.dict)
	}
}

// A file that was cut off anywhere is an error, wherever that is.
func TestNPYCutOff(t *testing.T) {
	whole, err := os.ReadFile("testdata/f4.npy")
	require.NoError(t, err)
	dir := t.TempDir()
	for n := range whole {
		path := filepath.Join(dir, "x.npy")
		require.NoError(t, os.WriteFile(path, whole[:n], 0o600))
		_, err := ReadRaw(path)
		require.Error(t, err, "%d bytes", n)
	}
}

func TestNPYVersionAndCharacters(t *testing.T) {
	path := file(t, "x.npy", npyMagic+"\x04\x00\x00\x00\x00\x00")
	_, err := ReadRaw(path)
	fails(t, err, path, "version is 4.0")
	path = file(t, "x.npy", npyMagic+"\x02\x00\xff\xff\xff\xff")
	_, err = ReadRaw(path)
	fails(t, err, path, "claims 4294967295 bytes")
	for _, code := range []string{"\x00\xd8\x00\x00", "\x00\x00\x11\x00", "\xff\xff\xff\xff"} {
		path = file(t, "x.npy", npyFile("{'descr': '<U1', 'fortran_order': False, 'shape': (1,)}", []byte(code)...))
		_, err = ReadRaw(path)
		fails(t, err, path, "not a character")
	}
}

// numpy takes every byte but 0 for true; Go must not see any but 0 and 1.
func TestNPYBools(t *testing.T) {
	path := file(t, "x.npy", npyFile("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", 0, 2, 255))
	x, err := ReadRaw(path)
	require.NoError(t, err)
	require.Equal(t, []byte{0, 1, 1}, x.Bytes())
}

func TestLimitBeforeMemory(t *testing.T) {
	l := Limits{MaxBytes: 100}
	_, err := l.ReadRaw("testdata/f8.npy") // 96 bytes
	require.NoError(t, err)
	_, err = l.ReadRaw("testdata/c16.npy") // 192 bytes
	fails(t, err, "testdata/c16.npy", "more than the limit of 100 bytes")
	_, err = l.ReadNamed("testdata/little_c.npz")
	fails(t, err, "testdata/little_c.npz", "more than the limit of 100 bytes")
}

// What numpy writes and what is written here are the same bytes.
func TestWriteNPYIsByteForByteNumpys(t *testing.T) {
	for _, code := range append(codes, "U", "S", "scalar", "vector", "empty") {
		want, err := os.ReadFile(filepath.Join("testdata", code+".npy"))
		require.NoError(t, err)
		x, err := ReadRaw(filepath.Join("testdata", code+".npy"))
		require.NoError(t, err)
		var got bytes.Buffer
		require.NoError(t, writeNPY(&got, x))
		require.Equal(t, want, got.Bytes(), code)
	}
}

func TestWriteNPYOfBfloat16(t *testing.T) {
	x, err := made(t, []float32{1, -0.5, 3e38}, 3).Convert(tensor.BFloat16)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "x.npy")
	require.NoError(t, WriteNPY(path, x))
	got, err := ReadRaw(path)
	require.NoError(t, err)
	want, err := x.Convert(tensor.Float32)
	require.NoError(t, err)
	same(t, want, got, "as float32")
}

func TestWriteNPYRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	fails(t, WriteNPY(path, made(t, []string{"a\x00"}, 1)), path, "zero byte")
	fails(t, WriteNPY(path, nil), path, "nil")
	deep, err := made(t, []float32{1}).Reshape(bytesToInts(bytes.Repeat([]byte{1}, 65))...)
	require.NoError(t, err)
	fails(t, WriteNPY(path, deep), path, "65 axes")
	wide := make([]string, 1<<16)
	wide[0] = strings.Repeat("x", 1<<14)
	fails(t, WriteNPY(path, made(t, wide, 1<<16)), path, "shorten the longest")
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Empty(t, left, "nothing is left half written")
}

func bytesToInts(b []byte) []int {
	out := make([]int, len(b))
	for i, v := range b {
		out[i] = int(v)
	}
	return out
}
