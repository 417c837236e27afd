package tensor

import (
	"math"
	"slices"
)

// Convert returns the tensor in another numeric type: t itself when the type
// is already right, else a copy. Floats are truncated toward zero when they
// become integers; a value outside the integer's range, or NaN, is a *RangeError
// rather than a wrapped number. Bool becomes 0 and 1. Strings and complex
// numbers are refused with a *DTypeError.
func (t *Tensor) Convert(to DType) (*Tensor, error) {
	if t.dtype == to {
		return t, nil
	}
	if t.dtype.IsInteger() && to.IsInteger() {
		return t.convertInteger(to)
	}
	f, err := t.Float64s()
	if err != nil {
		return nil, err
	}
	return fromFloat64s(f, to, t.shape)
}

// Float64s returns a copy of the elements as float64. The error is a *DTypeError for
// strings and complex numbers.
func (t *Tensor) Float64s() ([]float64, error) {
	switch d := t.data.(type) {
	case []float64:
		return slices.Clone(d), nil
	case []float32:
		return widen(d), nil
	case []int8:
		return widen(d), nil
	case []int16:
		return widen(d), nil
	case []int32:
		return widen(d), nil
	case []int64:
		return widen(d), nil
	case []uint8:
		return widen(d), nil
	case []uint16:
		return widen(d), nil
	case []uint32:
		return widen(d), nil
	case []uint64:
		return widen(d), nil
	case []bool:
		out := make([]float64, len(d))
		for i, b := range d {
			if b {
				out[i] = 1
			}
		}
		return out, nil
	case []Half:
		out := make([]float64, len(d))
		for i, h := range d {
			out[i] = h.Float64()
		}
		return out, nil
	case []Brain:
		out := make([]float64, len(d))
		for i, h := range d {
			out[i] = h.Float64()
		}
		return out, nil
	}
	return nil, &DTypeError{Given: t.dtype, Wanted: "a real number type"}
}

type number interface {
	float32 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

func widen[T number](d []T) []float64 {
	out := make([]float64, len(d))
	for i, v := range d {
		out[i] = float64(v)
	}
	return out
}

// convertInteger goes through int64 and not float64, which cannot hold every
// 64-bit integer.
func (t *Tensor) convertInteger(to DType) (*Tensor, error) {
	var wide []int64
	switch d := t.data.(type) {
	case []int8:
		wide = wideInts(d)
	case []int16:
		wide = wideInts(d)
	case []int32:
		wide = wideInts(d)
	case []int64:
		wide = d
	case []uint8:
		wide = wideInts(d)
	case []uint16:
		wide = wideInts(d)
	case []uint32:
		wide = wideInts(d)
	case []uint64:
		for _, v := range d {
			if v > math.MaxInt64 {
				return nil, &RangeError{Value: float64(v), To: to}
			}
		}
		wide = wideInts(d)
	}
	switch to {
	case Int8:
		return narrowInts[int8](wide, to, t.shape)
	case Int16:
		return narrowInts[int16](wide, to, t.shape)
	case Int32:
		return narrowInts[int32](wide, to, t.shape)
	case Int64:
		return narrowInts[int64](wide, to, t.shape)
	case Uint8:
		return narrowInts[uint8](wide, to, t.shape)
	case Uint16:
		return narrowInts[uint16](wide, to, t.shape)
	case Uint32:
		return narrowInts[uint32](wide, to, t.shape)
	default:
		return narrowInts[uint64](wide, to, t.shape)
	}
}

type integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

func wideInts[T integer](d []T) []int64 {
	out := make([]int64, len(d))
	for i, v := range d {
		out[i] = int64(v)
	}
	return out
}

func narrowInts[T interface {
	integer
	Element
}](d []int64, to DType, shape []int) (*Tensor, error) {
	out := make([]T, len(d))
	for i, v := range d {
		out[i] = T(v)
		if int64(out[i]) != v || (v < 0 && out[i] > 0) {
			return nil, &RangeError{Value: float64(v), To: to}
		}
	}
	return New(out, shape...)
}

func fromFloat64s(f []float64, to DType, shape []int) (*Tensor, error) {
	switch to {
	case Float64:
		return New(f, shape...)
	case Float32:
		return mapped(f, shape, func(v float64) float32 { return float32(v) })
	case Float16:
		return mapped(f, shape, HalfOf)
	case BFloat16:
		return mapped(f, shape, BrainOf)
	case Bool:
		return mapped(f, shape, func(v float64) bool { return v != 0 })
	}
	if !to.IsInteger() {
		return nil, &DTypeError{Given: to, Wanted: "a real number type"}
	}
	// The limits are exact powers of two, so the comparison is exact.
	lo, hi := integerLimits(to)
	for _, v := range f {
		if math.IsNaN(v) || math.Trunc(v) < lo || math.Trunc(v) >= hi {
			return nil, &RangeError{Value: v, To: to}
		}
	}
	switch to {
	case Int8:
		return mapped(f, shape, func(v float64) int8 { return int8(v) })
	case Int16:
		return mapped(f, shape, func(v float64) int16 { return int16(v) })
	case Int32:
		return mapped(f, shape, func(v float64) int32 { return int32(v) })
	case Int64:
		return mapped(f, shape, func(v float64) int64 { return int64(v) })
	case Uint8:
		return mapped(f, shape, func(v float64) uint8 { return uint8(v) })
	case Uint16:
		return mapped(f, shape, func(v float64) uint16 { return uint16(v) })
	case Uint32:
		return mapped(f, shape, func(v float64) uint32 { return uint32(v) })
	default:
		return mapped(f, shape, func(v float64) uint64 { return uint64(v) })
	}
}

func integerLimits(t DType) (lo, hi float64) {
	bits := float64(8 * t.Size())
	switch t {
	case Uint8, Uint16, Uint32, Uint64:
		return 0, math.Exp2(bits)
	}
	return -math.Exp2(bits - 1), math.Exp2(bits - 1)
}

func mapped[T Element](f []float64, shape []int, conv func(float64) T) (*Tensor, error) {
	out := make([]T, len(f))
	for i, v := range f {
		out[i] = conv(v)
	}
	return New(out, shape...)
}
