package render

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// DefaultMost is how many features a chart shows one by one, unless it is told
// otherwise: about as many as can be compared at a glance.
const DefaultMost = 10

// ChartWidth is the width of a chart in pixels.
const ChartWidth = 520

// Measures of a chart in points; there are 96 pixels to 72 points.
const (
	chartWidth = ChartWidth * 72.0 / 96
	lineHeight = 17
	axisHeight = 30
	textGap    = 4  // between a bar and its number
	longest    = 30 // letters of a name
)

// chartLine is one line of a chart: a bar from one number to another.
type chartLine struct {
	name     string
	from, to float64
	text     string // beside the bar
	color    color.Color
	mark     bool // a mark at to instead of a bar
}

// chart is lines under each other, over one axis of numbers. It is a
// plot.Plotter.
type chart struct {
	lines  []chartLine
	joined bool // each line begins where the one above it ends
	zero   bool // a line at zero
	label  string
}

func (c chart) draw() (image.Image, error) {
	p := plot.New()
	p.X.Label.Text = c.label
	for _, f := range []*font.Font{&p.X.Label.TextStyle.Font, &p.X.Tick.Label.Font, &p.Y.Tick.Label.Font} {
		*f = sans(textSize - 1)
	}
	p.X.Tick.Length = 4
	p.X.Tick.Marker = plot.TickerFunc(evenTicks)
	var ticks []plot.Tick
	for i, l := range c.lines {
		ticks = append(ticks, plot.Tick{Value: -float64(i), Label: oneLine(l.name)})
	}
	p.Y.Tick.Marker = plot.ConstantTicks(ticks)
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.Add(c)
	low, high := c.span()
	p.X.Min, p.X.Max = low-(high-low)*0.03, high+(high-low)*0.22
	p.Y.Min, p.Y.Max = 0.5-float64(len(c.lines)), 0.5
	canvas := vgimg.NewWith(vgimg.UseWH(chartWidth, vg.Length(len(c.lines)*lineHeight+axisHeight)), vgimg.UseDPI(96))
	area := draw.Crop(draw.New(canvas), 2, -2, 2, -2)
	p.X.Max = max(p.X.Max, c.room(p.X.Min, p.DataCanvas(area).Size().X))
	p.Draw(area)
	return canvas.Image(), nil
}

// room is how far an axis from low must reach, drawn this wide, for the numbers to
// the right of the bars.
func (c chart) room(low float64, width vg.Length) (high float64) {
	high = low
	for _, l := range c.lines {
		left := max(width-textGap-sized(textSize-1).Width(l.text), width/4) // a fourth at least is for bars
		high = max(high, low+(max(l.from, l.to)-low)*float64(width/left))
	}
	return high
}

// span is where the bars lie.
func (c chart) span() (low, high float64) {
	low, high = c.lines[0].to, c.lines[0].to
	if c.zero {
		low, high = 0, 0
	}
	for _, l := range c.lines {
		low, high = min(low, l.from, l.to), max(high, l.from, l.to)
	}
	return apart(low, high)
}

// Plot implements plot.Plotter.
func (c chart) Plot(area draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&area)
	if c.zero {
		area.StrokeLine2(draw.LineStyle{Color: color.Gray{Y: 0x99}, Width: 0.75}, x(0), area.Min.Y, x(0), area.Max.Y)
	}
	text := sized(textSize - 1)
	const half, thin = 0.33, 0.75 // of a line's height; points
	for i, l := range c.lines {
		middle := y(-float64(i))
		low, high := y(-float64(i)-half), y(-float64(i)+half)
		left, right := x(min(l.from, l.to)), x(max(l.from, l.to))
		if l.mark {
			left, right = x(l.to)-1, x(l.to)+1
		}
		if c.joined && i > 0 {
			join := draw.LineStyle{Color: color.Gray{Y: 0x99}, Width: thin, Dashes: []vg.Length{2, 2}}
			area.StrokeLine2(join, x(l.from), y(-float64(i)+1-half), x(l.from), low)
		}
		area.FillPolygon(l.color, []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
		area.FillText(text, vg.Point{X: right + textGap, Y: middle}, l.text)
	}
}

// oneLine is a text without line breaks, cut where it is long, with boxes for the
// letters that the font does not have.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\ufffd")), " ")
	letters, buffer := font.DefaultCache.Lookup(sans(textSize), textSize).Face, &sfnt.Buffer{}
	text = strings.Map(func(r rune) rune {
		if i, err := letters.GlyphIndex(buffer, r); err != nil || i == 0 {
			return '□'
		}
		return r
	}, text)
	if r := []rune(text); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return text
}

// lineName names a feature with its value and, in brackets, its baseline.
func (f Feature) lineName() string {
	name := f.Name
	if f.Value != "" {
		name += " = " + f.Value
	}
	if f.Baseline != "" {
		name += " (" + f.Baseline + ")"
	}
	return name
}

// strongest are the features with the largest |attribution|, without those that
// have none, and the number and sum of the others. What is not a number is left out.
func strongest(features []Feature, most int) (shown []Feature, others int, rest float64, err error) {
	if most < 0 {
		return nil, 0, 0, &OptionError{Field: "Most", Given: most, Wanted: "a number of features, or 0 for the default"}
	}
	if most == 0 {
		most = DefaultMost
	}
	shown = slices.DeleteFunc(slices.Clone(features), func(f Feature) bool { return math.IsNaN(f.Attribution) })
	if len(shown) == 0 {
		return nil, 0, 0, &OptionError{Field: "Features", Given: fmt.Sprintf("%d features", len(features)), Wanted: "one at least whose attribution is a number"}
	}
	for _, f := range shown {
		if math.IsInf(f.Attribution, 0) {
			return nil, 0, 0, &OptionError{Field: "Features", Given: f.Attribution, Wanted: "finite attributions"}
		}
	}
	slices.SortStableFunc(shown, byStrength)
	if nothing := slices.IndexFunc(shown, func(f Feature) bool { return f.Attribution == 0 }); nothing > 0 {
		most = min(most, nothing) // those that have none are among the others
	}
	if len(shown) > most+1 { // one other is shown itself
		for _, f := range shown[most:] {
			rest += f.Attribution
		}
		shown, others = shown[:most], len(shown)-most
	}
	return shown, others, rest, nil
}

// sign is the colour of what speaks for or against.
func sign(attribution float64) color.Color {
	if attribution < 0 {
		return blueWhiteRed().at(-1)
	}
	return blueWhiteRed().at(1)
}
