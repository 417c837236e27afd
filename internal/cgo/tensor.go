package cgo

/*
#include "tfapi.h"
*/
import "C"

import (
	"fmt"
	"slices"
	"unsafe"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// maxRank is the most dimensions a TensorFlow tensor can have
// (TensorShape::MaxDimensions); the library aborts the process on more.
const maxRank = 254

// stringBytes is the size of one string element in a tensor's memory.
const stringBytes = int(unsafe.Sizeof(C.TF_TString{}))

// DTypeError says that a tensor of this type cannot be fed or fetched.
type DTypeError struct {
	Op       string // "feed" or "fetch"
	Endpoint Endpoint
	Given    tensor.DType
	Wanted   string
}

func (e *DTypeError) Error() string {
	return fmt.Sprintf("tensorflow: %s %v: its type is %v, wanted %s", e.Op, e.Endpoint, e.Given, e.Wanted)
}

// ShapeError says that a tensor's shape does not fit the output it is fed to.
type ShapeError struct {
	Endpoint Endpoint
	Given    []int
	Wanted   []int // -1 is any size
	Reason   string
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("tensorflow: feed %v: shape %v: %s", e.Endpoint, e.Given, e.Reason)
}

// describe writes the tensor's type, shape and size into the C feed, whose
// dims point to room for them.
func describe(f *C.tfx_feed, t *tensor.Tensor) {
	f.dtype = C.int32_t(t.DType())
	shape := t.Shape()
	f.rank = C.int32_t(len(shape))
	for d, size := range shape {
		unsafe.Slice(f.dims, len(shape))[d] = C.int64_t(size)
	}
	if t.DType() == tensor.String {
		f.count = C.int64_t(t.Len())
		f.bytes = C.size_t(t.Len() * stringBytes)
		return
	}
	f.bytes = C.size_t(len(t.Bytes()))
}

// join lays strings out one after the other; ends[i] is where number i ends.
func join(s []string) (text []byte, ends []C.int64_t) {
	total := 0
	for _, v := range s {
		total += len(v)
	}
	// One more of each, so that there is a first element to point to.
	text = make([]byte, 0, total+1)
	ends = make([]C.int64_t, len(s)+1)
	for i, v := range s {
		text = append(text, v...)
		ends[i] = C.int64_t(len(text))
	}
	return text[:total+1], ends
}

// refilled copies a fetched tensor over one that is there, if that has its
// type and shape. Booleans are not: not every byte is a valid one.
func refilled(t *tensor.Tensor, f *C.tfx_fetch) bool {
	if t == nil || t.DType() != tensor.DType(f.dtype) || t.DType() == tensor.String || t.DType() == tensor.Bool {
		return false
	}
	shape := t.Shape()
	if len(shape) != int(f.rank) {
		return false
	}
	for d, size := range unsafe.Slice(f.dims, len(shape)) {
		if shape[d] != int(size) {
			return false
		}
	}
	bytes := t.Bytes()
	if len(bytes) > int(f.bytes) {
		return false // fetched says what is wrong
	}
	copy(bytes, unsafe.Slice((*byte)(f.data), len(bytes)))
	return true
}

// fetched copies a fetched tensor into Go memory.
func fetched(at Endpoint, f *C.tfx_fetch) (*tensor.Tensor, error) {
	dtype := tensor.DType(f.dtype)
	shape := make([]int, int(f.rank))
	for d := range shape {
		shape[d] = int(unsafe.Slice(f.dims, len(shape))[d])
	}
	n, err := elements(dtype, shape, int(f.bytes))
	if err != nil {
		return nil, fmt.Errorf("tensorflow: fetch %v: %w", at, err)
	}
	p := f.data
	switch dtype {
	case tensor.Float32:
		return copied[float32](p, n, shape)
	case tensor.Float64:
		return copied[float64](p, n, shape)
	case tensor.Int8:
		return copied[int8](p, n, shape)
	case tensor.Int16:
		return copied[int16](p, n, shape)
	case tensor.Int32:
		return copied[int32](p, n, shape)
	case tensor.Int64:
		return copied[int64](p, n, shape)
	case tensor.Uint8:
		return copied[uint8](p, n, shape)
	case tensor.Uint16:
		return copied[uint16](p, n, shape)
	case tensor.Uint32:
		return copied[uint32](p, n, shape)
	case tensor.Uint64:
		return copied[uint64](p, n, shape)
	case tensor.Float16:
		return copied[tensor.Half](p, n, shape)
	case tensor.BFloat16:
		return copied[tensor.Brain](p, n, shape)
	case tensor.Complex64:
		return copied[complex64](p, n, shape)
	case tensor.Complex128:
		return copied[complex128](p, n, shape)
	case tensor.Bool:
		return copiedBools(p, n, shape)
	case tensor.String:
		return copiedStrings(f, n, shape)
	}
	return nil, &DTypeError{Op: "fetch", Endpoint: at, Given: dtype, Wanted: "a type with Go elements"}
}

// elements is the number of elements of a shape, which must fit the bytes
// that are really there.
func elements(dtype tensor.DType, shape []int, bytes int) (int, error) {
	n, err := tensor.Count(shape)
	if err != nil {
		return 0, err
	}
	size := dtype.Size()
	if dtype == tensor.String {
		size = stringBytes
	}
	if size > 0 && n > bytes/size {
		return 0, &tensor.ShapeError{Given: shape, Elements: n,
			Reason: fmt.Sprintf("%d elements of %v take %d bytes each, but TensorFlow's tensor has only %d bytes", n, dtype, size, bytes)}
	}
	return n, nil
}

func copied[T tensor.Element](p unsafe.Pointer, n int, shape []int) (*tensor.Tensor, error) {
	if n == 0 {
		return tensor.New([]T{}, shape...)
	}
	return tensor.New(slices.Clone(unsafe.Slice((*T)(p), n)), shape...)
}

// copiedBools makes sure that every byte becomes a valid Go bool.
func copiedBools(p unsafe.Pointer, n int, shape []int) (*tensor.Tensor, error) {
	out := make([]bool, n)
	for i, b := range unsafe.Slice((*byte)(p), n) {
		out[i] = b != 0
	}
	return tensor.New(out, shape...)
}

// copiedStrings cuts all strings out of one copy of their text.
func copiedStrings(f *C.tfx_fetch, n int, shape []int) (*tensor.Tensor, error) {
	out := make([]string, n)
	if n > 0 {
		ends := unsafe.Slice(f.ends, n)
		text := string(unsafe.Slice((*byte)(unsafe.Pointer(f.text)), int(ends[n-1])))
		begin := 0
		for i, end := range ends {
			out[i] = text[begin:end]
			begin = int(end)
		}
	}
	return tensor.New(out, shape...)
}
