// Package render draws attributions as pictures.
//
// An attribution has a sign, and zero has a meaning, so it is drawn with a
// diverging colour map that is symmetric around zero: blue is negative, white
// is zero, red is positive. The ends of the map are at plus and minus a limit,
// a percentile of |attribution|, because a single large value would otherwise
// leave everything else white; what lies beyond has the colour of the end. A
// picture is only worth something together with its limit, so a Sheet states
// both.
//
//	heat, err := render.HeatMap(attribution, render.HeatMapOptions{Width: 200})
//	err = render.SavePNG("seven.png", heat)
//
// HeatMap draws an attribution, Input what it is about, Overlay both, and
// Sheet puts such pictures side by side with captions and a colour bar:
//
//	sheet := render.Sheet{
//		Columns: []string{"input", "gradient * input", "DeepLIFT"},
//		Rows:    [][]render.Cell{{{Image: input}, {Image: a}, {Image: b, Caption: "logit 7: 12.3"}}},
//		Bar:     &render.Bar{Percentile: 99.5},
//	}
//	err = render.SavePNG("sheet.png", sheet.Draw())
//
// A Report is a page of HTML that needs no other file: for each row and method the
// pictures, with the heat map over the input, or coloured tokens, or bars.
//
// Bars and Waterfall draw what is no picture, numbers and words: the strongest
// attributions, or how they lead from the answer at the baseline to the answer.
//
// Curves draws how numbers go with a size, over a logarithmic axis.
package render
