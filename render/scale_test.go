package render

import (
	"image/color"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNewScale(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	hundred := make([]float64, 101) // 0, -1, 2, -3 ... 100
	for i := range hundred {
		hundred[i] = float64(i) * math.Pow(-1, float64(i))
	}
	for _, c := range []struct {
		values     []float64
		percentile float64
		limit      float64
	}{
		{hundred, 100, 100},
		{hundred, 99.5, 99.5},
		{hundred, 99, 99},
		{hundred, 50, 50},
		{[]float64{-3, 1, 2}, 100, 3},
		{[]float64{-3, 1, 2}, 75, 2.5},
		{[]float64{nan, -3, nan, 1, 2}, 75, 2.5},
		{[]float64{5}, 1, 5},
		{[]float64{0, 0, 0}, 99.5, 1},
		{[]float64{nan}, 99.5, 1},
		{nil, 99.5, 1},
		{[]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 7}, 50, 7}, // the percentile itself is 0
		{[]float64{1, inf}, 100, 1},
		{[]float64{1, -inf, 2}, 90, 2},
		{[]float64{inf}, 99.5, 1},
		{[]float64{1, 2, 3}, nan, 3},
		{[]float64{1, 2, 3}, 1000, 3},
		{[]float64{1, 2, 3}, -5, 1},
	} {
		require.InDelta(t, c.limit, NewScale(c.values, c.percentile).Limit, 1e-12, "%v at %v", c.values, c.percentile) // rounding of float64
	}
}

func TestScalePosition(t *testing.T) {
	s := Scale{Limit: 4}
	for v, want := range map[float64]float64{0: 0, 2: 0.5, -2: -0.5, 4: 1, 100: 1, -100: -1, math.Inf(-1): -1} {
		require.Equal(t, want, s.Position(v))
	}
	require.True(t, math.IsNaN(s.Position(math.NaN())))
	require.Equal(t, 0.5, Scale{}.Position(0.5), "the zero value has limit 1")
	require.Equal(t, "± 4", s.String())
	require.Equal(t, "± 0.031", Scale{Limit: 0.0314}.String())
}

// v and -v are equally far from the middle, one to the red and one to the blue
// side, and the middle is nearly white.
func TestColoursAreSymmetric(t *testing.T) {
	m := blueWhiteRed()
	require.Len(t, m, 9)
	middle := m.at(0)
	require.Equal(t, middle.R, middle.G)
	require.Equal(t, middle.G, middle.B)
	require.GreaterOrEqual(t, middle.R, uint8(240))
	previous := lightness(middle)
	for i := 1; i <= 100; i++ {
		p := float64(i) / 100
		red, blue := m.at(p), m.at(-p)
		require.Greater(t, red.R, red.B, "%v", p)
		require.Greater(t, blue.B, blue.R, "%v", p)
		// Equal strength: the palette is made to be balanced by eye and not
		// mirrored, so the two sides are compared within 8 of 100.
		require.InDelta(t, lightness(red), lightness(blue), 8, "%v", p)
		require.Less(t, lightness(red), previous, "darker away from the middle")
		previous = lightness(red)
	}
	require.Equal(t, color.RGBA{R: 0xb2, G: 0x18, B: 0x2b, A: 255}, m.at(1))
	require.Equal(t, color.RGBA{R: 0x21, G: 0x66, B: 0xac, A: 255}, m.at(-1))
	gray := m.at(math.NaN())
	require.Equal(t, color.RGBA{R: 128, G: 128, B: 128, A: 255}, gray)
}

// lightness is L* of CIELAB, 0 to 100 as the eye sees it, of an sRGB colour.
func lightness(c color.RGBA) float64 {
	linear := func(v uint8) float64 { return math.Pow((float64(v)/255+0.055)/1.055, 2.4) }
	return 116*math.Cbrt(0.2126*linear(c.R)+0.7152*linear(c.G)+0.0722*linear(c.B)) - 16
}
