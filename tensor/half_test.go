package tensor_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Every bit pattern but the NaNs comes back from its value; a NaN stays one,
// of the same sign.
func TestHalfRoundTripOfAllPatterns(t *testing.T) {
	for i := range 1 << 16 {
		h := tensor.Half(i)
		back := tensor.HalfOf(h.Float64())
		if h&0x7fff > 0x7c00 {
			require.True(t, math.IsNaN(h.Float64()), "%#04x", i)
			require.True(t, math.IsNaN(back.Float64()), "%#04x", i)
			continue
		}
		if back != h { // require formats its message every time, which is slow
			t.Fatalf("%#04x became %#04x", i, back)
		}
	}
}

func TestBrainRoundTripOfAllPatterns(t *testing.T) {
	for i := range 1 << 16 {
		h := tensor.Brain(i)
		back := tensor.BrainOf(h.Float64())
		if h&0x7fff > 0x7f80 {
			require.True(t, math.IsNaN(h.Float64()), "%#04x", i)
			require.True(t, math.IsNaN(back.Float64()), "%#04x", i)
			continue
		}
		if back != h {
			t.Fatalf("%#04x became %#04x", i, back)
		}
	}
}

// Values of IEEE 754-2008 binary16.
func TestHalfKnownValues(t *testing.T) {
	for _, c := range []struct {
		v    float64
		bits tensor.Half
	}{
		{0, 0}, {math.Copysign(0, -1), 0x8000}, {1, 0x3c00}, {-2, 0xc000},
		{65504, 0x7bff}, {1.0 / 3, 0x3555}, {math.Ldexp(1, -14), 0x0400}, {math.Ldexp(1, -24), 1},
		{math.Inf(1), 0x7c00}, {math.Inf(-1), 0xfc00},
		{65519.99, 0x7bff}, {65520, 0x7c00}, {-65520, 0xfc00}, {1e300, 0x7c00},
		{math.Ldexp(1, -25), 0}, {math.Ldexp(1.001, -25), 1}, {math.Ldexp(3, -25), 2}, {5e-324, 0},
		{math.Nextafter(math.Ldexp(1, -14), 0), 0x0400},
		{2049, 0x6800}, {2051, 0x6802}, {math.Nextafter(2049, 3000), 0x6801},
	} {
		require.Equal(t, c.bits, tensor.HalfOf(c.v), "%v", c.v)
	}
	require.Equal(t, math.Ldexp(1023, -24), tensor.Half(0x03ff).Float64())
}

func TestBrainKnownValues(t *testing.T) {
	for _, c := range []struct {
		v    float64
		bits tensor.Brain
	}{
		{0, 0}, {math.Copysign(0, -1), 0x8000}, {1, 0x3f80}, {-2, 0xc000}, {math.Pi, 0x4049},
		{math.Inf(-1), 0xff80}, {math.MaxFloat32, 0x7f80}, {1e300, 0x7f80}, {math.Ldexp(1, -133), 1},
		{1 + math.Ldexp(1, -8), 0x3f80}, {1 + math.Ldexp(3, -8), 0x3f82}, // ties go to even
		// Rounding to float32 first would make ties of these.
		{1 + math.Ldexp(1, -8) + math.Ldexp(1, -40), 0x3f81}, {-1 - math.Ldexp(1, -8) - math.Ldexp(1, -40), 0xbf81},
		{1 + math.Ldexp(3, -8) - math.Ldexp(1, -40), 0x3f81}, {-1 - math.Ldexp(3, -8) + math.Ldexp(1, -40), 0xbf81},
	} {
		require.Equal(t, c.bits, tensor.BrainOf(c.v), "%v", c.v)
	}
}

// Between two neighbours the nearer one is chosen, and the even one when both
// are equally near: for every pair of finite neighbours.
func TestRoundingBetweenAllNeighbours(t *testing.T) {
	check := func(name string, last int, value func(int) float64, round func(float64) int) {
		for i := range last {
			a, b := value(i), value(i+1)
			mid := a + (b-a)/2 // exact: both have far fewer bits than a float64
			even := i + i&1
			for _, c := range []struct {
				v    float64
				want int
			}{{mid, even}, {math.Nextafter(mid, a), i}, {math.Nextafter(mid, b), i + 1}} {
				if got := round(c.v); got != c.want {
					t.Fatalf("%s: %v between %#04x and the next became %#04x, wanted %#04x", name, c.v, i, got, c.want)
				}
				if got := round(-c.v); got != c.want|0x8000 {
					t.Fatalf("%s: %v became %#04x, wanted %#04x", name, -c.v, got, c.want|0x8000)
				}
			}
		}
	}
	check("Half", 0x7bff, func(i int) float64 { return tensor.Half(i).Float64() }, func(v float64) int { return int(tensor.HalfOf(v)) })
	check("Brain", 0x7f7f, func(i int) float64 { return tensor.Brain(i).Float64() }, func(v float64) int { return int(tensor.BrainOf(v)) })
}
