package render_test

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/render"
)

func someCurves() render.Curves {
	return render.Curves{XLabel: "n", YLabel: "r(n)", Names: []string{"first", "second"}, Panels: []render.Panel{
		{Title: "one", X: []float64{1, 3, 10}, Y: [][]float64{{1, 0.9, 0.8}, {0.5, math.NaN(), 0.2}}},
		{Title: "two", X: []float64{1, 100}, Y: [][]float64{{-0.5, 0.1}, {math.NaN(), math.NaN()}}},
	}}
}

// has counts the pixels near a colour in a part of a picture: thin lines are
// mixed with the white around them.
func has(img image.Image, area image.Rectangle, c color.RGBA) (n int) {
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) < 96 }
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			if near(uint8(r>>8), c.R) && near(uint8(g>>8), c.G) && near(uint8(b>>8), c.B) {
				n++
			}
		}
	}
	return n
}

// Each panel shows the curves that it has values for, and the legend all.
func TestCurvesDraw(t *testing.T) {
	img, err := someCurves().Draw()
	require.NoError(t, err)
	blue, vermilion := color.RGBA{0x00, 0x72, 0xb2, 0xff}, color.RGBA{0xd5, 0x5e, 0x00, 0xff}
	b := img.Bounds()
	require.Equal(t, 373, b.Dy(), "280 points at 96 dots per inch")
	panel := func(i int) image.Rectangle { return image.Rect(400*i, 0, 400*i+400, b.Dy()) }
	legend := image.Rect(800, 0, b.Dx(), b.Dy())
	for _, area := range []image.Rectangle{panel(0), panel(1), legend} {
		require.Greater(t, has(img, area, blue), 20)
	}
	require.Greater(t, has(img, panel(0), vermilion), 10, "two points with a gap between them")
	require.Zero(t, has(img, panel(1), vermilion), "no value is there")
	require.Greater(t, has(img, legend, vermilion), 10)

	again, err := someCurves().Draw()
	require.NoError(t, err)
	require.Equal(t, img, again)
}

// Values without any extent still have axes.
func TestCurvesOfOnePoint(t *testing.T) {
	for _, y := range []float64{0, 1, -3, 1e-9, 1e9, math.NaN()} {
		img, err := render.Curves{Names: []string{"a"}, Panels: []render.Panel{{X: []float64{1}, Y: [][]float64{{y}}}}}.Draw()
		require.NoError(t, err)
		require.Equal(t, 373, img.Bounds().Dy())
	}
}

// What differs by rounding only is drawn as the same: its digits would be all that
// an axis shows, if it had ticks at all.
func TestCurvesOfRounding(t *testing.T) {
	draw := func(y ...float64) image.Image {
		img, err := render.Curves{Names: []string{"a"}, Panels: []render.Panel{{X: []float64{1, 2}, Y: [][]float64{y}}}}.Draw()
		require.NoError(t, err)
		return img
	}
	require.Equal(t, draw(1, 1), draw(1, math.Nextafter(1, 0)))
	draw(-1e20, math.Nextafter(-1e20, 0))
}

func TestCurvesRefuse(t *testing.T) {
	for _, tt := range []struct {
		change func(c *render.Curves)
		want   string
	}{
		{func(c *render.Curves) { c.Panels = nil }, "render: Panels and Names is 0 and 2 long, wanted one panel and one curve at least"},
		{func(c *render.Curves) { c.Names = nil }, "render: Panels and Names is 2 and 0 long, wanted one panel and one curve at least"},
		{func(c *render.Curves) { c.Names = c.Names[:1] }, "render: Y is 2 curves, wanted one for each of the 1 names"},
		{func(c *render.Curves) { c.Panels[1].X = nil }, "render: X is [], wanted numbers above zero, one at least"},
		{func(c *render.Curves) { c.Panels[1].X[0] = 0 }, "render: X is [0 100], wanted numbers above zero, one at least"},
		{func(c *render.Curves) { c.Panels[0].Y[1] = []float64{1} }, "render: Y is [1], wanted 3 finite numbers, one for each X"},
		{func(c *render.Curves) { c.Panels[0].Y[1][0] = math.Inf(1) }, "render: Y is [+Inf NaN 0.2], wanted 3 finite numbers, one for each X"},
	} {
		c := someCurves()
		tt.change(&c)
		_, err := c.Draw()
		var option *render.OptionError
		require.ErrorAs(t, err, &option)
		require.EqualError(t, err, tt.want)
	}
}
