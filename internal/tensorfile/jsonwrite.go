package tensorfile

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// WriteJSON writes arrays as an object of nested lists, in the given order.
// Floats have as many digits as give the same value back, and a point or an
// exponent; what is not finite is written as "NaN", "Infinity" or "-Infinity".
// Read gives the values back; the kind of number comes back, its width does
// not (int32 as int64, float32 as float64, the values the same), nor do the
// axes after one of size 0. Complex numbers and strings that are not UTF-8
// are refused. Arrays of objects follow; Read does not take them. The error is an
// *Error.
func WriteJSON(path string, v []Named, objects ...Objects) error {
	if err := checkObjects(v, objects); err != nil {
		return at(path, err)
	}
	return ReplaceFile(path, func(w io.Writer) error {
		var out bytes.Buffer
		start := "{\n"
		entry := func(name string) error {
			quoted, err := quote(name)
			out.WriteString(start)
			out.Write(quoted)
			out.WriteString(": ")
			start = ",\n"
			return err
		}
		for _, a := range v {
			if err := entry(a.Name); err != nil {
				return err
			}
			element, err := elementOf(a)
			if err != nil {
				return err
			}
			if err := writeList(&out, w, a, element); err != nil {
				return err
			}
		}
		for _, o := range objects {
			if err := entry(o.Name); err != nil {
				return err
			}
			element, err := objectOf(o.Fields)
			if err != nil {
				return err
			}
			if err := writeList(&out, w, o.Fields[0], element); err != nil {
				return err
			}
		}
		if len(v)+len(objects) == 0 {
			out.WriteByte('{')
		}
		out.WriteString("\n}\n")
		_, err := out.WriteTo(w)
		return err
	})
}

// maxEmptyLists bounds what a tensor without elements is written as: [1e9, 0]
// would be a billion empty lists.
const maxEmptyLists = 1 << 20

// writeList appends nested lists of the shape of one tensor, moving what is
// written on to w from time to time.
func writeList(out *bytes.Buffer, w io.Writer, a Named, element func(*bytes.Buffer, int) error) error {
	shape := a.Tensor.Shape()
	lists := 1
	for i, d := range shape {
		if d == 0 {
			shape = shape[:i+1] // nothing inside can be written
			break
		}
		if lists > maxEmptyLists/d && a.Tensor.Len() == 0 {
			return refuse("array %q of shape %v has too many empty rows for JSON", a.Name, a.Tensor.Shape())
		}
		lists *= d
	}
	next := 0
	var list func(depth int) error
	list = func(depth int) error {
		if depth == len(shape) {
			err := element(out, next)
			next++
			return err
		}
		out.WriteByte('[')
		for i := range shape[depth] {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := list(depth + 1); err != nil {
				return err
			}
		}
		out.WriteByte(']')
		if out.Len() > 1<<16 {
			_, err := out.WriteTo(w)
			return err
		}
		return nil
	}
	return list(0)
}

// elementOf writes element i of a tensor.
func elementOf(a Named) (func(*bytes.Buffer, int) error, error) {
	t := a.Tensor
	switch d := t.DType(); d {
	case tensor.Bool:
		v, err := tensor.Data[bool](t)
		return func(b *bytes.Buffer, i int) error {
			b.Write(strconv.AppendBool(b.AvailableBuffer(), v[i]))
			return nil
		}, err
	case tensor.String:
		v, err := tensor.Data[string](t)
		return func(b *bytes.Buffer, i int) error {
			s, err := quote(v[i])
			b.Write(s)
			return err
		}, err
	case tensor.Uint64:
		v, err := tensor.Data[uint64](t)
		return func(b *bytes.Buffer, i int) error {
			b.Write(strconv.AppendUint(b.AvailableBuffer(), v[i], 10))
			return nil
		}, err
	case tensor.Complex64, tensor.Complex128:
		return nil, refuse("array %q: JSON has no complex numbers; write .npz instead", a.Name)
	}
	if t.DType().IsInteger() {
		wide, err := wrap(t.Convert(tensor.Int64))
		if err != nil {
			return nil, err
		}
		v, err := tensor.Data[int64](wide)
		return func(b *bytes.Buffer, i int) error {
			b.Write(strconv.AppendInt(b.AvailableBuffer(), v[i], 10))
			return nil
		}, err
	}
	v, err := t.Float64s()
	bits := 32 // float32 holds every float16 and bfloat16 too
	if t.DType() == tensor.Float64 {
		bits = 64
	}
	return func(b *bytes.Buffer, i int) error {
		b.Write(appendFloat(b.AvailableBuffer(), v[i], bits))
		return nil
	}, err
}

func appendFloat(b []byte, v float64, bits int) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, `"`+nameNaN+`"`...)
	case math.IsInf(v, 1):
		return append(b, `"`+nameInf+`"`...)
	case math.IsInf(v, -1):
		return append(b, `"`+nameNegInf+`"`...)
	}
	b = strconv.AppendFloat(b, v, 'g', -1, bits)
	if !bytes.ContainsAny(b, ".e") {
		b = append(b, ".0"...)
	}
	return b
}

// quote writes <, > and & as they are, unlike json.Marshal.
func quote(s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return nil, refuse("the text %.40q is not UTF-8, which JSON needs; write .npz instead", s)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
