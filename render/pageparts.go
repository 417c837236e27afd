package render

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	mostText     = 200  // letters of a text
	mostTokens   = 1000 // of a row; some two pages of a book
	mostFeatures = 500  // of a row
	unfolded     = 20   // features that are seen without unfolding
)

// cut shortens a text that is too long for the page.
func cut(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if r := []rune(text); len(r) > mostText {
		return string(r[:mostText-1]) + "…"
	}
	return text
}

// signed is an attribution as the page shows it.
func signed(v float64) string {
	if v == 0 { // also where it has a sign
		return "0"
	}
	return fmt.Sprintf("%+.4g", v)
}

type pageTokens struct {
	List  []pageToken
	Scale string
	Note  string
}

type pageToken struct{ Text, Class, Title string }

func newTokens(tokens []Token) *pageTokens {
	if len(tokens) == 0 {
		return nil
	}
	out := &pageTokens{}
	shown := tokens[:min(mostTokens, len(tokens))]
	if len(shown) < len(tokens) {
		out.Note = fmt.Sprintf("The first %d of %d tokens.", len(shown), len(tokens))
	}
	values := make([]float64, len(shown))
	for i, t := range shown {
		values[i] = t.Attribution
	}
	scale := NewScale(values, 100)
	out.Scale = scale.String()
	for _, t := range shown {
		text := cut(t.Text)
		if text == "" {
			text = `""`
		}
		out.List = append(out.List, pageToken{Text: text, Class: shade(scale.Position(t.Attribution)), Title: signed(t.Attribution)})
	}
	return out
}

type pageFeatures struct {
	First, Rest pageTable
	Note        string
}

// byStrength puts the largest |attribution| first and what is not a number last.
func byStrength(a, b Feature) int {
	return cmp.Compare(math.Abs(b.Attribution), math.Abs(a.Attribution))
}

type pageTable struct {
	Heads     bool // over the columns
	List      []pageFeature
	Values    bool // some have a value
	Baselines bool // some have a baseline
}

// pageFeature has a bar in a box of 200 by 12 with zero at 100.
type pageFeature struct {
	Name, Value, Baseline, Attribution string
	Class, X, Width                    string
}

func newFeatures(features []Feature) *pageFeatures {
	if len(features) == 0 {
		return nil
	}
	sorted := slices.Clone(features)
	slices.SortStableFunc(sorted, byStrength)
	out := &pageFeatures{}
	if len(sorted) > mostFeatures {
		out.Note = fmt.Sprintf("The strongest %d of %d features.", mostFeatures, len(sorted))
		sorted = sorted[:mostFeatures]
	}
	values := make([]float64, len(sorted))
	for i, f := range sorted {
		values[i] = f.Attribution
	}
	scale := NewScale(values, 100)
	var list []pageFeature
	for _, f := range sorted {
		one := pageFeature{Name: cut(f.Name), Value: cut(f.Value), Baseline: cut(f.Baseline), Attribution: signed(f.Attribution)}
		one.bar(scale.Position(f.Attribution))
		list = append(list, one)
	}
	out.First.Heads = true
	out.First.Values = slices.ContainsFunc(list, func(f pageFeature) bool { return f.Value != "" })
	out.First.Baselines = slices.ContainsFunc(list, func(f pageFeature) bool { return f.Baseline != "" })
	out.Rest = out.First // with the same columns
	out.Rest.Heads = false
	out.First.List, out.Rest.List = list[:min(unfolded, len(list))], list[min(unfolded, len(list)):]
	return out
}

func (f *pageFeature) bar(position float64) {
	if math.IsNaN(position) {
		position = 0
	}
	f.Class = "for"
	left := 100.0
	if position < 0 {
		f.Class, left = "against", 100+100*position
	}
	f.X, f.Width = strconv.FormatFloat(left, 'f', 1, 64), strconv.FormatFloat(100*math.Abs(position), 'f', 1, 64)
}
