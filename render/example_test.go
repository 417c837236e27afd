package render_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func Example() {
	input, err := tensor.New([]float32{0, 0.5, 1, 0.5}, 2, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	attribution, err := tensor.New([]float32{0, -0.25, 0.75, 0.5}, 2, 2)
	if err != nil {
		fmt.Println(err)
		return
	}

	o := render.HeatMapOptions{Percentile: 100}
	picture, err := render.Input(input, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	heat, err := render.HeatMap(attribution, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	over, err := render.Overlay(input, attribution, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	scale, err := render.ScaleOf(attribution, o)
	if err != nil {
		fmt.Println(err)
		return
	}

	sheet := render.Sheet{
		Columns: []string{"input", "attribution", "overlay"},
		Rows:    [][]render.Cell{{{Image: picture}, {Image: heat, Scale: scale.String()}, {Image: over}}},
		Bar:     &render.Bar{Limit: scale.Limit, Percentile: o.Percentile},
	}
	dir, err := os.MkdirTemp("", "render")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(scale, render.SavePNG(filepath.Join(dir, "sheet.png"), sheet.Draw()))
	// Output: ± 0.75 <nil>
}

func ExampleReport() {
	report := render.Report{
		Title: "deeplift of logits",
		Rows: []render.ReportRow{{
			Label: "review 1",
			Classes: []render.ClassFindings{{
				Class: "class 1",
				Facts: []render.Fact{{Name: "f(x)", Value: "-0.03"}},
				Methods: []render.MethodFindings{{
					Method:   "deeplift",
					Findings: []render.Finding{{Tokens: []render.Token{{Text: "not", Attribution: 1.3}, {Text: "great", Attribution: -0.2}}}},
				}},
			}},
		}},
	}
	var page strings.Builder
	err := report.WriteHTML(&page)
	fmt.Println(strings.Contains(page.String(), `title="&#43;1.3">not</span>`), err)
	// Output: true <nil>
}

func ExampleBars() {
	bars, err := render.Bars{Features: []render.Feature{
		{Name: "income", Value: "-1.25", Attribution: -2.3},
		{Name: "score", Value: "3", Attribution: 0.7},
		{Name: "age", Value: "0.5", Attribution: 0.01},
	}}.Draw()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bars.Bounds().Dx() == render.ChartWidth)
	// Output: true
}

func ExampleWaterfall() {
	waterfall, err := render.Waterfall{Baseline: 9, Target: 7.5, Features: []render.Feature{
		{Name: "income", Value: "-1.25", Baseline: "0.375", Attribution: -2.2},
		{Name: "score", Value: "3", Baseline: "1.25", Attribution: 0.7},
	}}.Draw()
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "render")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(render.SavePNG(filepath.Join(dir, "why.png"), waterfall))
	// Output: <nil>
}

func ExampleCurves() {
	curves, err := render.Curves{XLabel: "n, features removed", YLabel: "correlation", Names: []string{"deeplift", "saliency"},
		Panels: []render.Panel{{X: []float64{1, 10, 100}, Y: [][]float64{{0.9, 0.95, 0.97}, {0.4, 0.3, 0.2}}}}}.Draw()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(curves.Bounds().Dy())
	// Output: 373
}

func ExampleVeil() {
	attribution, err := tensor.New([]float32{0, -0.25, 0.75, 0.5}, 2, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	veil, err := render.Veil(attribution, render.HeatMapOptions{Percentile: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("alpha at zero:", veil.RGBAAt(0, 0).A, "at the strongest:", veil.RGBAAt(0, 1).A)
	// Output: alpha at zero: 0 at the strongest: 255
}

func ExampleNewScale() {
	values := []float64{0.5, -2, 1, 100}
	fmt.Println(render.NewScale(values, 100), render.NewScale(values, 50))
	// Output: ± 1e+02 ± 1.5
}
