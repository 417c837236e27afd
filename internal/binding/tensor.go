package binding

import (
	"fmt"
	"io"
	"reflect"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Tensor is what the tensors of the bindings have in common.
type Tensor interface {
	Shape() []int64
	Value() any
	WriteContentsTo(io.Writer) (int64, error)
}

// FromTensor copies the elements of a binding's tensor once. dtype is its
// DataType, whose numbers are TensorFlow's. The error is a *tensor.DTypeError
// when the type has no Go elements.
func FromTensor(t Tensor, dtype tensor.DType) (*tensor.Tensor, error) {
	var shape []int
	for _, n := range t.Shape() {
		shape = append(shape, int(n))
	}
	switch dtype {
	case tensor.String:
		return flattened[string](t, shape)
	case tensor.Uint32: // the bindings do not write these two
		return flattened[uint32](t, shape)
	case tensor.Uint64:
		return flattened[uint64](t, shape)
	}
	out, err := tensor.Zeros(dtype, shape...)
	if err != nil {
		return nil, err
	}
	w := filler{left: out.Bytes(), bools: dtype == tensor.Bool}
	if _, err := t.WriteContentsTo(&w); err != nil {
		return nil, fmt.Errorf("read a %v: %w", out, err)
	}
	if len(w.left) > 0 {
		return nil, fmt.Errorf("read a %v: %d bytes are missing: %w", out, len(w.left), io.ErrUnexpectedEOF)
	}
	return out, nil
}

// filler writes into memory that is there.
type filler struct {
	left  []byte
	bools bool // every byte becomes a valid Go bool
}

func (f *filler) Write(p []byte) (int, error) {
	n := copy(f.left, p)
	if f.bools {
		for i, b := range f.left[:n] {
			f.left[i] = min(b, 1)
		}
	}
	f.left = f.left[n:]
	if n < len(p) {
		return n, io.ErrShortWrite
	}
	return n, nil
}

// flattened copies nested slices.
func flattened[T tensor.Element](t Tensor, shape []int) (*tensor.Tensor, error) {
	out := []T{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		if v.Kind() != reflect.Slice {
			out = append(out, v.Interface().(T))
			return
		}
		for i := range v.Len() {
			walk(v.Index(i))
		}
	}
	walk(reflect.ValueOf(t.Value()))
	return tensor.New(out, shape...)
}

// Elements are what a binding's NewTensor takes: a number for a scalar, else a
// flat slice that shares t's memory. shape is what Reshape then takes; it is nil
// where nothing is to be reshaped, as with strings, whose slices are nested.
func Elements(t *tensor.Tensor) (elements any, shape []int64, err error) {
	if t == nil {
		return nil, nil, &tensor.ShapeError{Reason: "the tensor is nil"}
	}
	switch t.DType() {
	case tensor.Float32:
		elements, err = of[float32](t)
	case tensor.Float64:
		elements, err = of[float64](t)
	case tensor.Int8:
		elements, err = of[int8](t)
	case tensor.Int16:
		elements, err = of[int16](t)
	case tensor.Int32:
		elements, err = of[int32](t)
	case tensor.Int64:
		elements, err = of[int64](t)
	case tensor.Uint8:
		elements, err = of[uint8](t)
	case tensor.Uint16:
		elements, err = of[uint16](t)
	case tensor.Uint32:
		elements, err = of[uint32](t)
	case tensor.Uint64:
		elements, err = of[uint64](t)
	case tensor.Bool:
		elements, err = of[bool](t)
	case tensor.String: // the bindings do not reshape them
		elements, err = nestedStrings(t)
		return elements, nil, err
	case tensor.Complex64:
		elements, err = of[complex64](t)
	case tensor.Complex128:
		elements, err = of[complex128](t)
	default:
		err = &tensor.DTypeError{Given: t.DType(), Wanted: "a type that the binding makes tensors of (neither float16 nor bfloat16)"}
	}
	if len(t.Shape()) > 1 {
		for _, n := range t.Shape() {
			shape = append(shape, int64(n))
		}
	}
	return elements, shape, err
}

func of[T tensor.Element](t *tensor.Tensor) (any, error) {
	d, err := tensor.Data[T](t)
	if err == nil && len(t.Shape()) == 0 {
		return d[0], nil
	}
	return d, err
}

// nestedStrings are the strings as slices of slices.
func nestedStrings(t *tensor.Tensor) (any, error) {
	flat, err := of[string](t)
	if err != nil || len(t.Shape()) < 2 {
		return flat, err
	}
	if t.Len() == 0 {
		return nil, &tensor.ShapeError{Given: t.Shape(), Reason: "the binding makes no empty tensor of strings with more than one axis"}
	}
	v := reflect.ValueOf(flat)
	for axis := len(t.Shape()) - 1; axis > 0; axis-- {
		size := t.Shape()[axis]
		outer := reflect.MakeSlice(reflect.SliceOf(v.Type()), 0, v.Len()/size)
		for i := 0; i < v.Len(); i += size {
			outer = reflect.Append(outer, v.Slice(i, i+size))
		}
		v = outer
	}
	return v.Interface(), nil
}
