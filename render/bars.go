package render

import (
	"fmt"
	"image"
)

// Bars is a picture of features, such as the columns of a table or the words of a
// text, with a bar for the attribution of each: the strongest first, and one bar
// for the sum of all others.
type Bars struct {
	Features []Feature // those whose attribution is NaN are left out
	Most     int       // how many are shown one by one; 0 means DefaultMost
	Label    string    // of the axis; empty means "attribution"
}

// Draw draws the picture. The error is an *OptionError where there is nothing to
// draw, or no finite number.
func (b Bars) Draw() (image.Image, error) {
	shown, others, rest, err := strongest(b.Features, b.Most)
	if err != nil {
		return nil, err
	}
	c := chart{zero: true, label: b.Label}
	if c.label == "" {
		c.label = "attribution"
	}
	for _, f := range shown {
		c.lines = append(c.lines, chartLine{name: f.lineName(), to: f.Attribution, text: signed(f.Attribution), color: sign(f.Attribution)})
	}
	if others > 0 {
		c.lines = append(c.lines, chartLine{name: fmt.Sprintf("%d others", others), to: rest, text: signed(rest), color: sign(rest)})
	}
	return c.draw()
}
