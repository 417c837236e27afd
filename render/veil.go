package render

import (
	"image"
	"image/color"
	"math"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Veil draws an attribution to be laid over the input: the stronger a value, the
// more of its colour covers what is below, and zero covers nothing. Overlay is an
// input in pale gray under its veil. Shapes, options and errors are those of
// HeatMap.
func Veil(attr *tensor.Tensor, o HeatMapOptions) (*image.RGBA, error) {
	p, scale, err := attribution(attr, o)
	if err != nil {
		return nil, err
	}
	colors := blueWhiteRed()
	return p.paint(o.Width, func(i int) color.RGBA {
		c, part := veil(scale.Position(p.v[i]), colors)
		one := func(v uint8) uint8 { return uint8(math.Round(part * float64(v))) } // color.RGBA is premultiplied
		return color.RGBA{R: one(c.R), G: one(c.G), B: one(c.B), A: one(255)}
	}), nil
}

// veil is the colour of a position and how much of it covers what is below.
// Colours are those of the outer half of the map, because the inner one would
// merely whiten the input. The half was chosen by eye.
func veil(position float64, colors colorMap) (c color.RGBA, part float64) {
	const inner = 0.5
	if math.IsNaN(position) {
		return colors.at(position), 1
	}
	size := math.Abs(position)
	return colors.at(math.Copysign(inner+(1-inner)*size, position)), size
}

// The levels of gray that an input is drawn with below a veil keep only part of
// its range, so that it competes with no colour. Both ends were chosen by eye.
const (
	palest  = 1.0
	darkest = 0.45
)

// cover lays the colour of a position over a gray.
func cover(gray, position float64, colors colorMap) color.RGBA {
	back := level(darkest + (palest-darkest)*min(max(gray, 0), 1))
	c, part := veil(position, colors)
	return mix(color.RGBA{R: back, G: back, B: back, A: 255}, c, part)
}
