package render

import (
	"image"
	"image/color"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// typeface is one size of a font with its measures in whole pixels.
type typeface struct {
	face         font.Face
	line, ascent int
}

// newTypeface falls back to a bitmap font when the outlines cannot be used.
func newTypeface(ttf []byte, size float64) typeface {
	var face font.Face = basicfont.Face7x13
	if f, err := opentype.Parse(ttf); err == nil {
		// At 72 dpi a point is a pixel.
		if of, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull}); err == nil {
			face = of
		}
	}
	m := face.Metrics()
	return typeface{face: face, ascent: m.Ascent.Ceil(), line: (m.Ascent + m.Descent).Ceil() + 2}
}

func plainText() typeface { return newTypeface(goregular.TTF, 13) }
func smallText() typeface { return newTypeface(goregular.TTF, 12) }
func boldText() typeface  { return newTypeface(gobold.TTF, 13) }
func titleText() typeface { return newTypeface(gobold.TTF, 16) }

func (t typeface) width(s string) int { return font.MeasureString(t.face, s).Ceil() }

// fit shortens a line to a width, with an ellipsis.
func (t typeface) fit(s string, width int) string {
	if t.width(s) <= width {
		return s
	}
	runes := []rune(s)
	for n := len(runes) - 1; n > 0; n-- {
		if short := strings.TrimRight(string(runes[:n]), " ") + "…"; t.width(short) <= width {
			return short
		}
	}
	return "…"
}

// wrap breaks a text into lines at spaces; a longer word is shortened.
func (t typeface) wrap(s string, width int) []string {
	var lines []string
	for _, word := range strings.Fields(s) {
		if n := len(lines) - 1; n >= 0 && t.width(lines[n]+" "+word) <= width {
			lines[n] += " " + word
		} else {
			lines = append(lines, t.fit(word, width))
		}
	}
	return lines
}

// draw puts a line's upper left corner at x, y.
func (t typeface) draw(m *image.RGBA, s string, x, y int, gray uint8) {
	d := font.Drawer{Dst: m, Src: image.NewUniform(color.Gray{Y: gray}), Face: t.face, Dot: fixed.P(x, y+t.ascent)}
	d.DrawString(s)
}

// drawCentered centres a line on x and shortens it to the width.
func (t typeface) drawCentered(m *image.RGBA, s string, x, y, width int, gray uint8) {
	s = t.fit(s, width)
	t.draw(m, s, x-t.width(s)/2, y, gray)
}
