package tensorfile

import (
	"math"
	"strconv"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// numbers collects the numbers of a text without losing what an int64, a
// uint64 or a float64 can hold.
type numbers struct {
	bits []uint64 // of type is
	is   tensor.DType
}

// add parses one decimal number; false means that it is not one or is beyond
// float64.
func (n *numbers) add(text string) bool {
	if n.is == tensor.Invalid {
		n.is = tensor.Int64
	}
	if text != "-0" { // an integer cannot keep this sign
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			switch {
			case n.is == tensor.Uint64 && i < 0:
				n.toFloats()
				fallthrough
			case n.is == tensor.Float64:
				n.bits = append(n.bits, math.Float64bits(float64(i)))
			default:
				n.bits = append(n.bits, uint64(i))
			}
			return true
		}
		if u, err := strconv.ParseUint(text, 10, 64); err == nil && n.toUnsigned() {
			n.bits = append(n.bits, u)
			return true
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	n.addFloat(f)
	return true
}

func (n *numbers) addFloat(f float64) {
	n.toFloats()
	n.bits = append(n.bits, math.Float64bits(f))
}

func (n *numbers) toUnsigned() bool {
	if n.is == tensor.Float64 {
		return false
	}
	if n.is != tensor.Uint64 {
		for _, v := range n.bits {
			if int64(v) < 0 {
				return false
			}
		}
	}
	n.is = tensor.Uint64
	return true
}

func (n *numbers) toFloats() {
	if n.is == tensor.Float64 {
		return
	}
	for i, v := range n.bits {
		f := float64(int64(v))
		if n.is == tensor.Uint64 {
			f = float64(v)
		}
		n.bits[i] = math.Float64bits(f)
	}
	n.is = tensor.Float64
}

func (n *numbers) tensor(shape []int) (*tensor.Tensor, error) {
	switch n.is {
	case tensor.Int64:
		out := make([]int64, len(n.bits))
		for i, v := range n.bits {
			out[i] = int64(v)
		}
		return wrap(tensor.New(out, shape...))
	case tensor.Uint64:
		return wrap(tensor.New(n.bits, shape...))
	}
	out := make([]float64, len(n.bits)) // an empty list counts as floats
	for i, v := range n.bits {
		out[i] = math.Float64frombits(v)
	}
	return wrap(tensor.New(out, shape...))
}

// The values JSON has no numbers for, under the names that JavaScript and
// protobuf's JSON form give them.
const (
	nameNaN    = "NaN"
	nameInf    = "Infinity"
	nameNegInf = "-Infinity"
)

func specialNumber(name string) (float64, bool) {
	switch name {
	case nameNaN:
		return math.NaN(), true
	case nameInf:
		return math.Inf(1), true
	case nameNegInf:
		return math.Inf(-1), true
	}
	return 0, false
}
