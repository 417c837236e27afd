package render

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Curves is a picture of curves over a logarithmic axis: panels side by side
// with the same scales, and one legend.
type Curves struct {
	XLabel, YLabel string
	Names          []string // of the curves, in the legend
	Panels         []Panel
}

// Panel is one set of axes.
type Panel struct {
	Title string
	X     []float64   // above zero
	Y     [][]float64 // for each name, a value for each X; NaN leaves a gap
}

// Measures of a picture in points, at 96 dots per inch.
const (
	panelWidth  = 300
	panelHeight = 280
	thumbWidth  = 30
	padding     = 12
	textSize    = 11
)

// Draw draws the picture. The error is an *OptionError when the numbers do not
// go together.
func (c Curves) Draw() (image.Image, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	var styles []lineStyle
	for i := range c.Names {
		styles = append(styles, styleOf(i))
	}
	// The legend stands beside the panels.
	legend, longest := sized(textSize), vg.Length(0)
	for _, name := range c.Names {
		longest = max(longest, legend.Width(name))
	}
	panels := vg.Length(panelWidth * len(c.Panels))
	width := panels + thumbWidth + 3*padding + longest
	canvas := vgimg.NewWith(vgimg.UseWH(width, panelHeight), vgimg.UseDPI(96))
	area := draw.New(canvas)
	for i, panel := range c.Panels {
		p, err := c.plot(panel, styles)
		if err != nil {
			return nil, err
		}
		left := vg.Length(i * panelWidth)
		p.Draw(draw.Crop(area, left+padding/2, left+panelWidth-padding/2-width, padding/2, -padding/2))
	}
	at := vg.Point{X: panels + padding, Y: panelHeight - 4*textSize}
	for i, name := range c.Names {
		styles[i].draw(area, at)
		area.FillText(legend, vg.Point{X: at.X + thumbWidth + padding/2, Y: at.Y}, name)
		at.Y -= 1.6 * textSize
	}
	return canvas.Image(), nil
}

func (c Curves) check() error {
	if len(c.Panels) == 0 || len(c.Names) == 0 {
		return &OptionError{Field: "Panels and Names", Given: fmt.Sprintf("%d and %d long", len(c.Panels), len(c.Names)), Wanted: "one panel and one curve at least"}
	}
	for _, p := range c.Panels {
		if len(p.X) == 0 || slices.ContainsFunc(p.X, func(x float64) bool { return !(x > 0) || math.IsInf(x, 1) }) {
			return &OptionError{Field: "X", Given: p.X, Wanted: "numbers above zero, one at least"}
		}
		if len(p.Y) != len(c.Names) {
			return &OptionError{Field: "Y", Given: fmt.Sprintf("%d curves", len(p.Y)), Wanted: fmt.Sprintf("one for each of the %d names", len(c.Names))}
		}
		for _, y := range p.Y {
			if len(y) != len(p.X) || slices.ContainsFunc(y, func(v float64) bool { return math.IsInf(v, 0) }) {
				return &OptionError{Field: "Y", Given: y, Wanted: fmt.Sprintf("%d finite numbers, one for each X", len(p.X))}
			}
		}
	}
	return nil
}

// plot makes one panel.
func (c Curves) plot(panel Panel, styles []lineStyle) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = panel.Title, c.XLabel, c.YLabel
	p.Title.TextStyle.Font = sans(textSize + 2)
	p.Title.Padding = 6
	for _, f := range []*font.Font{&p.X.Label.TextStyle.Font, &p.Y.Label.TextStyle.Font, &p.X.Tick.Label.Font, &p.Y.Tick.Label.Font} {
		*f = sans(textSize)
	}
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.TickerFunc(logTicks)
	p.Y.Tick.Marker = plot.TickerFunc(evenTicks)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = color.Gray{Y: frame}, color.Gray{Y: frame}
	p.Add(grid)
	for i, y := range panel.Y {
		for _, run := range unbroken(panel.X, y) {
			line, points, err := plotter.NewLinePoints(run)
			if err != nil {
				return nil, err
			}
			line.LineStyle, points.GlyphStyle = styles[i].line, styles[i].glyph
			p.Add(line, points)
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = c.bounds()
	return p, nil
}

// bounds are the ends of the axes, the same for all panels. Those of y are
// ticks.
func (c Curves) bounds() (xMin, xMax, yMin, yMax float64) {
	xMin, xMax, yMin, yMax = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range c.Panels {
		xMin, xMax = min(xMin, slices.Min(p.X)), max(xMax, slices.Max(p.X))
		for _, y := range slices.Concat(p.Y...) {
			if !math.IsNaN(y) {
				yMin, yMax = min(yMin, y), max(yMax, y)
			}
		}
	}
	if yMin > yMax {
		yMin, yMax = 0, 1 // every value is missing
	}
	yMin, yMax = apart(yMin, yMax)
	step := tickStep(yMin, yMax)
	yMin, yMax = math.Floor(yMin/step)*step, math.Ceil(yMax/step)*step
	if xMin == xMax {
		xMin, xMax = xMin/2, xMax*2
	}
	return xMin, xMax * math.Pow(xMax/xMin, 0.02), yMin, yMax + (yMax-yMin)/50 // room for the last points
}

// unbroken cuts a curve at its gaps.
func unbroken(x, y []float64) (runs []plotter.XYs) {
	var run plotter.XYs
	for i := range x {
		if !math.IsNaN(y[i]) {
			run = append(run, plotter.XY{X: x[i], Y: y[i]})
			continue
		}
		if len(run) > 0 {
			runs = append(runs, run)
		}
		run = nil
	}
	if len(run) > 0 {
		runs = append(runs, run)
	}
	return runs
}

// apart widens a range whose ends a float32 cannot tell apart (it has 24 bits): one
// shows rounding, and a much smaller one has no ticks between its ends.
func apart(low, high float64) (float64, float64) {
	size := max(math.Abs(low), math.Abs(high))
	if high-low > size/(1<<24) {
		return low, high
	}
	half := max(0.5, size/1e3)
	return low - half, high + half
}

// tickStep is 1, 2 or 5 times a power of ten, at most six times in the range.
func tickStep(low, high float64) float64 {
	least := (high - low) / 6
	unit := math.Pow(10, math.Floor(math.Log10(least)))
	for _, m := range []float64{1, 2, 5} {
		if m*unit >= least {
			return m * unit
		}
	}
	return 10 * unit
}

// evenTicks marks the multiples of tickStep.
func evenTicks(low, high float64) (ticks []plot.Tick) {
	step := tickStep(low, high)
	digits := max(0, int(-math.Floor(math.Log10(step)+1e-9))) // powers are rounded
	for i := math.Ceil(low/step - 1e-9); i*step <= high+1e-9*step; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: strconv.FormatFloat(i*step+0, 'f', digits, 64)})
	}
	return ticks
}

// logTicks marks 1, 2 and 5 times each power of ten.
func logTicks(low, high float64) (ticks []plot.Tick) {
	for e := math.Floor(math.Log10(low)); e <= math.Log10(high); e++ {
		for _, m := range []float64{1, 2, 5} {
			if v := m * math.Pow(10, e); v >= low*(1-1e-9) && v <= high*(1+1e-9) { // powers are rounded
				ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 3, 64)})
			}
		}
	}
	return ticks
}

// sized is a style of text, centred on its height.
func sized(size vg.Length) draw.TextStyle {
	return draw.TextStyle{Color: color.Black, Font: sans(size), YAlign: draw.YCenter, Handler: plot.DefaultTextHandler}
}

func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

// lineStyle is how a curve looks. Marks and dashes tell curves apart that lie on
// each other, and for those who see no colours.
type lineStyle struct {
	line  draw.LineStyle
	glyph draw.GlyphStyle
}

// draw draws a piece of the curve for the legend.
func (s lineStyle) draw(c draw.Canvas, left vg.Point) {
	c.StrokeLine2(s.line, left.X, left.Y, left.X+thumbWidth, left.Y)
	c.DrawGlyph(s.glyph, vg.Point{X: left.X + thumbWidth/2, Y: left.Y})
}

// styleOf gives each curve its own colour, of the palette of Okabe and Ito
// (Color Universal Design, 2008), which the colour-blind can tell apart, without
// its yellow, too pale for lines, and with black last.
func styleOf(i int) lineStyle {
	colors := []color.RGBA{{0x00, 0x72, 0xb2, 0xff}, {0xd5, 0x5e, 0x00, 0xff}, {0x00, 0x9e, 0x73, 0xff}, {0xcc, 0x79, 0xa7, 0xff},
		{0xe6, 0x9f, 0x00, 0xff}, {0x56, 0xb4, 0xe9, 0xff}, {0, 0, 0, 0xff}}
	glyphs := []draw.GlyphDrawer{draw.CircleGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.CrossGlyph{}, draw.RingGlyph{}}
	dashes := [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}, {3, 6}}
	c := colors[i%len(colors)]
	return lineStyle{
		line:  draw.LineStyle{Color: c, Width: 1.6, Dashes: dashes[i%len(dashes)]},
		glyph: draw.GlyphStyle{Color: c, Radius: 2.6, Shape: glyphs[i%len(glyphs)]},
	}
}
