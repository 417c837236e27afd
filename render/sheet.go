package render

import (
	"image"
	"image/color"
	"strconv"
	"strings"

	"golang.org/x/image/draw"
)

// Cell is one picture of a sheet.
type Cell struct {
	Image   image.Image // nil leaves the place empty
	Caption string      // under the picture; may have several lines
	Scale   string      // the picture's own scale, as Scale.String gives it; last, in gray
}

// Bar is the colour bar of a sheet.
type Bar struct {
	Limit      float64 // of all pictures, or 0 when each has its own
	Percentile float64 // of |attribution| at the limit; 0 when the limit was chosen otherwise
}

// Sheet is a contact sheet: rows of pictures with captions, on white. Lines
// that are too long end in an ellipsis. Pictures smaller than a cell are
// enlarged by a whole factor, larger ones shrunk.
type Sheet struct {
	Title    string
	Columns  []string // a heading for each column
	Rows     [][]Cell
	CellSize int    // width and height of a picture in pixels; 0 means 168
	Bar      *Bar   // nil draws none
	Note     string // at the end, for example what the captions mean
}

const (
	defaultCell = 168 // six times the 28 pixels of a digit, and 3/4 of ImageNet's 224
	maxCell     = 4096
	margin      = 16
	gap         = 12 // between cells
	spacing     = 4  // between a picture and its text
	barHeight   = 12
	barWidth    = 320
	narrowest   = 240 // room for the bar's labels
)

// layout holds a sheet's measures while it is drawn.
type layout struct {
	Sheet
	plain, small, bold, title typeface
	cell, columns, width      int
}

// Levels of gray.
const (
	ink   = 0x20
	faint = 0x70
	frame = 0xd0
)

// Draw draws the sheet. It is as large as its cells need.
func (s Sheet) Draw() *image.RGBA {
	l := layout{Sheet: s, plain: plainText(), small: smallText(), bold: boldText(), title: titleText(), cell: s.CellSize}
	if l.cell <= 0 {
		l.cell = defaultCell
	}
	l.cell = min(l.cell, maxCell)
	l.columns = len(s.Columns)
	for _, row := range s.Rows {
		l.columns = max(l.columns, len(row))
	}
	l.width = max(l.columns*(l.cell+gap)-gap, narrowest)

	// Measuring is drawing without a picture, so that both always agree.
	height := l.draw(nil)
	m := image.NewRGBA(image.Rect(0, 0, l.width+2*margin, height))
	fill(m, m.Bounds(), color.RGBA{R: 255, G: 255, B: 255, A: 255})
	l.draw(m)
	return m
}

// draw draws unless m is nil, and returns the height.
func (l layout) draw(m *image.RGBA) int {
	y := margin
	if l.Title != "" {
		if m != nil {
			l.title.draw(m, l.title.fit(l.Title, l.width), margin, y, ink)
		}
		y += l.title.line + gap/2
	}
	if len(l.Columns) > 0 {
		if m != nil {
			for i, name := range l.Columns {
				l.bold.drawCentered(m, name, l.left(i)+l.cell/2, y, l.cell, ink)
			}
		}
		y += l.bold.line + spacing
	}
	for _, row := range l.Rows {
		y = l.row(m, row, y) + gap
	}
	if l.Bar != nil {
		y = l.bar(m, y+gap/2) + gap
	} else if l.Note != "" {
		y = l.note(m, l.Note, y) + gap
	}
	return y - gap + margin
}

func (l layout) left(column int) int { return margin + column*(l.cell+gap) }

func (l layout) row(m *image.RGBA, row []Cell, y int) int {
	pictures := make([]image.Rectangle, len(row)) // sizes
	high, texts := 0, 0
	for i, c := range row {
		pictures[i] = fitted(c.Image, l.cell)
		high = max(high, pictures[i].Dy())
	}
	for i, c := range row {
		center := l.left(i) + l.cell/2
		if m != nil && !pictures[i].Empty() {
			size := pictures[i].Size()
			at := image.Pt(center-size.X/2, y+(high-size.Y)/2)
			place(m, c.Image, image.Rectangle{Min: at, Max: at.Add(size)})
		}
		t := y + high + spacing
		if c.Caption != "" {
			for line := range strings.SplitSeq(c.Caption, "\n") {
				if m != nil {
					l.plain.drawCentered(m, line, center, t, l.cell, ink)
				}
				t += l.plain.line
			}
		}
		if c.Scale != "" {
			if m != nil {
				l.small.drawCentered(m, c.Scale, center, t, l.cell, faint)
			}
			t += l.small.line
		}
		texts = max(texts, t-y-high-spacing)
	}
	if texts > 0 {
		texts += spacing
	}
	return y + high + texts
}

// fitted is the size at which a picture fits into a square of this size.
func fitted(img image.Image, cell int) image.Rectangle {
	if missing(img) || img.Bounds().Empty() {
		return image.Rectangle{}
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if w > maxPixels/h { // also image.Uniform, which has no end
		return image.Rectangle{}
	}
	long := max(w, h)
	if long <= cell {
		return image.Rect(0, 0, w*(cell/long), h*(cell/long))
	}
	return image.Rect(0, 0, max(1, w*cell/long), max(1, h*cell/long))
}

// missing also knows the nil that HeatMap returns with an error.
func missing(img image.Image) bool {
	m, ok := img.(*image.RGBA)
	return img == nil || ok && m == nil
}

// place draws a picture into r, with a frame around it.
func place(m *image.RGBA, img image.Image, r image.Rectangle) {
	draw.Draw(m, r.Inset(-1), image.NewUniform(color.Gray{Y: frame}), image.Point{}, draw.Src)
	if img.Bounds().Dx() > r.Dx() {
		draw.CatmullRom.Scale(m, r, img, img.Bounds(), draw.Over, nil)
		return
	}
	draw.NearestNeighbor.Scale(m, r, img, img.Bounds(), draw.Over, nil)
}

// bar draws the colour bar with its labels and returns where it ends.
func (l layout) bar(m *image.RGBA, y int) int {
	width := min(l.width, barWidth)
	low, high := "−limit", "+limit"
	if l.Bar.Limit > 0 {
		limit := strconv.FormatFloat(l.Bar.Limit, 'g', 3, 64)
		low, high = "−"+limit, "+"+limit
	}
	if m != nil {
		box := image.Rect(margin, y, margin+width, y+barHeight)
		draw.Draw(m, box.Inset(-1), image.NewUniform(color.Gray{Y: frame}), image.Point{}, draw.Src)
		colors := blueWhiteRed()
		for x := range width {
			position := 2*float64(x)/float64(width-1) - 1
			fill(m, image.Rect(margin+x, y, margin+x+1, y+barHeight), colors.at(position))
		}
		at := y + barHeight + spacing
		l.small.draw(m, low, margin, at, ink)
		l.small.drawCentered(m, "0", margin+width/2, at, width, ink)
		l.small.draw(m, high, margin+width-l.small.width(high), at, ink)
	}
	text := l.Bar.text()
	if l.Note != "" {
		text += ". " + l.Note
	}
	return l.note(m, text, y+barHeight+spacing+l.small.line)
}

// note writes a text and returns where it ends.
func (l layout) note(m *image.RGBA, text string, y int) int {
	for _, line := range l.small.wrap(text, l.width) {
		if m != nil {
			l.small.draw(m, line, margin, y, faint)
		}
		y += l.small.line
	}
	return y
}

// text says what the ends of the bar mean.
func (b Bar) text() string {
	s := "attribution: blue negative, red positive"
	of := "the limit"
	if b.Limit > 0 {
		of = "±" + strconv.FormatFloat(b.Limit, 'g', 3, 64)
	} else {
		s += ", each picture to its own limit"
	}
	if b.Percentile > 0 {
		s += "; " + of + " is percentile " + strconv.FormatFloat(b.Percentile, 'g', 4, 64) + " of |attribution|, larger values are clipped"
	}
	return s
}
