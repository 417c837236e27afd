package tensor

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"
)

// Tensor is a dense array. The zero value has no elements and no type; use New or
// Zeros.
type Tensor struct {
	dtype DType
	shape []int
	data  any // a slice of the dtype's Go element type
}

// New wraps data, without copying it, as a tensor of the given shape. With no
// shape and one element the tensor is a scalar (rank 0). The error is a
// *ShapeError when the shape does not hold exactly len(data) elements.
func New[T Element](data []T, shape ...int) (*Tensor, error) {
	n, err := Count(shape)
	if err != nil {
		return nil, err
	}
	if n != len(data) {
		return nil, &ShapeError{Given: slices.Clone(shape), Elements: len(data),
			Reason: fmt.Sprintf("it holds %d elements but %d were given", n, len(data))}
	}
	return &Tensor{dtype: TypeOf[T](), shape: slices.Clone(shape), data: data}, nil
}

// Zeros makes a tensor of zeros (false, or empty strings). The error is a
// *DTypeError for a type that is not Holdable, or a *ShapeError.
func Zeros(dtype DType, shape ...int) (*Tensor, error) {
	e := dtype.info().elem
	if e == nil {
		return nil, &DTypeError{Given: dtype, Wanted: "a type with Go elements"}
	}
	n, err := Count(shape)
	if err != nil {
		return nil, err
	}
	if n > maxBytes/int(e.Size()) {
		return nil, &ShapeError{Given: slices.Clone(shape), Elements: n, Reason: "it needs more memory than can be addressed"}
	}
	return &Tensor{dtype: dtype, shape: slices.Clone(shape), data: reflect.MakeSlice(reflect.SliceOf(e), n, n).Interface()}, nil
}

// maxBytes bounds one allocation; Go slices cannot be larger than this.
const maxBytes = 1 << 47

// Count multiplies the dimensions of a shape; a scalar counts 1. It fails on
// a negative dimension and on a product that overflows, with a *ShapeError.
func Count(shape []int) (int, error) {
	n := 1
	if slices.Contains(shape, 0) {
		n = 0 // whatever the other dimensions are, in any order
	}
	for _, d := range shape {
		if d < 0 {
			return 0, &ShapeError{Given: slices.Clone(shape), Reason: "a dimension is negative"}
		}
		if d != 0 && n > maxBytes/d {
			return 0, &ShapeError{Given: slices.Clone(shape), Reason: "its number of elements overflows"}
		}
		n *= d
	}
	return n, nil
}

// elements are those of data; none in the zero Tensor.
func (t *Tensor) elements() reflect.Value {
	if t.data == nil {
		return reflect.ValueOf([]struct{}{})
	}
	return reflect.ValueOf(t.data)
}

// DType is the type of the elements.
func (t *Tensor) DType() DType { return t.dtype }

// Shape is the size of each axis. It must not be modified.
func (t *Tensor) Shape() []int { return t.shape }

// Len is the number of elements.
func (t *Tensor) Len() int { return t.elements().Len() }

// Data is the flat slice of the elements; it shares the tensor's memory. The
// error is a *DTypeError when T is not the tensor's element type.
func Data[T Element](t *Tensor) ([]T, error) {
	if t == nil {
		return nil, &DTypeError{Given: Invalid, Wanted: TypeOf[T]().String()}
	}
	d, ok := t.data.([]T)
	if !ok {
		return nil, &DTypeError{Given: t.dtype, Wanted: TypeOf[T]().String()}
	}
	return d, nil
}

// Bytes is the memory of the elements, in the machine's byte order and shared
// with the tensor. It is nil for strings, which have no flat memory.
func (t *Tensor) Bytes() []byte {
	if t.dtype == String {
		return nil
	}
	v := t.elements()
	if v.Len() == 0 {
		return []byte{}
	}
	return unsafe.Slice((*byte)(v.UnsafePointer()), v.Len()*t.dtype.Size())
}

// Rows is the view of rows from (included) to to (excluded) along the first
// axis. It shares memory with t. The error is a *ShapeError.
func (t *Tensor) Rows(from, to int) (*Tensor, error) {
	if len(t.shape) == 0 {
		return nil, &ShapeError{Given: t.shape, Reason: "a scalar has no rows"}
	}
	if from < 0 || to < from || to > t.shape[0] {
		return nil, &ShapeError{Given: t.shape, Reason: fmt.Sprintf("it has no rows %d to %d", from, to)}
	}
	row := 1
	for _, d := range t.shape[1:] {
		row *= d
	}
	shape := slices.Clone(t.shape)
	shape[0] = to - from
	return &Tensor{dtype: t.dtype, shape: shape,
		data: t.elements().Slice3(from*row, to*row, to*row).Interface()}, nil
}

// Reshape is a view of the same elements in another shape, which must hold as many.
// The error is a *ShapeError.
func (t *Tensor) Reshape(shape ...int) (*Tensor, error) {
	n, err := Count(shape)
	if err != nil {
		return nil, err
	}
	if n != t.Len() {
		return nil, &ShapeError{Given: slices.Clone(shape), Elements: t.Len(),
			Reason: fmt.Sprintf("it holds %d elements but the tensor has %d", n, t.Len())}
	}
	return &Tensor{dtype: t.dtype, shape: slices.Clone(shape), data: t.data}, nil
}

// Clone is a copy that shares nothing with t.
func (t *Tensor) Clone() *Tensor {
	v := t.elements()
	c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	reflect.Copy(c, v)
	return &Tensor{dtype: t.dtype, shape: slices.Clone(t.shape), data: c.Interface()}
}

// Concat joins tensors of one dtype along the first axis. All other axes must
// agree. The error is a *ShapeError or a *DTypeError.
func Concat(ts ...*Tensor) (*Tensor, error) {
	if len(ts) == 0 {
		return nil, &ShapeError{Reason: "there is nothing to join"}
	}
	if slices.Contains(ts, nil) {
		return nil, &ShapeError{Reason: "a tensor to be joined is nil"}
	}
	first := ts[0]
	if len(first.shape) == 0 {
		return nil, &ShapeError{Given: first.shape, Reason: "a scalar has no rows to join"}
	}
	rows := 0
	for _, t := range ts {
		if t.dtype != first.dtype {
			return nil, &DTypeError{Given: t.dtype, Wanted: first.dtype.String()}
		}
		if len(t.shape) != len(first.shape) || !slices.Equal(t.shape[1:], first.shape[1:]) {
			return nil, &ShapeError{Given: t.shape, Reason: fmt.Sprintf("it cannot be joined to %v along the first axis", first.shape)}
		}
		rows += t.shape[0]
	}
	shape := slices.Clone(first.shape)
	shape[0] = rows
	out, err := Zeros(first.dtype, shape...)
	if err != nil {
		return nil, err
	}
	dst, at := out.elements(), 0
	for _, t := range ts {
		at += reflect.Copy(dst.Slice(at, dst.Len()), t.elements())
	}
	return out, nil
}

// String describes the tensor without its data, such as "float32[2 3]".
func (t *Tensor) String() string { return fmt.Sprintf("%v%v", t.dtype, t.shape) }

// Take copies the given rows, in the given order, into a new tensor. The error is a
// *ShapeError where there is no such row.
func (t *Tensor) Take(rows []int) (*Tensor, error) {
	if len(t.shape) == 0 {
		return nil, &ShapeError{Given: t.shape, Reason: "a scalar has no rows"}
	}
	shape := slices.Clone(t.shape)
	shape[0] = len(rows)
	out, err := Zeros(t.dtype, shape...)
	if err != nil {
		return nil, err
	}
	size, _ := Count(t.shape[1:])
	src, dst := t.elements(), out.elements()
	for i, r := range rows {
		if r < 0 || r >= t.shape[0] {
			return nil, &ShapeError{Given: t.shape, Reason: fmt.Sprintf("it has no row %d", r)}
		}
		reflect.Copy(dst.Slice(i*size, (i+1)*size), src.Slice(r*size, (r+1)*size))
	}
	return out, nil
}
