package tensor

import "math"

// Float64 is the value of a float16 (IEEE 754 binary16: 1 sign, 5 exponent,
// 10 fraction bits).
func (h Half) Float64() float64 {
	sign := 1.0
	if h&0x8000 != 0 {
		sign = -1
	}
	exp, frac := int(h>>10)&0x1f, float64(h&0x3ff)
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 0x1f:
		if frac != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}

// HalfOf rounds to the nearest float16, ties to even.
func HalfOf(v float64) Half {
	var sign Half
	if math.Signbit(v) {
		sign, v = 0x8000, -v
	}
	switch {
	case math.IsNaN(v):
		return sign | 0x7e00
	case v >= 65520: // halfway between the largest float16 (65504) and 2^16
		return sign | 0x7c00
	case v < math.Ldexp(1, -14): // subnormal: multiples of 2^-24
		return sign | Half(math.RoundToEven(math.Ldexp(v, 24)))
	}
	_, exp := math.Frexp(v) // v = f * 2^exp with f in [1/2, 1)
	m := math.RoundToEven(math.Ldexp(v, 11-exp))
	// m is in [1024, 2048]; a carry into 2048 moves to the next exponent.
	return sign | Half(uint16(exp+13)<<10+uint16(m))
}

// Float64 is the value of a bfloat16 (the upper half of a float32).
func (b Brain) Float64() float64 { return float64(math.Float32frombits(uint32(b) << 16)) }

// BrainOf rounds to the nearest bfloat16, ties to even.
func BrainOf(v float64) Brain {
	f := float32(v)
	bits := math.Float32bits(f)
	if f != f {
		return Brain(bits>>16 | 0x40)
	}
	if bits&0xffff == 0x8000 { // a tie, unless rounding to float32 made it one
		switch exact := math.Abs(float64(f)); {
		case math.Abs(v) > exact:
			bits++
		case math.Abs(v) < exact:
			bits--
		}
	}
	return Brain((bits + 0x7fff + bits>>16&1) >> 16)
}
