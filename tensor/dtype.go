package tensor

import (
	"fmt"
	"reflect"
)

// DType is the type of a tensor's elements. The values are those of
// TensorFlow's DataType enum (tensorflow/core/framework/types.proto).
type DType int32

// The data types of TensorFlow that tfexplain meets. Only those with a Go
// element type (see Element) can be held by a Tensor.
const (
	Invalid    DType = 0
	Float32    DType = 1
	Float64    DType = 2
	Int32      DType = 3
	Uint8      DType = 4
	Int16      DType = 5
	Int8       DType = 6
	String     DType = 7
	Complex64  DType = 8
	Int64      DType = 9
	Bool       DType = 10
	QInt8      DType = 11
	QUint8     DType = 12
	QInt32     DType = 13
	BFloat16   DType = 14
	QInt16     DType = 15
	QUint16    DType = 16
	Uint16     DType = 17
	Complex128 DType = 18
	Float16    DType = 19
	Resource   DType = 20
	Variant    DType = 21
	Uint32     DType = 22
	Uint64     DType = 23
)

// Half is one float16 element as its IEEE 754 bits.
type Half uint16

// Brain is one bfloat16 element as its bits.
type Brain uint16

// Element lists the Go types of tensor elements.
type Element interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 |
		bool | string | complex64 | complex128 | Half | Brain
}

type dtypeInfo struct {
	name string
	elem reflect.Type // nil when a Tensor cannot hold it
}

func (t DType) info() dtypeInfo {
	switch t {
	case Float32:
		return dtypeInfo{"float32", reflect.TypeFor[float32]()}
	case Float64:
		return dtypeInfo{"float64", reflect.TypeFor[float64]()}
	case Int32:
		return dtypeInfo{"int32", reflect.TypeFor[int32]()}
	case Uint8:
		return dtypeInfo{"uint8", reflect.TypeFor[uint8]()}
	case Int16:
		return dtypeInfo{"int16", reflect.TypeFor[int16]()}
	case Int8:
		return dtypeInfo{"int8", reflect.TypeFor[int8]()}
	case String:
		return dtypeInfo{"string", reflect.TypeFor[string]()}
	case Complex64:
		return dtypeInfo{"complex64", reflect.TypeFor[complex64]()}
	case Int64:
		return dtypeInfo{"int64", reflect.TypeFor[int64]()}
	case Bool:
		return dtypeInfo{"bool", reflect.TypeFor[bool]()}
	case BFloat16:
		return dtypeInfo{"bfloat16", reflect.TypeFor[Brain]()}
	case Uint16:
		return dtypeInfo{"uint16", reflect.TypeFor[uint16]()}
	case Complex128:
		return dtypeInfo{"complex128", reflect.TypeFor[complex128]()}
	case Float16:
		return dtypeInfo{"float16", reflect.TypeFor[Half]()}
	case Uint32:
		return dtypeInfo{"uint32", reflect.TypeFor[uint32]()}
	case Uint64:
		return dtypeInfo{"uint64", reflect.TypeFor[uint64]()}
	case Resource:
		return dtypeInfo{name: "resource"}
	case Variant:
		return dtypeInfo{name: "variant"}
	case QInt8:
		return dtypeInfo{name: "qint8"}
	case QUint8:
		return dtypeInfo{name: "quint8"}
	case QInt16:
		return dtypeInfo{name: "qint16"}
	case QUint16:
		return dtypeInfo{name: "quint16"}
	case QInt32:
		return dtypeInfo{name: "qint32"}
	}
	return dtypeInfo{name: fmt.Sprintf("dtype(%d)", int32(t))}
}

// String gives TensorFlow's lower-case name, such as "float32".
func (t DType) String() string { return t.info().name }

// Size is the number of bytes of one element, or 0 for strings and for types
// that a Tensor cannot hold.
func (t DType) Size() int {
	e := t.info().elem
	if e == nil || t == String {
		return 0
	}
	return int(e.Size())
}

// Holdable says whether a Tensor can hold elements of this type.
func (t DType) Holdable() bool { return t.info().elem != nil }

// IsFloat says whether the type is a real floating-point type, the only kind
// that carries gradients.
func (t DType) IsFloat() bool {
	return t == Float32 || t == Float64 || t == Float16 || t == BFloat16
}

// IsInteger says whether the type is a signed or unsigned integer.
func (t DType) IsInteger() bool {
	switch t {
	case Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64:
		return true
	}
	return false
}

// TypeOf returns the DType of a Go element type.
func TypeOf[T Element]() DType {
	var zero T
	switch any(zero).(type) {
	case float32:
		return Float32
	case float64:
		return Float64
	case int8:
		return Int8
	case int16:
		return Int16
	case int32:
		return Int32
	case int64:
		return Int64
	case uint8:
		return Uint8
	case uint16:
		return Uint16
	case uint32:
		return Uint32
	case uint64:
		return Uint64
	case bool:
		return Bool
	case string:
		return String
	case complex64:
		return Complex64
	case complex128:
		return Complex128
	case Half:
		return Float16
	case Brain:
		return BFloat16
	}
	return Invalid
}
