package tensorfile

import (
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// codes are numpy's names of the types in the fixtures of testdata/make.py.
var codes = []string{"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"}

// fixture is the array that make.py writes under this name.
func fixture(t *testing.T, code string) *tensor.Tensor {
	t.Helper()
	shape := []int{2, 3, 2}
	var x *tensor.Tensor
	var err error
	switch code {
	case "U":
		x, err = tensor.New([]string{"", "a", "été", "日本", "a\x00b", "🙂"}, 2, 3)
	case "S":
		x, err = tensor.New([]string{"", "a", "été", "日本", "a\x00b", "\xff\xfe"}, 2, 3)
	case "b1":
		v := make([]bool, 12)
		for i := range v {
			v[i] = i%3 == 0
		}
		x, err = tensor.New(v, shape...)
	case "i1":
		x, err = tensor.New(integers[int8](-5, math.MinInt8, math.MaxInt8), shape...)
	case "i2":
		x, err = tensor.New(integers[int16](-5, math.MinInt16, math.MaxInt16), shape...)
	case "i4":
		x, err = tensor.New(integers[int32](-5, math.MinInt32, math.MaxInt32), shape...)
	case "i8":
		x, err = tensor.New(integers[int64](-5, math.MinInt64, math.MaxInt64), shape...)
	case "u1":
		x, err = tensor.New(integers[uint8](0, 0, math.MaxUint8), shape...)
	case "u2":
		x, err = tensor.New(integers[uint16](0, 0, math.MaxUint16), shape...)
	case "u4":
		x, err = tensor.New(integers[uint32](0, 0, math.MaxUint32), shape...)
	case "u8":
		x, err = tensor.New(integers[uint64](0, 0, math.MaxUint64), shape...)
	case "f2", "f4", "f8":
		v := make([]float64, 12)
		for i := range v {
			v[i] = float64(i)/4 - 1
		}
		v[9], v[10], v[11] = math.NaN(), math.Inf(1), math.Inf(-1)
		x, err = tensor.New(v, shape...)
		require.NoError(t, err)
		x, err = x.Convert(numberType(code))
	case "c8":
		v := make([]complex64, 12)
		for i := range v {
			v[i] = complex(float32(i)/4-1, float32(-i))
		}
		x, err = tensor.New(v, shape...)
	case "c16":
		v := make([]complex128, 12)
		for i := range v {
			v[i] = complex(float64(i)/4-1, float64(-i))
		}
		x, err = tensor.New(v, shape...)
	default:
		t.Fatal(code)
	}
	require.NoError(t, err)
	return x
}

func integers[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](from, lo, hi T) []T {
	v := make([]T, 12)
	for i := range v {
		v[i] = from + T(i)
	}
	v[10], v[11] = lo, hi
	return v
}

// same compares bits, so that -0 does not equal 0; all NaNs are equal.
func same(t *testing.T, want, got *tensor.Tensor, about string) {
	t.Helper()
	require.Equal(t, want.String(), got.String(), about)
	if want.DType() == tensor.String {
		a, err := tensor.Data[string](want)
		require.NoError(t, err)
		b, err := tensor.Data[string](got)
		require.NoError(t, err)
		require.Equal(t, append([]string{}, a...), append([]string{}, b...), about)
		return
	}
	if want.DType().IsFloat() {
		a, b := floats(t, want), floats(t, got)
		for i := range a {
			if math.IsNaN(a[i]) && math.IsNaN(b[i]) {
				continue
			}
			require.Equal(t, math.Float64bits(a[i]), math.Float64bits(b[i]), "%s: element %d", about, i)
		}
		return
	}
	require.Equal(t, want.Bytes(), got.Bytes(), about)
}

func made[T tensor.Element](t *testing.T, d []T, shape ...int) *tensor.Tensor {
	t.Helper()
	x, err := tensor.New(d, shape...)
	require.NoError(t, err)
	return x
}

func floats(t *testing.T, x *tensor.Tensor) []float64 {
	t.Helper()
	f, err := x.Float64s()
	require.NoError(t, err)
	return f
}

// file writes content under a name in a fresh folder.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// fails checks that the error is an *Error that names the file and says so.
func fails(t *testing.T, err error, path, says string) *Error {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, path, e.Path)
	require.Contains(t, e.Error(), says)
	require.NotEmpty(t, e.Reason)
	return e
}

func crcOf(b []byte) uint32 { return crc32.ChecksumIEEE(b) }
