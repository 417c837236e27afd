package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// mostSheetRows bounds the height of a sheet: 64 rows of pictures are some
// 14,000 pixels, about what viewers still open with ease.
const mostSheetRows = 64

// note says what a file leaves out.
func (f outFile) note(p *plan, found []explanation) string {
	r := found[0].runs[0].result
	rows, shown := len(r.Target), len(r.Target)
	switch suffix(f.path) {
	case ".png":
		shown = sheetRows(r, len(found))
		if p.plot != plotHeatmap {
			shown = chartRows(r, len(found))
		}
	case ".html":
		shown = reportRows(r, len(found)*len(found[0].runs))
	}
	if shown == rows {
		return ""
	}
	return fmt.Sprintf(" (the first %d of %d rows)", shown, rows)
}

// sheetRows is how many rows of the result a sheet shows.
func sheetRows(r *tfexplain.Result, choices int) int {
	return min(len(r.Target), max(1, mostSheetRows/max(1, choices*len(r.Attributions))))
}

// writeSheet draws a line for each row, choice and explained input: with one
// method the input, the heat map, and both; with several the input and the heat
// map of each.
func writeSheet(dest string, p *plan, found []explanation, percentile float64) error {
	runs, s := found[0].runs, found[0].summary
	first := runs[0].result
	sheet := render.Sheet{Title: titleOf(found, p.target.Key), Columns: []string{"input"}, Bar: &render.Bar{Percentile: percentile}}
	for _, m := range s.methods {
		sheet.Columns = append(sheet.Columns, m.name)
	}
	if len(runs) == 1 {
		sheet.Columns = append(sheet.Columns, "both")
	}
	var notes []string
	if colours := found[0].colours(); colours != "" {
		notes = append(notes, colours)
	}
	if len(runs) > 1 {
		notes = append(notes, s.legend(p.baseline))
	}
	shown := sheetRows(first, len(found))
	sheet.Note = strings.Join(append(notes, s.leftOut(shown)...), " ")
	for row := range shown {
		for _, e := range found {
			for _, key := range slices.Sorted(maps.Keys(first.Attributions)) {
				name := s.labels[row]
				if len(first.Attributions) > 1 {
					name += "\n" + key
				}
				cells, err := drawRow(p, e.runs, key, row, percentile)
				if err != nil {
					return err
				}
				e.caption(cells, name, row)
				sheet.Rows = append(sheet.Rows, cells)
			}
		}
	}
	return render.SavePNG(dest, sheet.Draw())
}

// titleOf says what is explained; what is not the same in all rows is in their
// captions.
func titleOf(found []explanation, target string) string {
	s := found[0].summary
	title := "Attributions of " + target
	if len(s.methods) == 1 {
		title = s.methods[0].name + " of " + target
	}
	if len(found) == 1 && !s.byClass && len(s.classes) > 0 && s.classes[0] != "all" {
		title += ", " + s.classes[0]
	}
	return title
}

// legend says what the captions under heat maps mean.
func (s *summary) legend(b *baseline) string {
	if !s.hasDelta() {
		return "Sum: all attributions of the row added up."
	}
	return "Sum: all attributions of the row added up; delta: by how much the sum misses f(x) − f(x0), where f is the value explained, x the input and x0 the baseline (" + b.about + ")."
}

// caption writes under a line of pictures.
func (s *summary) caption(cells []render.Cell, name string, row int) {
	explained := s.explained(row) + ": " + number(s.target[row])
	predicted := ""
	if s.predict != "" {
		predicted = fmt.Sprintf("%s: %v", s.predict, s.answers[row])
	}
	cells[0].Caption = name
	if len(s.methods) == 1 {
		cells[1].Caption, cells[2].Caption = explained, predicted
		return
	}
	for _, line := range []string{explained, predicted} {
		if line != "" {
			cells[0].Caption += "\n" + line
		}
	}
	for i, m := range s.methods {
		cells[1+i].Caption = "sum " + number(m.sums[row])
		if m.delta != nil {
			cells[1+i].Caption += "\ndelta " + rough(m.delta[row])
		}
	}
}

// drawRow draws one row of one input: itself, its heat maps, and with one
// method both together.
func drawRow(p *plan, runs []methodRun, key string, row int, percentile float64) ([]render.Cell, error) {
	o := render.HeatMapOptions{Percentile: percentile, Width: sheetCell}
	var line []render.Cell
	for _, run := range runs {
		v, err := p.viewed(run, key, row)
		if err != nil {
			return nil, err
		}
		o.ChannelsFirst = v.channelsFirst
		cells, err := draw(v.input, v.attribution, v.shape, o)
		if isAny[*render.ShapeError](err) { // no picture: a strip of all values
			o.ChannelsFirst = false
			cells, err = draw(v.input, v.attribution, []int{v.attribution.Len()}, o)
		}
		switch {
		case err != nil:
			return nil, err
		case len(runs) == 1:
			return cells, nil
		case line == nil:
			line = []render.Cell{cells[0]}
		}
		line = append(line, cells[1])
	}
	return line, nil
}

// view is one row of an input with what a method said of it, and the shape that
// both are looked at in.
type view struct {
	input         *tensor.Tensor // nil where no element of one belongs to each attribution
	attribution   *tensor.Tensor
	shape         []int
	channelsFirst bool
}

func (p *plan) viewed(run methodRun, key string, row int) (v view, err error) {
	all, err := run.result.Summed(key) // per id, where it embeds some
	if err != nil {
		return v, err
	}
	if v.attribution, err = all.Rows(row, row+1); err != nil {
		return v, err
	}
	v.shape = all.Shape()[1:]
	// What is looked up by ids may be something else than one vector for each.
	if values := p.in.values[key]; values != nil && values.Len() == all.Len() {
		if v.input, err = values.Rows(row, row+1); err != nil {
			return v, err
		}
		v.shape, v.channelsFirst = p.in.pictureShape(key, row)
	}
	return v, nil
}

// sheetCell is the width of a picture in pixels: six times the 28 of a digit,
// three quarters of the 224 of a usual photograph.
const sheetCell = 168

func draw(input, attribution *tensor.Tensor, shape []int, o render.HeatMapOptions) ([]render.Cell, error) {
	attribution, err := attribution.Reshape(shape...)
	if err != nil {
		return nil, err
	}
	heat, err := render.HeatMap(attribution, o)
	if err != nil {
		return nil, err
	}
	scale, err := render.ScaleOf(attribution, o)
	if err != nil {
		return nil, err
	}
	cells := []render.Cell{{}, {Image: heat, Scale: scale.String()}, {}}
	if input == nil {
		return cells, nil
	}
	if input, err = input.Reshape(shape...); err != nil {
		return nil, err
	}
	// What has no colours, such as 8 channels or words, has a heat map only.
	picture, err := render.Input(input, o)
	if err != nil && !isAny[*render.ShapeError](err) && !isAny[*tensor.DTypeError](err) {
		return nil, err
	}
	if err == nil {
		cells[0].Image = picture
		both, err := render.Overlay(input, attribution, o)
		if err != nil {
			return nil, err
		}
		cells[2].Image = both
	}
	return cells, nil
}

// pictureShape is the shape in which one row of an input is looked at: its own,
// or that of the picture file that it came from when the model takes pictures
// as one long row.
func (in *inputs) pictureShape(key string, row int) (shape []int, channelsFirst bool) {
	t := in.values[key]
	shape = t.Shape()[1:]
	size := in.source(key, row).bounds.Size()
	if pixels := size.X * size.Y; len(shape) == 1 && pixels > 0 && shape[0]%pixels == 0 {
		return []int{size.Y, size.X, shape[0] / pixels}, false
	}
	colours := func(n int) bool { return n == 1 || n == 3 || n == 4 }
	if len(shape) == 3 && !colours(shape[2]) && colours(shape[0]) {
		return shape, true
	}
	if len(shape) == 0 {
		shape = []int{1}
	}
	return shape, false
}
