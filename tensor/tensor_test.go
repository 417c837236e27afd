package tensor_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func data[T tensor.Element](t *testing.T, x *tensor.Tensor) []T {
	t.Helper()
	d, err := tensor.Data[T](x)
	require.NoError(t, err)
	return d
}

func made[T tensor.Element](t *testing.T, d []T, shape ...int) *tensor.Tensor {
	t.Helper()
	x, err := tensor.New(d, shape...)
	require.NoError(t, err)
	return x
}

func upTo(n int) []int32 {
	d := make([]int32, n)
	for i := range d {
		d[i] = int32(i)
	}
	return d
}

func TestNew(t *testing.T) {
	for _, c := range []struct {
		shape []int
		n     int
		bad   string // part of the reason
	}{
		{nil, 1, ""},
		{[]int{0}, 0, ""},
		{[]int{2, 3}, 6, ""},
		{[]int{2, 3}, 5, "it holds 6 elements but 5 were given"},
		{nil, 0, "it holds 1 elements but 0 were given"},
		{[]int{-1, 3}, 3, "negative"},
		{[]int{0, -1}, 0, "negative"},
		{[]int{1 << 40, 1 << 40}, 1, "overflows"},
		{[]int{0, 1 << 40, 1 << 40}, 0, ""},
		{[]int{1 << 40, 1 << 40, 0}, 0, ""},
	} {
		x, err := tensor.New(upTo(c.n), c.shape...)
		if c.bad != "" {
			var e *tensor.ShapeError
			require.ErrorAs(t, err, &e, "%v", c.shape)
			require.Equal(t, c.shape, e.Given)
			require.Contains(t, err.Error(), c.bad)
			continue
		}
		require.NoError(t, err, "%v", c.shape)
		require.Equal(t, c.n, x.Len())
		require.Equal(t, tensor.Int32, x.DType())
	}
}

func TestNewSharesDataButNotShape(t *testing.T) {
	d, shape := upTo(4), []int{2, 2}
	x := made(t, d, shape...)
	shape[0], d[0] = 9, 9
	require.Equal(t, []int{2, 2}, x.Shape())
	require.Equal(t, int32(9), data[int32](t, x)[0])
}

func TestDataOfAnotherType(t *testing.T) {
	_, err := tensor.Data[float32](made(t, upTo(1), 1))
	var e *tensor.DTypeError
	require.ErrorAs(t, err, &e)
	require.Equal(t, tensor.Int32, e.Given)
	require.Equal(t, "float32", e.Wanted)
}

// Every type with a Go element type can be made, and its name, size and type
// agree with each other.
func TestZeros(t *testing.T) {
	count := 0
	for d := tensor.Invalid; d <= tensor.Uint64; d++ {
		x, err := tensor.Zeros(d, 2, 3)
		if !d.Holdable() {
			var e *tensor.DTypeError
			require.ErrorAs(t, err, &e, "%v", d)
			continue
		}
		count++
		require.NoError(t, err)
		require.Equal(t, d, x.DType())
		require.Equal(t, 6, x.Len())
		require.Equal(t, fmt.Sprintf("%v[2 3]", d), x.String())
		require.Len(t, x.Bytes(), 6*d.Size())
		for _, b := range x.Bytes() {
			require.Zero(t, b)
		}
	}
	require.Equal(t, 16, count) // the types of Element
	_, err := tensor.Zeros(tensor.Float32, -1)
	require.Error(t, err)
	_, err = tensor.Zeros(tensor.Complex128, 1<<45) // 16 bytes each: more than maxBytes
	require.Error(t, err)
	require.Equal(t, "dtype(99)", tensor.DType(99).String())
}

func TestTypeOf(t *testing.T) {
	require.Equal(t, tensor.Float16, tensor.TypeOf[tensor.Half]())
	require.Equal(t, tensor.BFloat16, tensor.TypeOf[tensor.Brain]())
	require.Equal(t, tensor.Uint16, tensor.TypeOf[uint16]())
	require.Equal(t, tensor.Complex64, tensor.TypeOf[complex64]())
	require.Equal(t, tensor.String, tensor.TypeOf[string]())
}

func TestBytes(t *testing.T) {
	x := made(t, []uint8{1, 2, 3}, 3)
	x.Bytes()[1] = 7
	require.Equal(t, []uint8{1, 7, 3}, data[uint8](t, x))
	require.Nil(t, made(t, []string{"a"}, 1).Bytes())
	require.Empty(t, made(t, []float64{}, 0).Bytes())
	require.NotNil(t, made(t, []float64{}, 0).Bytes())
}

func TestRows(t *testing.T) {
	x := made(t, upTo(12), 3, 2, 2)
	for _, c := range []struct{ from, to int }{{0, 0}, {0, 1}, {1, 3}, {3, 3}, {0, 3}} {
		r, err := x.Rows(c.from, c.to)
		require.NoError(t, err)
		require.Equal(t, []int{c.to - c.from, 2, 2}, r.Shape())
		require.Equal(t, upTo(12)[4*c.from:4*c.to], data[int32](t, r))
	}
	for _, c := range []struct{ from, to int }{{-1, 1}, {2, 1}, {0, 4}} {
		_, err := x.Rows(c.from, c.to)
		var e *tensor.ShapeError
		require.ErrorAs(t, err, &e)
	}
	_, err := made(t, upTo(1)).Rows(0, 0)
	require.ErrorContains(t, err, "a scalar has no rows")
}

// A view writes through, but appending to its data cannot reach the next row.
func TestRowsAreViews(t *testing.T) {
	x := made(t, upTo(6), 3, 2)
	r, err := x.Rows(0, 1)
	require.NoError(t, err)
	d := data[int32](t, r)
	d[0] = 50
	_ = append(d, 99)
	require.Equal(t, []int32{50, 1, 2, 3, 4, 5}, data[int32](t, x))
	require.Equal(t, []int{3, 2}, x.Shape())
}

func TestReshapeAndClone(t *testing.T) {
	x := made(t, upTo(6), 2, 3)
	y, err := x.Reshape(3, 2)
	require.NoError(t, err)
	c := y.Clone()
	data[int32](t, x)[0] = 42
	require.Equal(t, int32(42), data[int32](t, y)[0], "a view")
	require.Equal(t, int32(0), data[int32](t, c)[0], "a copy")
	require.Equal(t, []int{3, 2}, c.Shape())
	_, err = x.Reshape(4)
	require.ErrorContains(t, err, "it holds 4 elements but the tensor has 6")
	_, err = x.Reshape(-2, -3)
	require.ErrorContains(t, err, "negative")
}

func TestConcat(t *testing.T) {
	x := made(t, upTo(12), 6, 2)
	var parts []*tensor.Tensor
	for _, at := range [][2]int{{0, 1}, {1, 1}, {1, 4}, {4, 6}} {
		p, err := x.Rows(at[0], at[1])
		require.NoError(t, err)
		parts = append(parts, p)
	}
	joined, err := tensor.Concat(parts...)
	require.NoError(t, err)
	require.Equal(t, x.Shape(), joined.Shape())
	require.Equal(t, data[int32](t, x), data[int32](t, joined))
	data[int32](t, joined)[0] = 9
	require.Zero(t, data[int32](t, x)[0], "a copy")

	words, err := tensor.Concat(made(t, []string{"a"}, 1), made(t, []string{"b", "c"}, 2))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c"}, data[string](t, words))
}

func TestConcatRefuses(t *testing.T) {
	x := made(t, upTo(4), 2, 2)
	scalar := made(t, upTo(1))
	for _, c := range []struct {
		parts []*tensor.Tensor
		says  string
	}{
		{nil, "nothing to join"},
		{[]*tensor.Tensor{scalar, scalar}, "scalar"},
		{[]*tensor.Tensor{x, scalar}, "cannot be joined"},
		{[]*tensor.Tensor{x, made(t, upTo(3), 1, 3)}, "cannot be joined"},
		{[]*tensor.Tensor{x, made(t, upTo(2), 2)}, "cannot be joined"},
		{[]*tensor.Tensor{x, made(t, []float32{1, 2}, 1, 2)}, "element type is float32, wanted int32"},
	} {
		_, err := tensor.Concat(c.parts...)
		require.ErrorContains(t, err, c.says)
	}
}

func TestCount(t *testing.T) {
	n, err := tensor.Count([]int{2, 3, 4})
	require.NoError(t, err)
	require.Equal(t, 24, n)
	n, err = tensor.Count(nil)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = tensor.Count([]int{math.MaxInt, 2})
	require.Error(t, err)
}

func ExampleTensor_Rows() {
	t, err := tensor.New([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	second, err := t.Rows(1, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	values, err := tensor.Data[float32](second)
	fmt.Println(second, values, err)
	// Output: float32[1 3] [4 5 6] <nil>
}

func ExampleConcat() {
	a, _ := tensor.New([]int64{1, 2}, 1, 2)
	b, _ := tensor.New([]int64{3, 4, 5, 6}, 2, 2)
	both, err := tensor.Concat(a, b)
	fmt.Println(both, err)
	// Output: int64[3 2] <nil>
}

func ExampleNew() {
	t, err := tensor.New([]float32{1, 2, 3, 4, 5, 6}, 2, 3) // two rows of three
	fmt.Println(t, err)
	_, err = tensor.New([]float32{1, 2, 3}, 2, 3)
	fmt.Println(err)
	// Output:
	// float32[2 3] <nil>
	// tensor: shape [2 3]: it holds 6 elements but 3 were given
}

func ExampleTensor_Convert() {
	t, err := tensor.New([]int64{1, 2, 300}, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	floats, err := t.Convert(tensor.Float32)
	fmt.Println(floats, err)
	_, err = t.Convert(tensor.Uint8)
	fmt.Println(err)
	// Output:
	// float32[3] <nil>
	// tensor: 300 does not fit uint8
}

// The zero Tensor has no elements, and nil is no tensor: neither panics.
func TestZeroTensor(t *testing.T) {
	zero := new(tensor.Tensor)
	require.Zero(t, zero.Len())
	require.Empty(t, zero.Bytes())
	require.Zero(t, zero.Clone().Len())
	flat, err := zero.Reshape(0)
	require.NoError(t, err)
	_, err = flat.Rows(0, 0)
	require.NoError(t, err)
	var shape *tensor.ShapeError
	_, err = zero.Rows(0, 1)
	require.ErrorAs(t, err, &shape)
	_, err = tensor.Concat(nil)
	require.ErrorAs(t, err, &shape)
	_, err = tensor.Concat(made(t, []float32{1}, 1), nil)
	require.ErrorAs(t, err, &shape)
	var dtype *tensor.DTypeError
	_, err = flat.Take(nil)
	require.ErrorAs(t, err, &dtype)
	_, err = tensor.Concat(flat, flat)
	require.ErrorAs(t, err, &dtype)
	_, err = zero.Float64s()
	require.ErrorAs(t, err, &dtype)
	_, err = tensor.Data[float32](nil)
	require.ErrorAs(t, err, &dtype)
}
