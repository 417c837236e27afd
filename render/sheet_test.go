package render

import (
	"flag"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden picture anew")

// smallSheet has one of everything: a heading and a caption that are too long,
// several lines, an empty cell, a shrunk picture, a strip and a note.
func smallSheet(t *testing.T) Sheet {
	t.Helper()
	values := make([]float64, 8*12)
	for i := range values {
		x, y := float64(i%12)-6, float64(i/12)-4
		values[i] = math.Sin(x/2) * math.Exp(-y*y/9)
	}
	values[0] = math.NaN()
	attr := made(t, values, 8, 12)
	input, err := Input(attr, HeatMapOptions{})
	require.NoError(t, err)
	heat, err := HeatMap(attr, HeatMapOptions{})
	require.NoError(t, err)
	over, err := Overlay(attr, attr, HeatMapOptions{})
	require.NoError(t, err)
	wide, err := HeatMap(attr, HeatMapOptions{Width: 300})
	require.NoError(t, err)
	strip, err := HeatMap(made(t, values[40:52], 12), HeatMapOptions{})
	require.NoError(t, err)
	scale, err := ScaleOf(attr, HeatMapOptions{})
	require.NoError(t, err)
	return Sheet{
		Title:   "a small sheet",
		Columns: []string{"input", "a heading that is too long", "overlay"},
		Rows: [][]Cell{
			{{Image: input, Caption: "logit 8: 12.3\ndelta 3e-07"}, {Image: heat, Scale: scale.String()}, {Image: over, Caption: "a caption that is too long"}},
			{{Image: wide, Caption: "shrunk"}, {Caption: "empty"}, {Image: strip}},
		},
		CellSize: 96,
		Bar:      &Bar{Percentile: DefaultPercentile},
		Note:     "The note.",
	}
}

func TestSheetGolden(t *testing.T) { requireGolden(t, "sheet.png", smallSheet(t).Draw()) }

// requireGolden compares a picture with the one in testdata.
func requireGolden(t *testing.T, name string, got image.Image) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, SavePNG(path, got))
	}
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	want, err := png.Decode(f)
	require.NoError(t, err)
	require.Equal(t, want.Bounds(), got.Bounds())
	for y := range got.Bounds().Dy() {
		for x := range got.Bounds().Dx() {
			a, b := color.RGBAModel.Convert(want.At(x, y)).(color.RGBA), color.RGBAModel.Convert(got.At(x, y)).(color.RGBA)
			// Processors may round the edges of letters differently.
			for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B), int(a.A) - int(b.A)} {
				if d < -2 || d > 2 {
					t.Fatalf("pixel %d, %d is %v, in the golden picture %v; see it, then run with -update", x, y, b, a)
				}
			}
		}
	}
}

// Nothing is drawn into the margins or between the columns.
func TestSheetKeepsItsGaps(t *testing.T) {
	s := smallSheet(t)
	s.Bar, s.Title = nil, ""
	m := s.Draw()
	white := color.RGBA{R: 255, G: 255, B: 255, A: 255}
	require.Equal(t, 3*96+2*gap+2*margin, m.Bounds().Dx())
	blank := func(x int) bool {
		for y := range m.Bounds().Dy() {
			if m.RGBAAt(x, y) != white {
				return false
			}
		}
		return true
	}
	for x := range m.Bounds().Dx() {
		inCell := (x-margin+gap)%(96+gap) - gap
		if x < margin-1 || x > m.Bounds().Dx()-margin || inCell < -1 && inCell > -gap+1 {
			require.True(t, blank(x), "column %d", x) // a frame takes one pixel beside the cell
		}
	}
	for x := range m.Bounds().Dx() {
		for _, y := range []int{0, margin - 1, m.Bounds().Dy() - 1, m.Bounds().Dy() - margin + 1} {
			require.Equal(t, white, m.RGBAAt(x, y), "row %d", y)
		}
	}
}

func TestSheetOfOddCells(t *testing.T) {
	var none *image.RGBA // what HeatMap returns with an error
	for _, s := range []Sheet{
		{}, {Rows: [][]Cell{{}}}, {Columns: []string{"a"}}, {Title: "t"}, {Bar: &Bar{}},
		{Rows: [][]Cell{{{}, {Image: none}, {Image: image.White}, {Image: image.NewGray(image.Rect(5, 5, 5, 9))}}}},
		{CellSize: 1, Columns: []string{"a heading"}, Rows: [][]Cell{{{Image: image.NewGray(image.Rect(-3, -3, 5000, 0)), Caption: "\n\n日本\x00\xff"}}}},
		{CellSize: -5, Bar: &Bar{Limit: math.Inf(1), Percentile: math.NaN()}, Note: strings.Repeat("word ", 100) + strings.Repeat("x", 500)},
		{Rows: [][]Cell{{{}}}, Note: strings.Repeat("word ", 100)},
	} {
		m := s.Draw()
		require.GreaterOrEqual(t, m.Bounds().Dx(), narrowest)
		require.Greater(t, m.Bounds().Dy(), margin)
		require.Equal(t, color.RGBA{R: 255, G: 255, B: 255, A: 255}, m.RGBAAt(0, 0))
	}
}

// A picture with an origin other than 0, 0 is drawn whole.
func TestSheetOfSubImage(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 20, 20))
	fill(m, image.Rect(10, 10, 20, 20), color.RGBA{R: 200, A: 255})
	s := Sheet{CellSize: 30, Rows: [][]Cell{{{Image: m.SubImage(image.Rect(10, 10, 20, 20))}}}}
	out := s.Draw()
	for _, at := range []image.Point{{margin, margin}, {margin + 29, margin + 29}} {
		require.Equal(t, color.RGBA{R: 200, A: 255}, out.RGBAAt(at.X, at.Y))
	}
}

func TestFitAndWrap(t *testing.T) {
	face := plainText()
	require.Equal(t, "short", face.fit("short", 100))
	long := strings.Repeat("word ", 40)
	cut := face.fit(long, 100)
	require.True(t, strings.HasSuffix(cut, "d…") || strings.HasSuffix(cut, "o…") || strings.HasSuffix(cut, "r…") || strings.HasSuffix(cut, "w…"), cut)
	require.LessOrEqual(t, face.width(cut), 100)
	require.Equal(t, "…", face.fit(long, 1))
	lines := face.wrap(long+strings.Repeat("x", 100), 100)
	require.Greater(t, len(lines), 3)
	for _, line := range lines {
		require.LessOrEqual(t, face.width(line), 100)
	}
	require.Equal(t, strings.Fields(long), strings.Fields(strings.Join(lines[:len(lines)-1], " ")))
	require.NotEmpty(t, newTypeface([]byte("no font"), 13).fit("still text", 100))
}

func TestBarText(t *testing.T) {
	require.Contains(t, Bar{Percentile: 99.5}.text(), "each picture to its own limit; the limit is percentile 99.5 of |attribution|")
	require.Contains(t, Bar{Limit: 0.0123, Percentile: 99}.text(), "±0.0123 is percentile 99 of")
	require.NotContains(t, Bar{Limit: 2}.text(), "percentile")
}

func TestSavePNG(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.png")
	m := image.NewRGBA(image.Rect(0, 0, 3, 2))
	fill(m, m.Bounds(), color.RGBA{R: 1, G: 2, B: 3, A: 255})
	require.NoError(t, SavePNG(path, m))
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	back, err := png.Decode(f)
	require.NoError(t, err)
	require.Equal(t, m.Bounds(), back.Bounds())

	var e *FileError
	require.ErrorAs(t, SavePNG(path, nil), &e)
	require.ErrorAs(t, SavePNG(path, (*image.RGBA)(nil)), &e)
	require.ErrorAs(t, SavePNG(path, image.NewRGBA(image.Rect(0, 0, 0, 0))), &e)
	require.Equal(t, path, e.Path)
	err = SavePNG(filepath.Join(dir, "none", "x.png"), m)
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, fs.ErrNotExist)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "the first picture is still there, and nothing else")
}
