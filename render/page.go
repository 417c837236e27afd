package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/draw"
)

// page is a report as its template takes it.
type page struct {
	Report
	Policy string
	Style  template.CSS
	Script template.JS
	Stops  []stop // of the colour bar
	Rows   []pageRow
}

type stop struct{ Offset, Color string }

type pageRow struct {
	Label, ID string
	Open      bool
	Facts     []Fact
	Classes   []pageClass // with tabs, if there are several
}

type pageClass struct {
	Class, ID string
	Facts     []Fact
	Tabs      []pageTab
}

type pageTab struct {
	Method, ID string
	Facts      []Fact
	Findings   []pageFinding
}

type pageFinding struct {
	Input    string
	Picture  *pagePicture
	Tokens   *pageTokens
	Features *pageFeatures
}

// mostOpen is how many rows are open at first; of more only the first is, so that
// the others can be looked over.
const mostOpen = 4

func newPage(r Report) (*page, error) {
	p := &page{Report: r, Style: template.CSS(style()), Script: template.JS(script)}
	p.Policy = policy(string(p.Style), string(p.Script))
	for i, c := range blueWhiteRed() {
		p.Stops = append(p.Stops, stop{fmt.Sprintf("%g%%", 12.5*float64(i)), hex(c)}) // 9 colours
	}
	for i, row := range r.Rows {
		shown := pageRow{Label: cut(row.Label), ID: fmt.Sprintf("row%d", i), Open: i == 0 || len(r.Rows) <= mostOpen, Facts: row.Facts}
		for k, c := range row.Classes {
			class, err := newClass(c, fmt.Sprintf("%s-%d", shown.ID, k))
			if err != nil {
				return nil, err
			}
			shown.Classes = append(shown.Classes, class)
		}
		if len(shown.Classes) == 1 { // no tabs, so that it stands beside the label
			class := &shown.Classes[0]
			shown.Facts = slices.Concat([]Fact{{Name: "explained", Value: class.Class}}, class.Facts, shown.Facts)
			class.Facts = nil
		}
		p.Rows = append(p.Rows, shown)
	}
	return p, nil
}

func newClass(c ClassFindings, id string) (pageClass, error) {
	out := pageClass{Class: cut(c.Class), ID: id, Facts: c.Facts}
	for i, m := range c.Methods {
		tab := pageTab{Method: cut(m.Method), ID: fmt.Sprintf("%s-%d", id, i), Facts: m.Facts}
		for _, f := range m.Findings {
			one, err := newFinding(f)
			if err != nil {
				return out, err
			}
			tab.Findings = append(tab.Findings, one)
		}
		out.Tabs = append(out.Tabs, tab)
	}
	return out, nil
}

func newFinding(f Finding) (pageFinding, error) {
	out := pageFinding{Input: cut(f.Input), Tokens: newTokens(f.Tokens), Features: newFeatures(f.Features)}
	var err error
	if f.Picture != nil {
		out.Picture, err = newPicture(f.Picture)
	}
	return out, err
}

func (p *page) write(w io.Writer) error {
	t, err := template.New("report").Funcs(template.FuncMap{"cut": cut}).Parse(pageTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// policy lets a page have the one style sheet and the one script that it was
// written with, and pictures that are inside it; it can load nothing (Content
// Security Policy Level 3, W3C).
func policy(style, script string) string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; img-src data:; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'"
}

// pageSize is the width and height up to which pictures are shown: eleven times
// the 28 pixels of a digit, and more than the 299 of the largest usual networks.
const pageSize = 320

type pagePicture struct {
	Input, Heat, Veil    template.URL // data: URIs; an empty one is missing
	Width, Height        int          // on the page
	Scale                string
	Enlarged, Overlaying bool
}

func newPicture(p *Picture) (*pagePicture, error) {
	out := &pagePicture{Scale: p.Scale}
	size := fitted(p.Heat, pageSize).Size()
	if out.Width, out.Height = size.X, size.Y; missing(p.Heat) || size.X == 0 {
		return nil, nil
	}
	out.Enlarged = p.Heat.Bounds().Dx() <= size.X
	for _, m := range []struct {
		img image.Image
		to  *template.URL
	}{{p.Input, &out.Input}, {p.Heat, &out.Heat}, {p.Veil, &out.Veil}} {
		uri, err := dataURI(m.img)
		if err != nil {
			return nil, err
		}
		*m.to = uri
	}
	out.Overlaying = out.Input != "" && out.Veil != ""
	return out, nil
}

// dataURI is a picture as text, shrunk to pageSize and empty for no picture. Small
// pictures are left to the browser to enlarge.
func dataURI(img image.Image) (template.URL, error) {
	size := fitted(img, pageSize)
	if size.Empty() {
		return "", nil
	}
	if img.Bounds().Dx() > size.Dx() {
		small := image.NewRGBA(size)
		draw.CatmullRom.Scale(small, size, img, img.Bounds(), draw.Src, nil)
		img = small
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "", err
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil
}
