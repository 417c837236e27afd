package tensorfile

import (
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/tfexplain/tfexplain-go/internal/pixels"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// readImage decodes one picture into one row, by tensor.FromImage. The orientation
// tag of JPEG files is not followed.
func readImage(r io.ReadSeeker, is kind, size int64, want Spec, b *budget) (*tensor.Tensor, error) {
	named := func(given string, err error) error {
		e := *at("", err).(*Error)
		e.Given, e.Wanted = given, want.String()
		return &e
	}
	f, err := pixels.FormOf(want.Shape)
	if err != nil {
		return nil, named(string(is), refuse("%v", err))
	}
	if err := b.whole(size); err != nil {
		return nil, err
	}
	src, given, err := decodeImage(r, is, b)
	if err != nil {
		return nil, named(given, err)
	}
	if f, err = f.Of(src); err != nil {
		return nil, named(given, refuse("%v", err))
	}
	if err := takeImage(f, src, b); err != nil {
		return nil, named(given, err)
	}
	if want.DType != tensor.Invalid && !want.DType.IsFloat() && !want.DType.IsInteger() {
		return nil, named(given, refuse("pictures become numbers only"))
	}
	t, err := tensor.FromImage(src, tensor.ImageOptions{Shape: want.Shape, DType: want.DType, Scale: want.ImageScale})
	if err != nil {
		return nil, named(given, &Error{Reason: err.Error(), Err: err})
	}
	return t, nil
}

// takeImage is what a decoded picture needs to become numbers.
func takeImage(f pixels.Form, src image.Image, b *budget) error {
	n, err := tensor.Count([]int{f.H, f.W, f.Channels})
	if err == nil {
		err = b.take(int64(n), 8)
	}
	if err != nil || !f.Resizes(src) {
		return err
	}
	// The filter works in two passes with 4 float64 for each pixel between.
	return (&budget{left: b.all, all: b.all}).take(int64(f.W)*int64(max(src.Bounds().Dy(), f.H)), 4*8)
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
