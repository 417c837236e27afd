package render

import (
	"image"
	"image/color"
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// plane is a picture's worth of numbers, [h, w, c].
type plane struct {
	h, w, c int
	v       []float64
}

// drawable is what planeOf takes, for messages.
const drawable = "[height width], [height width channels], [values] or one such row [1 ...]"

// maxPixels bounds a drawn picture, 64 Mpixel or 256 MiB: twice as wide and
// high as an 8K screen.
const maxPixels = 1 << 26

// planeOf reads a tensor as one picture. Leading axes of size 1 (a row axis)
// are dropped where there is one too many. A matrix [t, d] is a picture, or, if it
// is much longer than wide, a sequence that runs to the right; a vector [n] is one
// line.
func planeOf(t *tensor.Tensor, channelsFirst bool) (plane, error) {
	if t == nil {
		return plane{}, &ShapeError{Wanted: drawable, Reason: "the tensor is nil"}
	}
	given := t.Shape()
	refuse := func(reason string) (plane, error) {
		return plane{}, &ShapeError{Given: slices.Clone(given), Wanted: drawable, Reason: reason}
	}
	shape := given
	isPicture := func(s []int) bool { return channelsFirst || s[2] == 1 || s[2] == 3 || s[2] == 4 }
	for len(shape) > 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) == 3 && shape[0] == 1 && !isPicture(shape) {
		shape = shape[1:]
	}
	p := plane{h: 1, w: 1, c: 1}
	switch len(shape) {
	case 1:
		p.w = shape[0]
	case 2:
		p.h, p.w = shape[0], shape[1]
	case 3:
		p.h, p.w, p.c = shape[0], shape[1], shape[2]
		if channelsFirst {
			p.c, p.h, p.w = shape[0], shape[1], shape[2]
		}
	default:
		return refuse("draw one row at a time")
	}
	if p.h == 0 || p.w == 0 || p.c == 0 {
		return refuse("there is nothing to draw")
	}
	if p.h > maxPixels/p.w {
		return refuse("the picture is too large")
	}
	v, err := t.Float64s()
	if err != nil {
		return plane{}, err
	}
	p.v = v
	if len(shape) == 2 && p.h > longSequence*p.w {
		p.h, p.w, p.v = p.w, p.h, make([]float64, len(v))
		for i := range v {
			p.v[i%p.h*p.w+i/p.h] = v[i]
		}
	}
	if channelsFirst && p.c > 1 && len(shape) == 3 {
		p.v = make([]float64, len(v))
		for i := range v {
			p.v[i%(p.h*p.w)*p.c+i/(p.h*p.w)] = v[i]
		}
	}
	return p, nil
}

// longSequence is how many times as long as wide a matrix is turned: no picture has
// such a form, and a strip of it would be too narrow to see.
const longSequence = 4

// stripHeight makes a vector, which is one pixel high, and sequences of few values
// at a time, something to look at.
const stripHeight = 16

// paint draws one pixel for each place, enlarged by a whole factor to at most
// the width.
func (p plane) paint(width int, at func(i int) color.RGBA) *image.RGBA {
	zoom := p.zoom(width)
	high := zoom
	if p.h == 1 && p.w > 1 || p.w > longSequence*p.h {
		high = max(zoom, stripHeight/p.h)
	}
	m := image.NewRGBA(image.Rect(0, 0, p.w*zoom, p.h*high))
	for y := range p.h {
		for x := range p.w {
			fill(m, image.Rect(x*zoom, y*high, (x+1)*zoom, (y+1)*high), at(y*p.w+x))
		}
	}
	return m
}

func (p plane) zoom(width int) int {
	most := int(math.Sqrt(maxPixels / float64(p.h*p.w)))
	return max(1, min(width/p.w, most))
}

func fill(m *image.RGBA, r image.Rectangle, c color.RGBA) {
	r = r.Intersect(m.Bounds())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		line := m.Pix[m.PixOffset(r.Min.X, y):m.PixOffset(r.Max.X, y)]
		for i := 0; i < len(line); i += 4 {
			line[i], line[i+1], line[i+2], line[i+3] = c.R, c.G, c.B, c.A
		}
	}
}
