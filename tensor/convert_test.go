package tensor_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

var realTypes = []tensor.DType{
	tensor.Float64, tensor.Float32, tensor.Float16, tensor.BFloat16,
	tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64,
	tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64, tensor.Bool,
}

// 0 and 1 are exact in every type, so they survive any chain of conversions.
func TestConvertBetweenAllRealTypes(t *testing.T) {
	start := made(t, []float64{0, 1, 1, 0}, 2, 2)
	for _, a := range realTypes {
		x, err := start.Convert(a)
		require.NoError(t, err)
		require.Equal(t, a, x.DType())
		for _, b := range realTypes {
			y, err := x.Convert(b)
			require.NoError(t, err, "%v to %v", a, b)
			require.Equal(t, b, y.DType())
			require.Equal(t, []int{2, 2}, y.Shape())
			f, err := y.Float64s()
			require.NoError(t, err)
			require.Equal(t, []float64{0, 1, 1, 0}, f, "%v to %v", a, b)
		}
	}
}

func TestConvertToItselfIsNoCopy(t *testing.T) {
	x := made(t, []float32{1}, 1)
	y, err := x.Convert(tensor.Float32)
	require.NoError(t, err)
	require.Same(t, x, y)
}

// The limits of every integer type, one step inside and one outside.
func TestConvertFloatToIntegerLimits(t *testing.T) {
	for _, c := range []struct {
		to     tensor.DType
		lo, hi float64 // the smallest and largest float64 that fit
	}{
		{tensor.Int8, -128, 127},
		{tensor.Int16, -32768, 32767},
		{tensor.Int32, math.MinInt32, math.MaxInt32},
		{tensor.Int64, -1 << 63, math.Nextafter(1<<63, 0)},
		{tensor.Uint8, 0, 255},
		{tensor.Uint16, 0, 65535},
		{tensor.Uint32, 0, math.MaxUint32},
		{tensor.Uint64, 0, math.Nextafter(1<<64, 0)},
	} {
		x, err := made(t, []float64{c.lo, c.hi}, 2).Convert(c.to)
		require.NoError(t, err, "%v", c.to)
		back, err := x.Convert(tensor.Float64)
		require.NoError(t, err)
		require.Equal(t, []float64{c.lo, c.hi}, data[float64](t, back), "%v", c.to)

		above := c.hi + 1
		if c.to == tensor.Int64 || c.to == tensor.Uint64 {
			above = math.Nextafter(c.hi, math.Inf(1))
		}
		below := c.lo - 1
		if c.to == tensor.Int64 {
			below = math.Nextafter(c.lo, math.Inf(-1))
		}
		for _, v := range []float64{above, below, math.NaN(), math.Inf(1), math.Inf(-1)} {
			_, err := made(t, []float64{v}, 1).Convert(c.to)
			var e *tensor.RangeError
			require.ErrorAs(t, err, &e, "%v to %v", v, c.to)
			require.Equal(t, c.to, e.To)
		}
	}
}

func TestConvertTruncates(t *testing.T) {
	x, err := made(t, []float32{1.9, -1.9, 127.5, -128.5}, 4).Convert(tensor.Int8)
	require.NoError(t, err)
	require.Equal(t, []int8{1, -1, 127, -128}, data[int8](t, x))
	u, err := made(t, []float64{-0.5, 255.9}, 2).Convert(tensor.Uint8)
	require.NoError(t, err)
	require.Equal(t, []uint8{0, 255}, data[uint8](t, u))
}

// Integers convert without a detour through float64, against math/big.
func TestConvertIntegerExactlyOrNotAtAll(t *testing.T) {
	edges := []uint64{0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, math.MaxInt32, 1 << 31,
		math.MaxUint32, 1 << 32, 1<<53 + 1, math.MaxInt64 - 1, math.MaxInt64, 1 << 63, math.MaxUint64}
	limits := map[tensor.DType][2]string{
		tensor.Int8: {"-128", "127"}, tensor.Int16: {"-32768", "32767"},
		tensor.Int32: {"-2147483648", "2147483647"}, tensor.Int64: {"-9223372036854775808", "9223372036854775807"},
		tensor.Uint8: {"0", "255"}, tensor.Uint16: {"0", "65535"},
		tensor.Uint32: {"0", "4294967295"}, tensor.Uint64: {"0", "18446744073709551615"},
	}
	parse := func(s string) *big.Int { v, _ := new(big.Int).SetString(s, 10); return v }
	check := func(x *tensor.Tensor, value *big.Int) {
		for to, l := range limits {
			y, err := x.Convert(to)
			if value.Cmp(parse(l[0])) < 0 || value.Cmp(parse(l[1])) > 0 {
				var e *tensor.RangeError
				require.ErrorAs(t, err, &e, "%v to %v", value, to)
				continue
			}
			require.NoError(t, err, "%v to %v", value, to)
			require.Equal(t, value.String(), integer(t, y).String(), "%v to %v", value, to)
		}
	}
	for _, v := range edges {
		check(made(t, []uint64{v}, 1), new(big.Int).SetUint64(v))
		check(made(t, []int64{int64(v)}, 1), big.NewInt(int64(v)))
		check(made(t, []int64{-int64(v)}, 1), big.NewInt(-int64(v)))
	}
}

func integer(t *testing.T, x *tensor.Tensor) *big.Int {
	t.Helper()
	if x.DType() == tensor.Uint64 {
		return new(big.Int).SetUint64(data[uint64](t, x)[0])
	}
	wide, err := x.Convert(tensor.Int64)
	require.NoError(t, err)
	return big.NewInt(data[int64](t, wide)[0])
}

// What fits, comes back: random values of each integer type through int64 and
// uint64.
func TestConvertIntegerRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		v := r.Uint64() >> r.IntN(64)
		x := made(t, []uint64{v}, 1)
		for _, via := range realTypes {
			if !via.IsInteger() {
				continue
			}
			y, err := x.Convert(via)
			if err != nil {
				continue // that it fails when it must is tested above
			}
			z, err := y.Convert(tensor.Uint64)
			require.NoError(t, err)
			require.Equal(t, v, data[uint64](t, z)[0], "%d via %v", v, via)
		}
	}
}

func TestConvertBool(t *testing.T) {
	x, err := made(t, []float64{0, -0.5, math.NaN(), math.Copysign(0, -1)}, 4).Convert(tensor.Bool)
	require.NoError(t, err)
	require.Equal(t, []bool{false, true, true, false}, data[bool](t, x))
	y, err := x.Convert(tensor.Int8)
	require.NoError(t, err)
	require.Equal(t, []int8{0, 1, 1, 0}, data[int8](t, y))
}

func TestConvertRefuses(t *testing.T) {
	var e *tensor.DTypeError
	for _, x := range []*tensor.Tensor{made(t, []string{"1"}, 1), made(t, []complex64{1}, 1), made(t, []complex128{1}, 1)} {
		_, err := x.Convert(tensor.Float32)
		require.ErrorAs(t, err, &e)
		require.Equal(t, x.DType(), e.Given)
		_, err = x.Float64s()
		require.ErrorAs(t, err, &e)
	}
	for _, to := range []tensor.DType{tensor.String, tensor.Complex64, tensor.Resource, tensor.Invalid, tensor.QInt8} {
		_, err := made(t, []int32{1}, 1).Convert(to)
		require.ErrorAs(t, err, &e, "%v", to)
		_, err = made(t, []float32{1}, 1).Convert(to)
		require.ErrorAs(t, err, &e, "%v", to)
	}
}

func TestFloat64sIsACopy(t *testing.T) {
	x := made(t, []float64{1}, 1)
	f, err := x.Float64s()
	require.NoError(t, err)
	f[0] = 2
	require.Equal(t, 1.0, data[float64](t, x)[0])
}
