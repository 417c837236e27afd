package pixels

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/draw"
)

// Values are the numbers of a picture in a form that Of has completed: its 8-bit
// values times scale, or, if they are to be whole, rounded. A picture of another
// size is resized with the Catmull-Rom filter. Colours become gray with the
// weights of ITU-R BT.601 (as Go's color.GrayModel and Pillow do), transparent
// parts are laid over black (0 is the usual "nothing" of a model) unless four
// channels are wanted, which are red, green, blue and alpha, not premultiplied.
func (f Form) Values(src image.Image, scale float64, whole bool) []float64 {
	if whole {
		scale = 1
	}
	switch src.ColorModel() {
	case color.Gray16Model, color.RGBA64Model, color.NRGBA64Model:
	default: // exact 8-bit numbers
		whole = whole || !f.Resizes(src)
	}
	if f.Resizes(src) {
		dst := image.NewRGBA64(image.Rect(0, 0, f.W, f.H))
		draw.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
		src = dst
	}
	values := make([]float64, f.H*f.W*f.Channels)
	pixel, bounds := pixelsOf(src), src.Bounds()
	step, apart := f.Channels, 1
	if f.first {
		step, apart = 1, f.H*f.W
	}
	at := 0
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			p := f.channelsOf(pixel(x, y))
			for i := range f.Channels {
				if whole {
					p[i] = math.Round(p[i])
				}
				values[at+i*apart] = p[i] * scale
			}
			at += step
		}
	}
	return values
}

// Resizes says whether a picture has another size than the form.
func (f Form) Resizes(src image.Image) bool { return src.Bounds().Size() != image.Pt(f.W, f.H) }

// channelsOf turns red, green, blue and alpha into what is wanted, in the first
// places.
func (f Form) channelsOf(p [4]float64) [4]float64 {
	if f.Channels == 4 {
		return p
	}
	for i := range 3 {
		p[i] *= p[3] / 255
	}
	// What is gray already stays as it is to the last bit.
	if f.Channels == 1 && (p[0] != p[1] || p[1] != p[2]) {
		p[0] = 0.299*p[0] + 0.587*p[1] + 0.114*p[2]
	}
	return p
}

// pixelsOf reads colours that are not premultiplied, from 0 to 255, without
// going through premultiplied ones where the file had none.
func pixelsOf(src image.Image) func(x, y int) [4]float64 {
	const wide = 0xffff / 255 // 16-bit steps in an 8-bit step
	switch src := src.(type) {
	case *image.NRGBA:
		return func(x, y int) [4]float64 {
			c := src.NRGBAAt(x, y)
			return [4]float64{float64(c.R), float64(c.G), float64(c.B), float64(c.A)}
		}
	case *image.NRGBA64:
		return func(x, y int) [4]float64 {
			c := src.NRGBA64At(x, y)
			return [4]float64{float64(c.R) / wide, float64(c.G) / wide, float64(c.B) / wide, float64(c.A) / wide}
		}
	}
	return func(x, y int) [4]float64 {
		r, g, b, a := src.At(x, y).RGBA()
		if a == 0 {
			return [4]float64{}
		}
		part := 255 / float64(a)
		return [4]float64{float64(r) * part, float64(g) * part, float64(b) * part, float64(a) / wide}
	}
}
