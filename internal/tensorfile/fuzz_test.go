package tensorfile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// fuzzLimit is small, so that a claim that is believed shows at once.
const fuzzLimit = 1 << 20

// bounded runs a reader and checks what it took: the result, the same again
// while it was converted or grown, and the input's own size a few times over.
// 16 covers that with room for the runtime's own.
func bounded(t *testing.T, input int, read func(*budget) ([]*tensor.Tensor, error)) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := read(Limits{MaxBytes: fuzzLimit}.budget())
	runtime.ReadMemStats(&after)
	if took, most := after.TotalAlloc-before.TotalAlloc, uint64(16*fuzzLimit+256*input); took > most {
		t.Fatalf("%d bytes of input took %d bytes of memory, at most %d were expected", input, took, most)
	}
	if err != nil {
		return
	}
	total := 0
	for _, x := range got {
		n, err := tensor.Count(x.Shape())
		require.NoError(t, err)
		require.Equal(t, n, x.Len())
		total += len(x.Bytes())
	}
	require.LessOrEqual(t, total, fuzzLimit)
}

func list(x *tensor.Tensor, err error) ([]*tensor.Tensor, error) { return []*tensor.Tensor{x}, err }

func values(m map[string]*tensor.Tensor, err error) ([]*tensor.Tensor, error) {
	var out []*tensor.Tensor
	for _, x := range m {
		out = append(out, x)
	}
	return out, err
}

func seedFiles(f *testing.F, pattern string) {
	names, err := filepath.Glob(filepath.Join("testdata", pattern))
	require.NoError(f, err)
	require.NotEmpty(f, names)
	for _, name := range names {
		b, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(b)
	}
}

func FuzzNPY(f *testing.F) {
	seedFiles(f, "*.npy")
	for _, dict := range []string{
		"{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,), }",
		"{'descr': '<U0', 'fortran_order': True, 'shape': (60000, 2), }",
		"{'descr': '|u1', 'fortran_order': True, 'shape': (0, 9999999999999, 9999999999999), }",
	} {
		f.Add([]byte(npyFile(dict)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		bounded(t, len(b), func(l *budget) ([]*tensor.Tensor, error) { return list(readNPY(bytes.NewReader(b), int64(len(b)), l)) })
		x, err := readNPY(bytes.NewReader(b), int64(len(b)), Limits{MaxBytes: fuzzLimit}.budget())
		if err != nil {
			return
		}
		// What was read can be written, and reads the same.
		var out bytes.Buffer
		if err := writeNPY(&out, x); err != nil {
			return // texts can be too wide
		}
		y, err := readNPY(bytes.NewReader(out.Bytes()), int64(out.Len()), Limits{}.budget())
		require.NoError(t, err)
		require.Equal(t, x.String(), y.String())
		require.Equal(t, x.Bytes(), y.Bytes())
	})
}

func FuzzNPZ(f *testing.F) {
	// Small archives: the fuzzer changes a byte at a time.
	one := npyFile("{'descr':'|u1','fortran_order':False,'shape':(1,)}", 7)
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		for n := range 3 {
			var b bytes.Buffer
			w := zip.NewWriter(&b)
			for i := range n {
				e, err := w.CreateHeader(&zip.FileHeader{Name: string(rune('a'+i)) + ".npy", Method: method})
				require.NoError(f, err)
				_, err = e.Write([]byte(one))
				require.NoError(f, err)
			}
			require.NoError(f, w.Close())
			f.Add(b.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		bounded(t, len(b), func(l *budget) ([]*tensor.Tensor, error) {
			return values(readNPZ(bytes.NewReader(b), int64(len(b)), l))
		})
	})
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		"[[1,2],[3,4.5]]", `{"a":[true],"b":["x","NaN"]}`, `[1,"NaN",-0]`, "[[],[]]", "3", "[[1],[2,3]]",
		"[18446744073709551615,9007199254740993]", "[1e999]", `{"a":{"b":1}}`, "null", "[[[[[[1]]]]]]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, asText := range []bool{false, true} {
			bounded(t, len(b), func(l *budget) ([]*tensor.Tensor, error) {
				return list(readJSON(bytes.NewReader(b), int64(len(b)), asText, l))
			})
		}
		bounded(t, len(b), func(l *budget) ([]*tensor.Tensor, error) {
			return values(readJSONObject(bytes.NewReader(b), int64(len(b)), l))
		})
	})
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"1,2\n3,4\n", "a,b\n1,x\n", "\ufeff1\n", "\"a\nb\",1\n", "true,0\n", "1,2\n3\n", ",\n", "1e999,nan\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, want := range []tensor.DType{tensor.Invalid, tensor.Float32, tensor.Bool, tensor.String} {
			bounded(t, len(b), func(l *budget) ([]*tensor.Tensor, error) {
				return list(readCSV(bytes.NewReader(b), int64(len(b)), want, l))
			})
		}
	})
}

func FuzzImage(f *testing.F) {
	for _, img := range []image.Image{
		image.NewGray(image.Rect(0, 0, 3, 2)), image.NewNRGBA(image.Rect(0, 0, 2, 3)), image.NewRGBA64(image.Rect(0, 0, 1, 2)),
		image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.White, color.Transparent}),
	} {
		var p, j bytes.Buffer
		require.NoError(f, png.Encode(&p, img))
		require.NoError(f, jpeg.Encode(&j, img, nil))
		f.Add(p.Bytes())
		f.Add(j.Bytes())
	}
	f.Add(pngHeader(1<<30, 1<<30))
	f.Add(pngHeader(1<<16, 1))
	specs := []Spec{
		{},
		{DType: tensor.Uint8, Shape: []int{-1, 4, 3, 1}},
		{DType: tensor.Float32, Shape: []int{1, 3, 2, 2}},
		{DType: tensor.Float64, Shape: []int{-1, 5, 5}},
		{DType: tensor.Float32, Shape: []int{-1, -1}},
		{DType: tensor.Float32, Shape: []int{-1, 1, 1 << 12, 4}},
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		is := kindIn(b)
		if is != isPNG && is != isJPEG {
			return
		}
		for _, want := range specs {
			bounded(t, len(b), func(l *budget) ([]*tensor.Tensor, error) {
				return list(readImage(bytes.NewReader(b), is, int64(len(b)), want, l))
			})
		}
	})
}

// pngHeader is a picture of this size without a pixel.
func pngHeader(w, h uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	b = binary.BigEndian.AppendUint32(b, w)
	b = binary.BigEndian.AppendUint32(b, h)
	b = append(b, 8, 6, 0, 0, 0)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
}
