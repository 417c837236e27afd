package render

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func made[T tensor.Element](t *testing.T, d []T, shape ...int) *tensor.Tensor {
	t.Helper()
	x, err := tensor.New(d, shape...)
	require.NoError(t, err)
	return x
}

func zeros(t *testing.T, shape ...int) *tensor.Tensor {
	t.Helper()
	x, err := tensor.Zeros(tensor.Float32, shape...)
	require.NoError(t, err)
	return x
}

func TestHeatMapColours(t *testing.T) {
	colors := blueWhiteRed()
	attr := made(t, []float32{-2, 0, 2, float32(math.NaN()), 1, 9}, 2, 3)
	m, err := HeatMap(attr, HeatMapOptions{Limit: 2})
	require.NoError(t, err)
	require.Equal(t, image.Rect(0, 0, 3, 2), m.Bounds())
	for i, position := range []float64{-1, 0, 1, math.NaN(), 0.5, 1} {
		require.Equal(t, colors.at(position), m.RGBAAt(i%3, i/3), "%d", i)
	}
	scale, err := ScaleOf(attr, HeatMapOptions{Percentile: 100})
	require.NoError(t, err)
	require.Equal(t, 9.0, scale.Limit)
	m, err = HeatMap(zeros(t, 2, 2), HeatMapOptions{})
	require.NoError(t, err)
	require.Equal(t, colors.at(0), m.RGBAAt(1, 1), "nothing but zeros is white")
}

func TestHeatMapShapes(t *testing.T) {
	for _, c := range []struct {
		shape []int
		o     HeatMapOptions
		w, h  int
	}{
		{[]int{3, 4}, HeatMapOptions{}, 4, 3},
		{[]int{3, 4, 3}, HeatMapOptions{}, 4, 3},
		{[]int{3, 4, 16}, HeatMapOptions{}, 4, 3},
		{[]int{1, 3, 4, 1}, HeatMapOptions{}, 4, 3},
		{[]int{1, 3, 5}, HeatMapOptions{}, 5, 3},
		{[]int{1, 5, 3}, HeatMapOptions{}, 5, stripHeight},
		{[]int{3, 5, 4}, HeatMapOptions{ChannelsFirst: true}, 4, 5},
		{[]int{1, 3, 5, 4}, HeatMapOptions{ChannelsFirst: true}, 4, 5},
		{[]int{1, 5, 4}, HeatMapOptions{ChannelsFirst: true}, 4, 5},
		{[]int{7}, HeatMapOptions{}, 7, stripHeight},
		{[]int{2}, HeatMapOptions{}, 2, stripHeight},
		{[]int{8, 2}, HeatMapOptions{}, 2, 8},
		{[]int{9, 2}, HeatMapOptions{}, 9, stripHeight},
		{[]int{9, 2}, HeatMapOptions{Width: 90}, 90, 20},
		{[]int{1, 7}, HeatMapOptions{}, 7, stripHeight},
		{[]int{7}, HeatMapOptions{Width: 147}, 147, 21},
		{[]int{3, 4}, HeatMapOptions{Width: 11}, 8, 6},
		{[]int{3, 4}, HeatMapOptions{Width: 3}, 4, 3},
	} {
		m, err := HeatMap(zeros(t, c.shape...), c.o)
		require.NoError(t, err, "%v", c.shape)
		require.Equal(t, image.Rect(0, 0, c.w, c.h), m.Bounds(), "%v", c.shape)
	}
}

// However wide a picture is wanted, it stays within 64 Mpixel.
func TestZoomIsBounded(t *testing.T) {
	for _, p := range []plane{{h: 1, w: 1}, {h: 28, w: 28}, {h: 1000, w: 3}, {h: 1 << 13, w: 1 << 13}} {
		zoom := p.zoom(math.MaxInt)
		require.LessOrEqual(t, p.h*p.w*zoom*zoom, maxPixels)
		require.Greater(t, p.h*p.w*(zoom+1)*(zoom+1), maxPixels)
		require.Equal(t, 1, p.zoom(0))
	}
}

// A long sequence runs to the right, its values at a time below each other.
func TestHeatMapOfSequence(t *testing.T) {
	v := make([]float64, 9*2)
	v[3*2+1] = 1 // the second at time 3
	colors := blueWhiteRed()
	m, err := HeatMap(made(t, v, 9, 2), HeatMapOptions{})
	require.NoError(t, err)
	for x := range 9 {
		for y := range stripHeight {
			want := colors.at(0)
			if x == 3 && y >= stripHeight/2 {
				want = colors.at(1)
			}
			require.Equal(t, want, m.RGBAAt(x, y), "%d, %d", x, y)
		}
	}
	same, err := HeatMap(made(t, []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0}, 2, 9), HeatMapOptions{})
	require.NoError(t, err)
	require.Equal(t, m, same, "as the picture of two lines")
}

func TestHeatMapChannels(t *testing.T) {
	colors := blueWhiteRed()
	hwc := []float64{1, 2, -4, 0, 0, 1} // two places of three channels
	chw := []float64{1, 0, 2, 0, -4, 1}
	for _, c := range []struct {
		attr  *tensor.Tensor
		o     HeatMapOptions
		first float64
	}{
		{made(t, hwc, 1, 2, 3), HeatMapOptions{Limit: 10}, -0.1},
		{made(t, hwc, 1, 2, 3), HeatMapOptions{Limit: 10, Reduce: Strongest}, -0.4},
		{made(t, chw, 3, 1, 2), HeatMapOptions{Limit: 10, ChannelsFirst: true}, -0.1},
		{made(t, chw, 3, 1, 2), HeatMapOptions{Limit: 10, ChannelsFirst: true, Reduce: Strongest}, -0.4},
	} {
		m, err := HeatMap(c.attr, c.o)
		require.NoError(t, err)
		require.Equal(t, colors.at(c.first), m.RGBAAt(0, 0))
		require.Equal(t, colors.at(0.1), m.RGBAAt(1, 0))
	}
	for _, r := range []Reduce{Sum, Strongest} {
		require.True(t, math.IsNaN(r.join([]float64{1, math.NaN(), 5})))
	}
}

func TestZoomIsNearestNeighbour(t *testing.T) {
	attr := made(t, []float64{-1, 0.5, 0, 1}, 2, 2)
	small, err := HeatMap(attr, HeatMapOptions{Limit: 1})
	require.NoError(t, err)
	large, err := HeatMap(attr, HeatMapOptions{Limit: 1, Width: 15})
	require.NoError(t, err)
	require.Equal(t, 14, large.Bounds().Dx())
	for y := range 14 {
		for x := range 14 {
			require.Equal(t, small.RGBAAt(x/7, y/7), large.RGBAAt(x, y))
		}
	}
}

func TestShapeErrors(t *testing.T) {
	for says, x := range map[string]*tensor.Tensor{
		"one row at a time": zeros(t, 2, 3, 4, 1),
		"nothing to draw":   zeros(t, 0, 4),
		"tensor is nil":     nil,
		"shape []":          zeros(t),
	} {
		_, err := HeatMap(x, HeatMapOptions{})
		var e *ShapeError
		require.ErrorAs(t, err, &e, says)
		require.Contains(t, err.Error(), says)
		_, err = Input(x, HeatMapOptions{})
		require.ErrorAs(t, err, &e, says)
		_, err = Overlay(zeros(t, 4, 4), x, HeatMapOptions{})
		require.ErrorAs(t, err, &e, says)
	}
	var e *ShapeError
	_, err := Overlay(zeros(t, 4, 4), zeros(t, 4, 5), HeatMapOptions{})
	require.ErrorAs(t, err, &e)
	require.Equal(t, []int{4, 5}, e.Given)
	require.ErrorContains(t, err, "height and width of 4 and 4")
	_, err = Input(zeros(t, 4, 4, 2), HeatMapOptions{})
	require.ErrorAs(t, err, &e)
	require.ErrorContains(t, err, "2 channels has no colours")
	var d *tensor.DTypeError
	_, err = HeatMap(made(t, []string{"a"}, 1), HeatMapOptions{})
	require.ErrorAs(t, err, &d)
}

func TestOptionErrors(t *testing.T) {
	for field, o := range map[string]HeatMapOptions{
		"Percentile": {Percentile: 101}, "Limit": {Limit: -1}, "Width": {Width: -1}, "Reduce": {Reduce: 7},
	} {
		_, err := HeatMap(zeros(t, 2, 2), o)
		var e *OptionError
		require.ErrorAs(t, err, &e)
		require.Equal(t, field, e.Field)
		_, err = Input(zeros(t, 2, 2), o)
		require.ErrorAs(t, err, &e)
	}
	for _, o := range []HeatMapOptions{{Percentile: math.NaN()}, {Limit: math.NaN()}, {Limit: math.Inf(1)}} {
		_, err := ScaleOf(zeros(t, 2, 2), o)
		require.Error(t, err)
	}
}

func TestInput(t *testing.T) {
	gray := func(v uint8) color.RGBA { return color.RGBA{R: v, G: v, B: v, A: 255} }
	for _, c := range []struct {
		x     *tensor.Tensor
		first []color.RGBA
	}{
		{made(t, []float32{0, 0.2, 1}, 1, 3), []color.RGBA{gray(0), gray(51), gray(255)}}, // as they are
		{made(t, []float32{0.2, 0.4}, 1, 2), []color.RGBA{gray(51), gray(102)}},
		{made(t, []uint8{0, 51, 255}, 3), []color.RGBA{gray(0), gray(51), gray(255)}},
		{made(t, []float64{-1, 0, 1}, 3), []color.RGBA{gray(0), gray(128), gray(255)}},
		{made(t, []float64{-math.MaxFloat64, 0, math.MaxFloat64}, 3), []color.RGBA{gray(0), gray(128), gray(255)}},
		{made(t, []float64{7, 7}, 2), []color.RGBA{gray(128), gray(128)}},
		{made(t, []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 2}, 5), []color.RGBA{gray(128), gray(255), gray(0), gray(0), gray(255)}},
		{made(t, []float64{math.NaN()}, 1), []color.RGBA{gray(128)}},
		{made(t, []float64{1, 0, 0.2}, 1, 1, 3), []color.RGBA{{R: 255, B: 51, A: 255}}},
		{made(t, []float64{1, 0, 1, 0.2}, 1, 1, 4), []color.RGBA{{R: 51, B: 51, A: 255}}},
	} {
		m, err := Input(c.x, HeatMapOptions{})
		require.NoError(t, err)
		for i, want := range c.first {
			require.Equal(t, want, m.RGBAAt(i, 0), "%v, %d", c.x, i)
		}
	}
	x := made(t, []float64{5, 6}, 2)
	_, err := Input(x, HeatMapOptions{})
	require.NoError(t, err)
	d, err := tensor.Data[float64](x)
	require.NoError(t, err)
	require.Equal(t, []float64{5, 6}, d, "the tensor is left alone")
}

func TestOverlay(t *testing.T) {
	colors := blueWhiteRed()
	input := made(t, []float64{0, 1, 0, 1, 0, 1, 0.5, 0.5}, 2, 4)
	attr := made(t, []float64{0, 0, 1, 1, -1, -1, math.NaN(), 0.5}, 2, 4)
	m, err := Overlay(input, attr, HeatMapOptions{Limit: 1})
	require.NoError(t, err)
	at := func(i int) color.RGBA { return m.RGBAAt(i%4, i/4) }
	for _, i := range []int{0, 1} { // no attribution: gray, and the input's order of lightness
		require.Equal(t, at(i).R, at(i).B)
	}
	require.Less(t, at(0).R, at(1).R)
	require.Equal(t, colors.at(1), at(2), "the limit covers the input")
	require.Equal(t, colors.at(1), at(3))
	require.Equal(t, colors.at(-1), at(4))
	require.Equal(t, colors.at(-1), at(5))
	require.Equal(t, colors.at(math.NaN()), at(6))
	require.Greater(t, at(7).R, at(7).B)

	rgb := made(t, []float32{1, 0, 0, 0, 1, 0}, 1, 2, 3)
	m, err = Overlay(rgb, zeros(t, 1, 2, 1), HeatMapOptions{})
	require.NoError(t, err)
	require.Less(t, m.RGBAAt(0, 0).G, m.RGBAAt(1, 0).G, "green is lighter than red")
}
