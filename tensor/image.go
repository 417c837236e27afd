package tensor

import (
	"image"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/pixels"
)

// ImageOptions say what a picture becomes. The zero value is the picture's own
// size, from 0 to 1.
type ImageOptions struct {
	// Shape is that of the model's input, the row axis first and -1 where a size
	// is open, as in savedmodel.TensorInfo: [rows height width channels], [rows
	// channels height width], [rows height width] or [rows values], with 1, 3 or 4
	// channels. Nil: the picture's own [1 height width channels], 1 channel for a
	// gray picture, else 3.
	Shape []int

	// DType is a float or integer type. Invalid, which is 0, means Float32. Integers
	// hold the 8-bit values, 0 to 255.
	DType DType

	// Scale is what the 8-bit values are multiplied by to become floats. 0 means
	// 1/255: they are from 0 to 1.
	Scale float64
}

// FromImage makes one row of a picture, which the caller has decoded, with package
// image/png for instance. A picture of another height or width than Shape is
// resized with the Catmull-Rom filter; [rows values] must have its size. Colours
// become gray by 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded to 8 bits as
// in Pillow. What is transparent is laid over black, unless there are four channels,
// which are red, green, blue and alpha, not premultiplied. Floats keep what a picture
// of 16 bits, or a resized one, has between the 8-bit values.
//
// The error is a *ShapeError, a *DTypeError, or a *RangeError for int8.
func FromImage(picture image.Image, o ImageOptions) (*Tensor, error) {
	refuse := func(reason string) (*Tensor, error) {
		return nil, &ShapeError{Given: slices.Clone(o.Shape), Reason: reason}
	}
	if picture == nil {
		return refuse("the picture is nil")
	}
	dtype, scale := o.DType, o.Scale
	switch {
	case dtype == Invalid:
		dtype = Float32
	case !dtype.IsFloat() && !dtype.IsInteger():
		return nil, &DTypeError{Given: dtype, Wanted: "a float or integer type"}
	}
	if scale == 0 {
		scale = 1.0 / 255
	}
	form, err := pixels.FormOf(o.Shape)
	if err == nil {
		form, err = form.Of(picture)
	}
	if err != nil {
		return refuse(err.Error())
	}
	if _, err := Count([]int{form.H, form.W, form.Channels}); err != nil {
		return nil, err
	}
	t, err := New(form.Values(picture, scale, dtype.IsInteger()), form.Shape()...)
	if err != nil {
		return nil, err
	}
	return t.Convert(dtype)
}
