package render

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

// Waterfall is a picture of how attributions lead from the answer at the baseline,
// f(x0), to the answer at the input, f(x): from above, the strongest attributions
// one by one, the sum of all others, and in gray what all of them together do not
// account for, if that is more than a pixel.
type Waterfall struct {
	Baseline, Target float64   // f(x0) and f(x)
	Features         []Feature // those whose attribution is NaN are left out
	Most             int       // how many are shown one by one; 0 means DefaultMost
	Label            string    // of the axis; empty means "f"
}

// Draw draws the picture. The error is an *OptionError where there is nothing to
// draw, or no finite number.
func (w Waterfall) Draw() (image.Image, error) {
	for _, v := range []float64{w.Baseline, w.Target} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, &OptionError{Field: "Baseline or Target", Given: v, Wanted: "a finite number"}
		}
	}
	shown, others, rest, err := strongest(w.Features, w.Most)
	if err != nil {
		return nil, err
	}
	c := chart{joined: true, label: w.Label}
	if c.label == "" {
		c.label = "f"
	}
	ink := color.Gray{Y: ink}
	at := w.Baseline
	step := func(name string, by float64, color color.Color) {
		c.lines = append(c.lines, chartLine{name: name, from: at, to: at + by, text: signed(by), color: color})
		at += by
	}
	c.lines = append(c.lines, chartLine{name: "f(x0)", from: at, to: at, text: fmt.Sprintf("%.4g", at), color: ink, mark: true})
	for _, f := range shown {
		step(f.lineName(), f.Attribution, sign(f.Attribution))
	}
	if others > 0 {
		step(fmt.Sprintf("%d others", others), rest, sign(rest))
	}
	low, high := c.span()
	if missing := w.Target - at; math.Abs(missing) > (high-low)/ChartWidth {
		step("not accounted for", missing, color.Gray{Y: 0x99})
	}
	c.lines = append(c.lines, chartLine{name: "f(x)", from: at, to: w.Target, text: fmt.Sprintf("%.4g", w.Target), color: ink, mark: true})
	return c.draw()
}
