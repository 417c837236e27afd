// Package pixels reads pictures as numbers.
package pixels

import (
	"errors"
	"image"
	"image/color"
)

// Form is how a picture lies in one row of a tensor.
type Form struct {
	want           []int // nil: any
	H, W, Channels int   // -1: the picture's own
	first          bool
	flat           bool // all in one axis
	plain          bool // no axis for the channel
}

// FormOf reads it off the wanted shape, rows first and -1 where a size is open. The channel count is the last axis
// (NHWC, TensorFlow's usual) or else the second (NCHW), wherever a 1, 3 or 4
// stands.
func FormOf(want []int) (Form, error) {
	isCount := func(n int) bool { return n == 1 || n == 3 || n == 4 }
	switch {
	case want == nil:
		return Form{H: -1, W: -1, Channels: -1}, nil
	case len(want) == 2:
		return Form{want: want, H: -1, W: -1, Channels: -1, flat: true}, nil
	case len(want) == 3:
		return Form{want: want, H: want[1], W: want[2], Channels: 1, plain: true}, nil
	case len(want) == 4 && (isCount(want[3]) || want[3] < 0 && !isCount(want[1])):
		return Form{want: want, H: want[1], W: want[2], Channels: want[3]}, nil
	case len(want) == 4 && isCount(want[1]):
		return Form{want: want, H: want[2], W: want[3], Channels: want[1], first: true}, nil
	}
	return Form{}, errors.New("a picture needs the form [rows height width channels], [rows channels height width], [rows height width] or [rows values], with 1, 3 or 4 channels")
}

// Of fills in what the picture decides.
func (f Form) Of(src image.Image) (Form, error) {
	want, size := f.want, src.Bounds().Size()
	if src.Bounds().Empty() {
		return f, errors.New("the picture has no pixels")
	}
	if f.H < 0 {
		f.H = size.Y
	}
	if f.W < 0 {
		f.W = size.X
	}
	if f.flat && want[1] >= 0 {
		// A row without height and width cannot say how to resize.
		for _, n := range []int{1, 3, 4} {
			if size.X*size.Y*n == want[1] {
				f.Channels = n
			}
		}
		if f.Channels < 0 {
			return f, errors.New("the row has neither 1, 3 nor 4 values for each pixel; resize the picture first")
		}
	}
	if f.Channels < 0 {
		f.Channels = 3
		switch src.ColorModel() {
		case color.GrayModel, color.Gray16Model:
			f.Channels = 1
		}
	}
	if f.H == 0 || f.W == 0 {
		return f, errors.New("the wanted picture has no pixels")
	}
	if len(want) > 0 && want[0] >= 0 && want[0] != 1 {
		return f, errors.New("one picture is one row")
	}
	return f, nil
}

// Shape is that of one row.
func (f Form) Shape() []int {
	switch {
	case f.flat:
		return []int{1, f.H * f.W * f.Channels}
	case f.plain:
		return []int{1, f.H, f.W}
	case f.first:
		return []int{1, f.Channels, f.H, f.W}
	}
	return []int{1, f.H, f.W, f.Channels}
}
