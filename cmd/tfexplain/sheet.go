package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// mostSheetRows bounds the height of a sheet: 64 rows of pictures are some
// 14,000 pixels, about what viewers still open with ease.
const mostSheetRows = 64

// note says what a file leaves out.
func (f outFile) note(r *tfexplain.Result) string {
	rows, shown := len(r.Target), sheetRows(r)
	if suffix(f.path) != ".png" || shown == rows {
		return ""
	}
	return fmt.Sprintf(" (the first %d of %d rows)", shown, rows)
}

// sheetRows is how many rows of the result a sheet shows.
func sheetRows(r *tfexplain.Result) int {
	return min(len(r.Target), max(1, mostSheetRows/max(1, len(r.Attributions))))
}

// writeSheet draws input, heat map and both for each row and each explained
// input.
func writeSheet(dest string, p *plan, r *tfexplain.Result, s *summary, percentile float64) error {
	sheet := render.Sheet{
		Title:   fmt.Sprintf("%s of %s", p.method.Name(), p.target.Key),
		Columns: []string{"input", p.method.Name(), "both"},
		Bar:     &render.Bar{Percentile: percentile},
	}
	if shown := sheetRows(r); shown < len(r.Target) {
		sheet.Bar.Note = fmt.Sprintf("Shown are the first %d of %d rows.", shown, len(r.Target))
	}
	for row := range sheetRows(r) {
		for _, key := range slices.Sorted(maps.Keys(r.Attributions)) {
			cells, err := drawRow(p, r, key, row, percentile)
			if err != nil {
				return err
			}
			cells[0].Caption = s.labels[row]
			if len(r.Attributions) > 1 {
				cells[0].Caption += "\n" + key
			}
			cells[1].Caption = s.caption(row)
			if s.predict != "" {
				cells[2].Caption = fmt.Sprintf("%s: %d (%s)", s.predict, s.answers[row].index, number(s.answers[row].value))
			}
			sheet.Rows = append(sheet.Rows, cells)
		}
	}
	return render.SavePNG(dest, sheet.Draw())
}

// caption says what of the target was explained, and its value.
func (s *summary) caption(row int) string {
	what := s.classes[row]
	if s.byClass {
		what = "class " + what
	}
	return what + ": " + number(s.target[row])
}

// drawRow draws one row of one input: itself, its heat map, and both.
func drawRow(p *plan, r *tfexplain.Result, key string, row int, percentile float64) ([]render.Cell, error) {
	attribution, err := r.Attributions[key].Rows(row, row+1)
	if err != nil {
		return nil, err
	}
	input, err := p.in.values[key].Rows(row, row+1)
	if err != nil {
		return nil, err
	}
	o := render.HeatMapOptions{Percentile: percentile, Width: sheetCell}
	shape, channelsFirst := p.in.pictureShape(key, row)
	o.ChannelsFirst = channelsFirst
	cells, err := draw(input, attribution, shape, o)
	if isAny[*render.ShapeError](err) { // no picture: a strip of all values
		o.ChannelsFirst = false
		cells, err = draw(input, attribution, []int{attribution.Len()}, o)
	}
	return cells, err
}

// sheetCell is the width of a picture in pixels: six times the 28 of a digit,
// three quarters of the 224 of a usual photograph.
const sheetCell = 168

func draw(input, attribution *tensor.Tensor, shape []int, o render.HeatMapOptions) ([]render.Cell, error) {
	attribution, err := attribution.Reshape(shape...)
	if err != nil {
		return nil, err
	}
	if input, err = input.Reshape(shape...); err != nil {
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
	// What has no colours, such as 8 channels, has a heat map only.
	var shapeless *render.ShapeError
	picture, err := render.Input(input, o)
	if err != nil && !errors.As(err, &shapeless) {
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
