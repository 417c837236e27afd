package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// smallReport has one of everything, and texts that would break a page that took
// them for HTML.
func smallReport(t *testing.T) Report {
	t.Helper()
	attr := made(t, []float64{0, -0.25, 0.75, math.NaN(), 0.5, 1}, 2, 3)
	input, err := Input(attr, HeatMapOptions{})
	require.NoError(t, err)
	heat, err := HeatMap(attr, HeatMapOptions{})
	require.NoError(t, err)
	veil, err := Veil(attr, HeatMapOptions{})
	require.NoError(t, err)
	var features []Feature
	for i := range 25 {
		features = append(features, Feature{Name: fmt.Sprintf("[%d]", i), Value: "1", Baseline: "0", Attribution: float64(i%7) - 3.5})
	}
	features[3].Attribution, features[4].Name = math.NaN(), "<b>&amp;"
	hostile := `<script>alert("1")</script>`
	first := MethodFindings{Method: "deeplift", Facts: []Fact{{"sum", "1.5"}, {"delta", "-3e-07"}}, Findings: []Finding{
		{Input: "image", Picture: &Picture{Input: input, Heat: heat, Veil: veil, Scale: "± 1"}},
		{Input: "text", Tokens: []Token{{"good", 2}, {hostile, -1}, {"", 0}, {"bad\xff", math.NaN()}}},
		{Input: "' onclick='x", Features: features},
	}}
	second := MethodFindings{Method: "grad*input", Findings: []Finding{{Picture: &Picture{Heat: heat, Veil: veil}}}}
	return Report{
		Title: "Attributions of </title>" + hostile,
		Notes: []string{"A note."},
		Rows: []ReportRow{
			{Label: `"><img src=x onerror=alert(1)>.png`, Facts: []Fact{{"probs", "7"}},
				Classes: []ClassFindings{{Class: "class <7>", Facts: []Fact{{"f(x)", "2.5"}}, Methods: []MethodFindings{first, second}}}},
			{Label: "2.png", Classes: []ClassFindings{
				{Class: "class 7", Facts: []Fact{{"f(x)", "-0.5"}}, Methods: []MethodFindings{second}},
				{Class: hostile, Methods: []MethodFindings{second, second}},
			}},
		},
		Methods: []MethodAbout{{Name: "deeplift", About: "what did each input contribute?", Params: []Fact{{"rules", "complete"}}, Notes: []string{hostile}}},
		About:   []Fact{{"model", "javascript:alert(1)"}},
	}
}

func written(t *testing.T, r Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.WriteHTML(&b))
	return b.String()
}

// The golden page is without its pictures, whose bytes the compressor may change.
func TestReportGolden(t *testing.T) {
	got := regexp.MustCompile(`base64,[^"]*"`).ReplaceAllString(written(t, smallReport(t)), `base64,"`)
	path := filepath.Join("testdata", "report.html")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// element is what the structure of a page is checked by.
type element struct {
	name  string
	attrs map[string]string
	text  string // that it holds itself
}

// elements reads a page as XML, which it is as well: everything must be closed and
// nested as it was opened.
func elements(t *testing.T, page string) (list []*element) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	var open []*element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			require.Empty(t, open)
			return list
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			open, list = append(open, e), append(list, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(token)
			}
		}
	}
}

func find(list []*element, name, class string) (found []*element) {
	for _, e := range list {
		if e.name == name && (class == "" || strings.Contains(" "+e.attrs["class"]+" ", " "+class+" ")) {
			found = append(found, e)
		}
	}
	return found
}

func TestReportLoadsNothing(t *testing.T) {
	page := written(t, smallReport(t))
	all := elements(t, page)
	for _, e := range all {
		for name, value := range e.attrs {
			require.False(t, strings.HasPrefix(name, "on") || name == "style" || name == "srcset", "%s %s", e.name, name)
			if name == "src" || name == "href" {
				require.True(t, strings.HasPrefix(value, "data:"), "%s %s=%.40s", e.name, name, value)
			}
		}
		require.NotContains(t, []string{"iframe", "object", "embed", "form", "base", "a"}, e.name)
	}
	outside := regexp.MustCompile(`https?:|//|@import|url\([^#]`)
	require.NotRegexp(t, outside, style()+script)

	policy := ""
	for _, e := range find(all, "meta", "") {
		if e.attrs["http-equiv"] == "Content-Security-Policy" {
			policy = e.attrs["content"]
		}
	}
	hash := func(kind string) string {
		found := find(all, kind, "")
		require.Len(t, found, 1, "one %s, the page's own", kind)
		sum := sha256.Sum256([]byte(found[0].text))
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	require.Equal(t, "default-src 'none'; img-src data:; style-src 'sha256-"+hash("style")+"'; script-src 'sha256-"+hash("script")+"'; base-uri 'none'; form-action 'none'", policy)
	require.Less(t, strings.Index(page, "Content-Security-Policy"), strings.Index(page, "<style>"))
}

func TestReportEscapes(t *testing.T) {
	page := written(t, smallReport(t))
	all := elements(t, page)
	require.Equal(t, `Attributions of </title><script>alert("1")</script>`, find(all, "h1", "")[0].text)
	require.Equal(t, `"><img src=x onerror=alert(1)>.png`, find(all, "span", "label")[0].text)
	var tokens []string
	for _, e := range find(all, "span", "token") {
		tokens = append(tokens, e.text+" "+e.attrs["title"])
	}
	require.Equal(t, []string{"good +2", `<script>alert("1")</script> -1`, `"" 0`, "bad\ufffd +NaN"}, tokens)
	require.NotContains(t, page, "<script>alert")
	require.NotContains(t, page, "<img src=x")
	require.Equal(t, "<b>&amp;", find(all, "td", "name")[18].text)
}

func TestReportParts(t *testing.T) {
	all := elements(t, written(t, smallReport(t)))
	rows := find(all, "details", "row")
	require.Len(t, rows, 2)
	require.Contains(t, rows[1].attrs, "open")

	checked := map[string]int{}
	for _, e := range find(all, "input", "") {
		if _, ok := e.attrs["checked"]; ok {
			checked[e.attrs["name"]]++
		}
	}
	require.Equal(t, map[string]int{"row0-0-methods": 1, "row1": 1, "row1-0-methods": 1, "row1-1-methods": 1}, checked,
		"one tab of each row and class is seen without a script; one class has no tab")
	var sections []string
	for _, e := range find(all, "section", "") {
		sections = append(sections, e.attrs["aria-label"])
	}
	require.Equal(t, []string{"deeplift", "grad*input", "class 7", "grad*input", `<script>alert("1")</script>`, "grad*input", "grad*input"}, sections)
	require.Equal(t, []string{"class <7>", "2.5", "7"}, pairs(find(all, "span", "pair")[:3]), "facts of the only class stand beside the label")
	labels := map[string]bool{}
	for _, e := range find(all, "label", "") {
		labels[e.attrs["for"]] = true
	}
	require.Subset(t, labels, map[string]bool{"row0-0-0": true, "row0-0-1": true, "row1-0": true, "row1-1": true, "row1-1-1": true})

	require.Len(t, find(all, "img", "veil"), 1, "where there is an input to lay it over")
	require.Len(t, find(all, "input", "slider"), 1)
	require.Equal(t, "318", find(all, "img", "veil")[0].attrs["width"], "106 times 3 pixels")
	require.Equal(t, "5 more", find(all, "summary", "")[1].text)
	bars := find(all, "rect", "")[1:]
	require.Len(t, bars, 25)
	require.Equal(t, map[string]string{"class": "against", "x": "0.0", "width": "100.0", "height": "12"}, bars[0].attrs)
	require.Equal(t, map[string]string{"class": "for", "x": "100.0", "width": "71.4", "height": "12"}, bars[5].attrs, "2.5 of 3.5")
	require.Equal(t, "0.0", bars[24].attrs["width"], "what is no number has no bar")
}

// pairs are the values of facts, without their names.
func pairs(list []*element) (values []string) {
	for _, e := range list {
		values = append(values, e.text)
	}
	return values
}

// pictureIn decodes what an img element shows.
func pictureIn(t *testing.T, img *element) image.Image {
	t.Helper()
	data := strings.TrimPrefix(img.attrs["src"], "data:image/png;base64,")
	m, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(data)))
	require.NoError(t, err)
	return m
}

func TestReportPictures(t *testing.T) {
	r := smallReport(t)
	want := r.Rows[0].Classes[0].Methods[0].Findings[0].Picture
	shown := find(elements(t, written(t, r)), "img", "")
	require.Len(t, shown, 8, "input, heat map, both of one method; the heat map of another, four times")
	for i, m := range []image.Image{want.Input, want.Heat, want.Input, want.Veil, want.Heat, want.Heat, want.Heat, want.Heat} {
		got := pictureIn(t, shown[i])
		require.Equal(t, m.Bounds(), got.Bounds())
		for y := range m.Bounds().Dy() {
			for x := range m.Bounds().Dx() {
				r, g, b, a := m.At(x, y).RGBA()
				r2, g2, b2, a2 := got.At(x, y).RGBA()
				for _, c := range [][2]uint32{{r, r2}, {g, g2}, {b, b2}, {a, a2}} {
					require.InDelta(t, float64(c[0]>>8), float64(c[1]>>8), 1, "PNG has colours without their alpha, rounded to whole levels")
				}
			}
		}
	}
}

func TestReportIsBounded(t *testing.T) {
	tokens, features := make([]Token, mostTokens+1), make([]Feature, mostFeatures+1)
	for i := range tokens {
		tokens[i].Text = strings.Repeat("é", mostText+1)
	}
	features[mostFeatures] = Feature{Name: "strongest", Attribution: -2}
	photo := image.NewRGBA(image.Rect(0, 0, 3000, 2000))
	r := Report{Rows: make([]ReportRow, mostOpen+1)}
	r.Rows[0].Classes = []ClassFindings{{Methods: []MethodFindings{{Findings: []Finding{{Tokens: tokens, Features: features, Picture: &Picture{Input: photo, Heat: photo, Veil: photo}}}}}}}
	page := written(t, r)
	require.Less(t, len(page), 1<<20)
	all := elements(t, page)
	require.Len(t, find(all, "span", "token"), mostTokens)
	require.Equal(t, strings.Repeat("é", mostText-1)+"…", find(all, "span", "token")[0].text)
	require.Contains(t, page, "The first 1000 of 1001 tokens.")
	require.Contains(t, page, "The strongest 500 of 501 features.")
	require.Equal(t, "strongest", find(all, "td", "name")[0].text)
	require.Equal(t, image.Rect(0, 0, 320, 213), pictureIn(t, find(all, "img", "")[0]).Bounds())
	rows := find(all, "details", "row")
	require.Contains(t, rows[0].attrs, "open")
	require.NotContains(t, rows[1].attrs, "open", "of many rows the first is open")
}

func TestSaveHTML(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, SaveHTML(path, smallReport(t)))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, written(t, smallReport(t)), string(data))

	err = SaveHTML(filepath.Join(path, "no", "report.html"), Report{})
	var failed *FileError
	require.ErrorAs(t, err, &failed)
	require.True(t, errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "not a directory"), err)
}

// Text on every colour has the contrast that WCAG 2.2 asks for small text.
func TestTokensCanBeRead(t *testing.T) {
	colors := blueWhiteRed()
	for i := -shades; i <= shades; i++ {
		c := colors.at(float64(i) / shades)
		require.GreaterOrEqual(t, contrast(c, inkOn(c)), 4.5, "step %d", i)
		require.Contains(t, style(), fmt.Sprintf(".%s{background:%s;", shade(float64(i)/shades), hex(c)))
	}
}

// A veil over a gray is what Overlay draws.
func TestVeilIsOverlay(t *testing.T) {
	attr := made(t, []float64{0, -0.25, 0.75, -1, 0.5, 1}, 2, 3)
	input := made(t, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}, 2, 3)
	o := HeatMapOptions{Percentile: 100}
	both, err := Overlay(input, attr, o)
	require.NoError(t, err)
	veil, err := Veil(attr, o)
	require.NoError(t, err)
	for i := range 6 {
		x, y := i%3, i/3
		back := float64(level(darkest + (palest-darkest)*0.2*float64(i)))
		v, want := veil.RGBAAt(x, y), both.RGBAAt(x, y)
		clear := 1 - float64(v.A)/255
		for _, c := range [][2]uint8{{v.R, want.R}, {v.G, want.G}, {v.B, want.B}} {
			require.InDelta(t, float64(c[1]), float64(c[0])+clear*back, 1.5, "two roundings to whole levels")
		}
	}
}
