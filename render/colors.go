package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/palette/brewer"
)

// colorMap is a diverging map through equally spaced colours.
type colorMap []color.RGBA

// blueWhiteRed is ColorBrewer's RdBu of 9 colours, with red for positive. Its
// middle is #f7f7f7: nearly white, and a shade off the white of a sheet. (The
// one of 11 colours ends so dark that single pixels of red and blue look alike;
// the maps of palette/moreland have a gray middle, #dddddd, or invalid colours
// when it is raised to white.)
func blueWhiteRed() colorMap {
	const name, classes = "RdBu", 9
	p, err := brewer.GetPalette(brewer.TypeDiverging, name, classes)
	if err != nil { // it does not know a palette it is shipped with
		return colorMap{{B: 255, A: 255}, {R: 255, G: 255, B: 255, A: 255}, {R: 255, A: 255}}
	}
	m := make(colorMap, 0, classes)
	for _, c := range p.Colors() {
		r, g, b, _ := c.RGBA()
		m = append(colorMap{{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: 255}}, m...)
	}
	return m
}

// at is the colour at a position from -1 to 1; NaN is gray, which the map does
// not have.
func (m colorMap) at(position float64) color.RGBA {
	if math.IsNaN(position) {
		return color.RGBA{R: 128, G: 128, B: 128, A: 255}
	}
	x := (position + 1) / 2 * float64(len(m)-1)
	low := min(int(x), len(m)-2)
	return mix(m[low], m[low+1], x-float64(low))
}

// mix is a at part 0 and b at part 1.
func mix(a, b color.RGBA, part float64) color.RGBA {
	one := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + part*(float64(b)-float64(a)))) }
	return color.RGBA{R: one(a.R, b.R), G: one(a.G, b.G), B: one(a.B, b.B), A: 255}
}
