package tensorfile

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/draw"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// form is how a picture lies in one row of the input.
type form struct {
	h, w, channels int // -1: the picture's own
	first          bool
	flat           bool // all in one axis
	plain          bool // no axis for the channel
}

// formOf reads it off the wanted shape. The channel count is the last axis
// (NHWC, TensorFlow's usual) or else the second (NCHW), wherever a 1, 3 or 4
// stands.
func formOf(want []int) (form, error) {
	isCount := func(n int) bool { return n == 1 || n == 3 || n == 4 }
	switch {
	case want == nil:
		return form{h: -1, w: -1, channels: -1}, nil
	case len(want) == 2:
		return form{h: -1, w: -1, channels: -1, flat: true}, nil
	case len(want) == 3:
		return form{h: want[1], w: want[2], channels: 1, plain: true}, nil
	case len(want) == 4 && (isCount(want[3]) || want[3] < 0 && !isCount(want[1])):
		return form{h: want[1], w: want[2], channels: want[3]}, nil
	case len(want) == 4 && isCount(want[1]):
		return form{h: want[2], w: want[3], channels: want[1], first: true}, nil
	}
	return form{}, refuse("a picture needs the form [rows height width channels], [rows channels height width], [rows height width] or [rows values], with 1, 3 or 4 channels")
}

// readImage decodes one picture into one row. What does not have the wanted
// size is resized with the Catmull-Rom filter. Colours become gray with the
// weights of ITU-R BT.601 (as Go's color.GrayModel and Pillow do), transparent
// parts are laid over black (0 is the usual "nothing" of a model) unless four
// channels are wanted, which are red, green, blue and alpha, not premultiplied.
// The orientation tag of JPEG files is not followed.
func readImage(r io.ReadSeeker, is kind, size int64, want Spec, b *budget) (*tensor.Tensor, error) {
	named := func(given string, err error) error {
		e := *at("", err).(*Error)
		e.Given, e.Wanted = given, want.String()
		return &e
	}
	f, err := formOf(want.Shape)
	if err != nil {
		return nil, named(string(is), err)
	}
	if err := b.whole(size); err != nil {
		return nil, err
	}
	src, given, err := decodeImage(r, is, b)
	if err != nil {
		return nil, named(given, err)
	}
	if f, err = f.settle(src, want.Shape); err != nil {
		return nil, named(given, err)
	}
	t, err := f.tensor(src, want, b)
	if err != nil {
		return nil, named(given, err)
	}
	return t, nil
}

// decodeImage looks at the size before it decodes.
func decodeImage(r io.ReadSeeker, is kind, b *budget) (image.Image, string, error) {
	config, decode := png.DecodeConfig, png.Decode
	if is == isJPEG {
		config, decode = jpeg.DecodeConfig, jpeg.Decode
	}
	c, err := config(r)
	if err != nil {
		return nil, string(is), &Error{Reason: err.Error(), Err: err}
	}
	given := fmt.Sprintf("%v of %d x %d", is, c.Width, c.Height)
	// PNG decodes to at most 4 values of 2 bytes. A progressive JPEG also keeps
	// an int32 for each of its 3 or 4 values.
	perPixel := int64(8)
	if is == isJPEG {
		perPixel = 24
	}
	if err := (&budget{left: b.all, all: b.all}).take(int64(c.Width)*int64(c.Height), perPixel); err != nil {
		return nil, given, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, given, &Error{Reason: cause(err), Err: err}
	}
	src, err := decode(r)
	if err != nil {
		return nil, given, &Error{Reason: err.Error(), Err: err}
	}
	return src, given, nil
}

// settle fills in what the picture decides.
func (f form) settle(src image.Image, want []int) (form, error) {
	size := src.Bounds().Size()
	if f.h < 0 {
		f.h = size.Y
	}
	if f.w < 0 {
		f.w = size.X
	}
	if f.flat && want[1] >= 0 {
		// A row without height and width cannot say how to resize.
		for _, n := range []int{1, 3, 4} {
			if size.X*size.Y*n == want[1] {
				f.channels = n
			}
		}
		if f.channels < 0 {
			return f, refuse("the row has neither 1, 3 nor 4 values for each pixel; resize the picture first")
		}
	}
	if f.channels < 0 {
		f.channels = 3
		switch src.ColorModel() {
		case color.GrayModel, color.Gray16Model:
			f.channels = 1
		}
	}
	if f.h == 0 || f.w == 0 {
		return f, refuse("the wanted picture has no pixels")
	}
	if len(want) > 0 && want[0] >= 0 && want[0] != 1 {
		return f, refuse("one picture is one row")
	}
	return f, nil
}

func (f form) shape() []int {
	switch {
	case f.flat:
		return []int{1, f.h * f.w * f.channels}
	case f.plain:
		return []int{1, f.h, f.w}
	case f.first:
		return []int{1, f.channels, f.h, f.w}
	}
	return []int{1, f.h, f.w, f.channels}
}

func (f form) tensor(src image.Image, want Spec, b *budget) (*tensor.Tensor, error) {
	n, err := tensor.Count([]int{f.h, f.w, f.channels})
	if err == nil {
		err = b.take(int64(n), 8)
	}
	if err != nil {
		return nil, err
	}
	whole := true // values are exact 8-bit numbers
	switch src.ColorModel() {
	case color.Gray16Model, color.RGBA64Model, color.NRGBA64Model:
		whole = false
	}
	if size := src.Bounds().Size(); size != image.Pt(f.w, f.h) {
		// The filter works in two passes with 4 float64 for each pixel between.
		if err := (&budget{left: b.all, all: b.all}).take(int64(f.w)*int64(max(size.Y, f.h)), 4*8); err != nil {
			return nil, err
		}
		dst := image.NewRGBA64(image.Rect(0, 0, f.w, f.h))
		draw.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
		src, whole = dst, false
	}
	scale := want.ImageScale
	if scale == 0 {
		scale = 1.0 / 255
	}
	dtype := want.DType
	switch {
	case dtype == tensor.Invalid:
		dtype = tensor.Float32
	case dtype.IsInteger():
		scale, whole = 1, true
	case !dtype.IsFloat():
		return nil, refuse("pictures become numbers only")
	}
	values := make([]float64, n)
	pixel, bounds := pixelsOf(src), src.Bounds()
	step, apart := f.channels, 1
	if f.first {
		step, apart = 1, f.h*f.w
	}
	at := 0
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			p := f.channelsOf(pixel(x, y))
			for i := range f.channels {
				if whole {
					p[i] = math.Round(p[i])
				}
				values[at+i*apart] = p[i] * scale
			}
			at += step
		}
	}
	t, err := wrap(tensor.New(values, f.shape()...))
	if err != nil {
		return nil, err
	}
	return wrap(t.Convert(dtype))
}

// channelsOf turns red, green, blue and alpha into what is wanted, in the first
// places.
func (f form) channelsOf(p [4]float64) [4]float64 {
	if f.channels == 4 {
		return p
	}
	for i := range 3 {
		p[i] *= p[3] / 255
	}
	// What is gray already stays as it is to the last bit.
	if f.channels == 1 && (p[0] != p[1] || p[1] != p[2]) {
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
