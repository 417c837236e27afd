package render

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Reduce is how the channels of an attribution are joined to one value.
type Reduce int

// The ways to join channels.
const (
	// Sum adds the channels, which keeps the total of the map, and so what a
	// complete method promises about it.
	Sum Reduce = iota
	// Strongest takes the value that is farthest from zero, with its sign.
	Strongest
)

// HeatMapOptions are for HeatMap, Overlay, Veil, ScaleOf and Input. The zero value
// is the usual choice.
type HeatMapOptions struct {
	// Percentile of |attribution| at the ends of the colour map, above 0 to
	// 100. 0 means DefaultPercentile.
	Percentile float64

	// Limit sets the ends of the colour map itself, so that several pictures
	// can share a scale. 0 means that Percentile does.
	Limit float64

	// Width in pixels up to which the picture is enlarged, by a whole factor
	// and without smoothing. Wider pictures are left as they are. 0 means one
	// pixel for each value.
	Width int

	// Reduce joins the channels of an attribution.
	Reduce Reduce

	// ChannelsFirst says that three axes are [channels height width].
	ChannelsFirst bool
}

func (o HeatMapOptions) check() error {
	switch {
	case !(o.Percentile >= 0 && o.Percentile <= 100):
		return &OptionError{Field: "Percentile", Given: o.Percentile, Wanted: "0 to 100"}
	case !(o.Limit >= 0) || math.IsInf(o.Limit, 0):
		return &OptionError{Field: "Limit", Given: o.Limit, Wanted: "a positive number, or 0 for the percentile"}
	case o.Width < 0:
		return &OptionError{Field: "Width", Given: o.Width, Wanted: "a number of pixels, or 0 for one for each value"}
	case o.Reduce != Sum && o.Reduce != Strongest:
		return &OptionError{Field: "Reduce", Given: int(o.Reduce), Wanted: "Sum or Strongest"}
	}
	return nil
}

func (o HeatMapOptions) scale(values []float64) Scale {
	if o.Limit > 0 {
		return Scale{Limit: o.Limit}
	}
	percentile := o.Percentile
	if percentile == 0 {
		percentile = DefaultPercentile
	}
	return NewScale(values, percentile)
}

// HeatMap draws an attribution: blue is negative, white zero, red positive,
// gray not a number. A vector [n] is a strip, a matrix [t d] a picture of t
// lines, or, with t > 4 d, a sequence that runs to the right, [h w c] a picture whose channels are joined. A row axis of size 1 in
// front is dropped; [1 t d] with d of 1, 3 or 4 is one line of d channels, so
// reshape such matrices. The error is a *ShapeError, a *tensor.DTypeError or an
// *OptionError.
func HeatMap(attr *tensor.Tensor, o HeatMapOptions) (*image.RGBA, error) {
	p, scale, err := attribution(attr, o)
	if err != nil {
		return nil, err
	}
	colors := blueWhiteRed()
	return p.paint(o.Width, func(i int) color.RGBA { return colors.at(scale.Position(p.v[i])) }), nil
}

// ScaleOf is the scale that HeatMap and Overlay draw an attribution with.
func ScaleOf(attr *tensor.Tensor, o HeatMapOptions) (Scale, error) {
	_, scale, err := attribution(attr, o)
	return scale, err
}

// attribution is one value for each place, and their scale.
func attribution(attr *tensor.Tensor, o HeatMapOptions) (plane, Scale, error) {
	if err := o.check(); err != nil {
		return plane{}, Scale{}, err
	}
	p, err := planeOf(attr, o.ChannelsFirst)
	if err != nil {
		return plane{}, Scale{}, err
	}
	if p.c > 1 {
		joined := make([]float64, p.h*p.w)
		for i := range joined {
			joined[i] = o.Reduce.join(p.v[i*p.c : (i+1)*p.c])
		}
		p.c, p.v = 1, joined
	}
	return p, o.scale(p.v), nil
}

func (r Reduce) join(channels []float64) float64 {
	var out float64
	for _, v := range channels {
		switch {
		case r == Sum || math.IsNaN(v):
			out += v
		case math.Abs(v) > math.Abs(out):
			out = v
		}
	}
	return out
}

// Input draws what was explained: one channel in gray, three as red, green and
// blue, four with alpha, over black. Values within 0 to 1 are taken as they
// are; otherwise the smallest finite value is black and the largest white. What
// is not a number is mid-gray. Shapes are those of HeatMap, and so are the
// errors; only Width and ChannelsFirst of the options matter.
func Input(t *tensor.Tensor, o HeatMapOptions) (*image.RGBA, error) {
	p, err := inputOf(t, o)
	if err != nil {
		return nil, err
	}
	return p.paint(o.Width, func(i int) color.RGBA {
		v := p.v[i*p.c : (i+1)*p.c]
		if p.c == 1 {
			return color.RGBA{R: level(v[0]), G: level(v[0]), B: level(v[0]), A: 255}
		}
		alpha := 1.0
		if p.c == 4 {
			alpha = v[3]
		}
		return color.RGBA{R: level(v[0] * alpha), G: level(v[1] * alpha), B: level(v[2] * alpha), A: 255}
	}), nil
}

func level(v float64) uint8 {
	if math.IsNaN(v) {
		return 128
	}
	return uint8(math.Round(255 * min(max(v, 0), 1)))
}

// inputOf has its values in 0 to 1.
func inputOf(t *tensor.Tensor, o HeatMapOptions) (plane, error) {
	if err := o.check(); err != nil {
		return plane{}, err
	}
	p, err := planeOf(t, o.ChannelsFirst)
	if err != nil {
		return plane{}, err
	}
	if p.c != 1 && p.c != 3 && p.c != 4 {
		return plane{}, &ShapeError{Given: slices.Clone(t.Shape()), Wanted: drawable,
			Reason: fmt.Sprintf("an input of %d channels has no colours; only 1, 3 and 4 do", p.c)}
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range p.v {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low >= 0 && high <= 1 || low > high {
		return p, nil
	}
	for i, v := range p.v {
		if low == high {
			p.v[i] = v - low + 0.5
		} else {
			p.v[i] = (v/2 - low/2) / (high/2 - low/2) // halves cannot overflow
		}
	}
	return p, nil
}

// Overlay draws an attribution over the input in pale gray: the stronger a
// value, the more of its colour covers the input. Both must have the same
// height and width. Shapes, options and errors are those of HeatMap.
func Overlay(input, attr *tensor.Tensor, o HeatMapOptions) (*image.RGBA, error) {
	in, err := inputOf(input, o)
	if err != nil {
		return nil, err
	}
	p, scale, err := attribution(attr, o)
	if err != nil {
		return nil, err
	}
	if in.h != p.h || in.w != p.w {
		return nil, &ShapeError{Given: slices.Clone(attr.Shape()), Wanted: fmt.Sprintf("a height and width of %d and %d", in.h, in.w),
			Reason: "the attribution is not that of the input"}
	}
	colors := blueWhiteRed()
	return p.paint(o.Width, func(i int) color.RGBA {
		gray := in.v[i*in.c]
		if in.c > 1 { // the weights of ITU-R BT.601
			gray = 0.299*in.v[i*in.c] + 0.587*in.v[i*in.c+1] + 0.114*in.v[i*in.c+2]
		}
		return cover(gray, scale.Position(p.v[i]), colors)
	}), nil
}
