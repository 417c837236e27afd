package render

import (
	"image"
	"io"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
)

// Report is a page of HTML about what methods said of rows. The page is one file:
// it loads nothing, and its Content-Security-Policy forbids that it does. All
// texts are shown as they are and never understood as HTML.
type Report struct {
	Title   string
	Notes   []string // what a reader must know, above the rows
	Rows    []ReportRow
	Methods []MethodAbout
	About   []Fact // the model, the target, versions
}

// Fact is a name with what it has.
type Fact struct{ Name, Value string }

// ReportRow is one row, with a tab for each class of the model's answer that is
// explained; with one class there are no such tabs, and its name and facts stand
// beside the label.
type ReportRow struct {
	Label   string
	Facts   []Fact // what is the same for all classes and methods
	Classes []ClassFindings
}

// ClassFindings is what methods said of a class, or of whatever else is explained,
// with a tab for each method.
type ClassFindings struct {
	Class   string
	Facts   []Fact // what is the same for all methods
	Methods []MethodFindings
}

// MethodFindings is what a method said of a row.
type MethodFindings struct {
	Method   string
	Facts    []Fact
	Findings []Finding
}

// Finding is what a method said of an input: as a picture, tokens or features,
// whichever are there.
type Finding struct {
	Input    string // its name, or empty where there is only one
	Picture  *Picture
	Tokens   []Token
	Features []Feature
}

// Picture is an input beside its attribution, and both laid over each other.
type Picture struct {
	Input image.Image // as Input draws it; nil where the input has no colours
	Heat  image.Image // as HeatMap draws it
	Veil  image.Image // as Veil draws it
	Scale string      // as Scale.String gives it
}

// Token is a piece of a text, or an id, coloured by its attribution.
type Token struct {
	Text        string
	Attribution float64
}

// Feature is one number of an input, with a bar for its attribution.
type Feature struct {
	Name, Value string
	Baseline    string // the value it is compared with; empty for none
	Attribution float64
}

// MethodAbout describes a method that the report shows.
type MethodAbout struct {
	Name, About string
	Params      []Fact
	Notes       []string
}

// SaveHTML writes a report as a whole or not at all, as SavePNG does. The error is
// a *FileError.
func SaveHTML(path string, r Report) error {
	return fileError(path, tensorfile.ReplaceFile(path, r.WriteHTML))
}

// WriteHTML writes a report. Texts longer than 200 letters are cut; a row shows its
// first 1000 tokens and its 500 strongest features, and says so; pictures wider or
// higher than 320 pixels are shrunk.
func (r Report) WriteHTML(w io.Writer) error {
	page, err := newPage(r)
	if err != nil {
		return err
	}
	return page.write(w)
}
