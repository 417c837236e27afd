package render

import (
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// features are named a, b, c ... and have these attributions.
func features(attributions ...float64) (list []Feature) {
	for i, a := range attributions {
		list = append(list, Feature{Name: string(rune('a' + i)), Attribution: a})
	}
	return list
}

func TestStrongest(t *testing.T) {
	for name, tt := range map[string]struct {
		attributions []float64
		most         int
		shown        string
		others       int
		rest         float64
	}{
		"in order":            {[]float64{1, -3, 2, 0.5}, 2, "bc", 2, 1.5},
		"ten by default":      {[]float64{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, -1}, 0, "abcdefghij", 2, 1},
		"one other is shown":  {[]float64{1, -3, 2}, 2, "bca", 0, 0},
		"nothing is an other": {[]float64{0, 2, 0, 0}, 3, "b", 3, 0},
		"one of nothing":      {[]float64{0, 2}, 3, "ba", 0, 0},
		"all nothing":         {[]float64{0, 0}, 3, "ab", 0, 0},
		"no number":           {[]float64{math.NaN(), 2, -1}, 3, "bc", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			shown, others, rest, err := strongest(features(tt.attributions...), tt.most)
			require.NoError(t, err)
			names := ""
			for _, f := range shown {
				names += f.Name
			}
			require.Equal(t, tt.shown, names)
			require.Equal(t, tt.others, others)
			require.InDelta(t, tt.rest, rest, 1e-12) // sums of a few small numbers
		})
	}
}

func someFeatures() []Feature {
	list := features(0.5, -1.25, 0.25, 0.125, -0.0625)
	list[1].Value, list[1].Baseline = "3", "1.25"
	list[0].Name = "a long name\n" + strings.Repeat("x", 40)
	return list
}

func TestBarsGolden(t *testing.T) {
	img, err := Bars{Features: someFeatures(), Most: 3}.Draw()
	require.NoError(t, err)
	requireGolden(t, "bars.png", img)
}

func TestWaterfallGolden(t *testing.T) {
	img, err := Waterfall{Baseline: 9, Target: 8.75, Features: someFeatures(), Most: 3, Label: "logits"}.Draw()
	require.NoError(t, err)
	requireGolden(t, "waterfall.png", img)
}

// bars are where a colour has bars, from above: their left and right edges.
func bars(img image.Image, c color.Color) (edges [][2]int) {
	want, above := color.RGBAModel.Convert(c), false
	const widest = 5 // of a thin line, which is no bar
	for y := range img.Bounds().Dy() {
		left, right, start := 0, 0, -1 // of the longest run; of this run
		for x := range img.Bounds().Dx() {
			switch {
			case color.RGBAModel.Convert(img.At(x, y)) != want:
				start = -1
			case start < 0:
				start = x
			case x-start > right-left:
				left, right = start, x
			}
		}
		bar := right-left > widest
		if bar && !above {
			edges = append(edges, [2]int{left, right})
		}
		above = bar
	}
	return edges
}

// Each bar of a waterfall begins where the one before it ended, and the last ends
// at f(x): the picture of a sum.
func TestWaterfallAddsUp(t *testing.T) {
	list := features(2, -1, 0.5)
	for name, tt := range map[string]struct {
		target  float64
		missing int
	}{"complete": {1.5, 0}, "incomplete": {3, 1}} {
		t.Run(name, func(t *testing.T) {
			img, err := Waterfall{Baseline: 0, Target: tt.target, Features: list}.Draw()
			require.NoError(t, err)
			red, blue, gray := bars(img, sign(1)), bars(img, sign(-1)), bars(img, color.Gray{Y: 0x99})
			require.Len(t, red, 2)
			require.Len(t, blue, 1)
			const within = 2 // pixels: edges are mixed with the white around them
			unit := float64(red[0][1]-red[0][0]) / 2
			require.Greater(t, unit, 50.0)
			require.InDelta(t, red[0][1], blue[0][1], within)
			require.InDelta(t, unit, blue[0][1]-blue[0][0], within)
			require.InDelta(t, blue[0][0], red[1][0], within)
			require.InDelta(t, unit/2, red[1][1]-red[1][0], within)
			require.Len(t, gray, tt.missing)
			if tt.missing > 0 {
				require.InDelta(t, red[1][1], gray[0][0], within)
				require.InDelta(t, 1.5*unit, gray[0][1]-gray[0][0], within)
			}
		})
	}
}

// Bars begin at zero, on both sides.
func TestBarsFromZero(t *testing.T) {
	img, err := Bars{Features: features(2, -1)}.Draw()
	require.NoError(t, err)
	red, blue := bars(img, sign(1)), bars(img, sign(-1))
	require.Len(t, red, 1)
	require.Len(t, blue, 1)
	const within = 2 // pixels, see above
	require.InDelta(t, red[0][0], blue[0][1], within)
	require.InDelta(t, float64(red[0][1]-red[0][0])/2, blue[0][1]-blue[0][0], within)
}

// Letters that the font has not are no reason to fail, nor are numbers without
// extent.
func TestChartsOfAnything(t *testing.T) {
	for _, list := range [][]Feature{features(0), features(1e-30), features(1e30, -1), {{Name: "日本\x00\xff", Value: "\t", Attribution: 1}}, {{}}} {
		img, err := Bars{Features: list}.Draw()
		require.NoError(t, err)
		require.Equal(t, ChartWidth, img.Bounds().Dx())
		img, err = Waterfall{Features: list}.Draw()
		require.NoError(t, err)
		require.Equal(t, ChartWidth, img.Bounds().Dx())
	}
}

func TestChartsDrawBoxesForLetters(t *testing.T) {
	draw := func(name string) image.Image {
		img, err := Bars{Features: []Feature{{Name: name, Attribution: 1}}}.Draw()
		require.NoError(t, err)
		return img
	}
	require.Equal(t, draw("□□ ab"), draw("東京 ab"))
	require.NotEqual(t, draw("□□"), draw("Жé"))
}

// The numbers beside the bars end inside of the picture, however long names leave
// little room.
func TestChartsHaveRoom(t *testing.T) {
	list := []Feature{{Name: strings.Repeat("M", 30), Attribution: 0.2}, {Name: "b", Attribution: -0.0012345}, {Name: "c", Attribution: 1.2345e-4}}
	for name, draw := range map[string]func() (image.Image, error){
		"bars":      Bars{Features: list}.Draw,
		"waterfall": Waterfall{Baseline: 0.3, Target: 0.49888895, Features: list}.Draw,
	} {
		t.Run(name, func(t *testing.T) {
			img, err := draw()
			require.NoError(t, err)
			for y := range img.Bounds().Dy() - axisHeight*96/72 { // above the axis
				for x := img.Bounds().Dx() - 2; x < img.Bounds().Dx(); x++ {
					require.Equal(t, color.RGBAModel.Convert(color.White), color.RGBAModel.Convert(img.At(x, y)), "at %d, %d", x, y)
				}
			}
		})
	}
}

func TestChartsRefuse(t *testing.T) {
	nan := math.NaN()
	for name, tt := range map[string]struct {
		draw func() (image.Image, error)
		want string
	}{
		"nothing":   {Bars{}.Draw, "render: Features is 0 features, wanted one at least whose attribution is a number"},
		"no number": {Waterfall{Features: features(nan, nan)}.Draw, "render: Features is 2 features, wanted one at least whose attribution is a number"},
		"infinite":  {Bars{Features: features(1, math.Inf(-1))}.Draw, "render: Features is -Inf, wanted finite attributions"},
		"no most":   {Bars{Features: features(1), Most: -1}.Draw, "render: Most is -1, wanted a number of features, or 0 for the default"},
		"no answer": {Waterfall{Target: nan, Features: features(1)}.Draw, "render: Baseline or Target is NaN, wanted a finite number"},
		"no ground": {Waterfall{Baseline: math.Inf(1), Features: features(1)}.Draw, "render: Baseline or Target is +Inf, wanted a finite number"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tt.draw()
			var option *OptionError
			require.ErrorAs(t, err, &option)
			require.EqualError(t, err, tt.want)
		})
	}
}
