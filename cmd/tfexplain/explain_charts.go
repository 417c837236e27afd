package main

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"strings"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// What a .png shows.
const (
	plotAuto      = "auto"
	plotHeatmap   = "heatmap"
	plotBars      = "bars"
	plotWaterfall = "waterfall"
)

// mostCharts bounds the height of a picture: 24 charts of ten bars are some
// 10,000 pixels, as 64 rows of heat maps are.
const mostCharts = 24

func (c *explainCmd) checkPlot(p *plan) error {
	if c.Plot == plotAuto {
		return nil
	}
	png := false
	for _, path := range c.Out {
		png = png || suffix(path) == ".png"
	}
	if !png {
		return usagef("--plot %s: wanted an --out that ends in .png with it", c.Plot)
	}
	if c.Plot == plotWaterfall && !compares(p.methods) {
		return usagef("--plot waterfall: %s compares with nothing, and a waterfall begins at the answer at the baseline; take --plot bars, or choose a method that has a baseline (tfexplain methods)", namesOf(p.methods))
	}
	return nil
}

// chosenPlot is what a .png shows: without a choice heat maps, if one of the
// explained inputs is a picture or a sequence, else bars.
func (p *plan) chosenPlot(plot string, found []explanation, percentile float64) (string, error) {
	run := found[0].runs[0]
	if plot != plotAuto || len(run.result.Target) == 0 {
		return plot, nil
	}
	for _, x := range run.explained {
		tokens, err := p.tokensOf(run.result, x)
		if err != nil {
			return "", err
		}
		if tokens != nil {
			continue
		}
		picture, err := p.rowPicture(run, x.Name, 0, percentile)
		if err != nil {
			return "", err
		}
		if picture != nil {
			return plotHeatmap, nil
		}
	}
	return plotBars, nil
}

// chartRows is how many rows are charted.
func chartRows(r *tfexplain.Result, choices int) int {
	return min(len(r.Target), max(1, mostCharts/choices))
}

// writeCharts draws a line for each row and choice, with a chart for each method.
func writeCharts(dest string, p *plan, found []explanation) error {
	s := found[0].summary
	sheet := render.Sheet{Title: titleOf(found, p.target.Key), CellSize: render.ChartWidth, Note: p.chartNote(found)}
	if len(s.methods) > 1 {
		for _, m := range s.methods {
			sheet.Columns = append(sheet.Columns, m.name)
		}
	}
	for row := range chartRows(found[0].runs[0].result, len(found)) {
		for _, e := range found {
			var line []render.Cell
			for i, run := range e.runs {
				chart, err := p.chart(e, run, row)
				if err != nil {
					return err
				}
				line = append(line, render.Cell{Image: chart, Caption: e.chartCaption(i, row)})
			}
			sheet.Rows = append(sheet.Rows, line)
		}
	}
	return render.SavePNG(dest, sheet.Draw())
}

// chartNote says how charts are read.
func (p *plan) chartNote(found []explanation) string {
	s, values, words := found[0].summary, false, false
	for _, x := range found[0].runs[0].explained {
		ids := p.in.values[x.IDs]
		text := ids != nil && len(ids.Shape()) > 1 && ids.Shape()[1] > 1
		words, values = words || text, values || !text
	}
	notes := []string{cmp.Or(found[0].colours(), "Red speaks for what is explained, blue against it.")}
	if values && compares(p.methods) {
		notes = append(notes, "In ( ) is the value at the baseline.")
	}
	if words {
		notes = append(notes, "In [ ] is the place in the text, from 0.")
	}
	notes = append(notes, s.legend(p.baseline))
	notes = append(notes, s.leftOut(chartRows(found[0].runs[0].result, len(found)))...)
	return strings.Join(notes, " ")
}

// chartCaption says under a chart which row it is about, what is explained of it,
// and how the attributions add up.
func (e explanation) chartCaption(method, row int) string {
	m := e.methods[method]
	label := e.labels[row]
	if isNumber(label) {
		label = "row " + label
	}
	caption := fmt.Sprintf("%s, %s: %s", label, e.explained(row), number(e.target[row]))
	if e.predict != "" {
		caption += fmt.Sprintf(", %s: %v", e.predict, e.answers[row])
	}
	caption += "\nsum " + number(m.sums[row])
	if m.delta != nil {
		caption += ", delta " + rough(m.delta[row])
	}
	return caption
}

// chart draws what a method said of a row; nil if there is no number in it.
func (p *plan) chart(e explanation, run methodRun, row int) (image.Image, error) {
	features, err := p.chartFeatures(run, row)
	if err != nil {
		return nil, err
	}
	base := run.result.BaselineTarget
	if base == nil {
		base = baselineTarget(e.runs)
	}
	var img image.Image
	if p.plot == plotWaterfall {
		img, err = render.Waterfall{Baseline: base[row], Target: e.target[row], Features: features, Label: p.target.Key}.Draw()
	} else {
		img, err = render.Bars{Features: features}.Draw()
	}
	if isAny[*render.OptionError](err) {
		return nil, nil
	}
	return img, err
}

// chartFeatures are what a method said of a row, as one list: words with their
// place in the text, and numbers and categories with their values.
func (p *plan) chartFeatures(run methodRun, row int) (list []render.Feature, err error) {
	for _, x := range run.explained {
		tokens, err := p.rowTokens(run, x, row)
		if err != nil {
			return nil, err
		}
		if tokens == nil {
			features, err := p.rowFeatures(run, x.Name, row)
			if err != nil {
				return nil, err
			}
			list = append(list, features...)
			continue
		}
		for i, t := range tokens {
			name := fmt.Sprintf("%s [%d]", printed(t.Text), i)
			if len(run.explained) > 1 {
				name = x.Name + " " + name
			}
			if !math.IsNaN(t.Attribution) {
				list = append(list, render.Feature{Name: name, Attribution: t.Attribution})
			}
		}
	}
	return list, nil
}
