package main

import (
	"cmp"
	"fmt"

	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// mostReportTabs bounds the size of a report: a tab with three large photographs
// is some 0.4 MB, and pages of 40 MB still open with ease.
const mostReportTabs = 100

// reportRows is how many rows a report shows in which each has so many tabs. Each
// input that may be a picture counts as a tab.
func reportRows(r *tfexplain.Result, tabs int) int {
	pictures := 0
	for _, a := range r.Attributions {
		if len(a.Shape()) > 2 {
			pictures++
		}
	}
	return min(len(r.Target), max(1, mostReportTabs/max(1, tabs*max(1, pictures))))
}

// writeReport writes a page with a part for each row, and in it a tab for each
// choice and in that one for each method.
func writeReport(dest string, p *plan, found []explanation, percentile float64) error {
	s := found[0].summary
	shown := reportRows(found[0].runs[0].result, len(found)*len(s.methods))
	r := render.Report{Title: titleOf(found, p.target.Key), Notes: p.reportNotes(found, percentile, shown), About: p.made}
	for i, run := range found[0].runs {
		about := aboutMethod(run.method, s.methods[i])
		for _, e := range found {
			if players := e.methods[i].players; players != "" {
				about.Notes = append(about.Notes, e.players(players, len(found) > 1))
			}
		}
		r.Methods = append(r.Methods, about)
	}
	for row := range shown {
		one := render.ReportRow{Label: s.labels[row], Facts: s.rowFacts(row)}
		for _, e := range found {
			tab, err := p.classFindings(e, row, percentile)
			if err != nil {
				return err
			}
			one.Classes = append(one.Classes, tab)
		}
		r.Rows = append(r.Rows, one)
	}
	return render.SaveHTML(dest, r)
}

// classFindings are what all methods said of a choice in a row.
func (p *plan) classFindings(e explanation, row int, percentile float64) (render.ClassFindings, error) {
	tab := render.ClassFindings{Class: e.explained(row), Facts: []render.Fact{{Name: "f(x)", Value: number(e.target[row])}}}
	for i, run := range e.runs {
		part := render.MethodFindings{Method: e.methods[i].name, Facts: e.methodFacts(run, i, row)}
		var err error
		if part.Findings, err = p.findings(run, row, percentile); err != nil {
			return tab, err
		}
		tab.Methods = append(tab.Methods, part)
	}
	return tab, nil
}

// players says of which choice it is what a method found for its players.
func (e explanation) players(about string, several bool) string {
	if several {
		return e.name + ": " + about
	}
	return about
}

// reportNotes say what a reader must know.
func (p *plan) reportNotes(found []explanation, percentile float64, shown int) []string {
	s := found[0].summary
	colours := cmp.Or(found[0].colours(), "Red speaks for what is explained, blue against it, white does neither.")
	notes := []string{fmt.Sprintf("%s In pictures the strongest colours begin at percentile %g of |attribution|; for tokens and bars they are the largest.", colours, percentile)}
	return append(append(notes, s.legend(p.baseline)), s.leftOut(shown)...)
}

// rowFacts are about a row, whatever is explained by whatever method.
func (s *summary) rowFacts(row int) []render.Fact {
	if s.predict == "" {
		return nil
	}
	return []render.Fact{{Name: s.predict, Value: s.answers[row].String()}}
}

// explained is what is explained in a row.
func (s *summary) explained(row int) string {
	if s.byClass {
		return "class " + s.classes[row]
	}
	return s.classes[row]
}

// methodFacts are about a row and a method.
func (s *summary) methodFacts(run methodRun, method, row int) []render.Fact {
	m := s.methods[method]
	var facts []render.Fact
	if base := run.result.BaselineTarget; base != nil {
		facts = append(facts, render.Fact{Name: "f(x0)", Value: number(base[row])})
	}
	facts = append(facts, render.Fact{Name: "sum", Value: number(m.sums[row])})
	if m.delta != nil {
		facts = append(facts, render.Fact{Name: "delta", Value: rough(m.delta[row])})
	}
	return append(facts, render.Fact{Name: "top 5% carry", Value: fmt.Sprintf("%.1f%%", 100*m.shares[row])})
}

// aboutMethod says what a method asks, and with which parameters it was run.
func aboutMethod(m chosenMethod, s methodSummary) render.MethodAbout {
	about := render.MethodAbout{Name: s.name, About: m.info.About}
	for _, param := range m.info.Params {
		value, given := m.given[param.Name]
		if !given {
			value = param.Default
		}
		about.Params = append(about.Params, render.Fact{Name: param.Name, Value: value})
	}
	if s.delta != nil && !s.complete {
		about.Notes = append(about.Notes, "nothing binds its sum to f(x) - f(x0)")
	}
	if len(s.fallbacks) > 0 {
		about.Notes = append(about.Notes, tookGradient(s.name, s.fallbacks))
	}
	return about
}

// findings are what a method said of a row: of ids and texts as tokens, of
// pictures and sequences as pictures, and of numbers and categories as one table
// of features.
func (p *plan) findings(run methodRun, row int, percentile float64) ([]render.Finding, error) {
	var list []render.Finding
	var numbers []render.Feature
	add := func(x tfexplain.Explained, f render.Finding) {
		if len(run.explained) > 1 {
			f.Input = x.Name
		}
		list = append(list, f)
	}
	for _, x := range run.explained {
		tokens, err := p.rowTokens(run, x, row)
		if err != nil {
			return nil, err
		}
		if tokens != nil {
			add(x, render.Finding{Tokens: tokens})
			continue
		}
		picture, err := p.rowPicture(run, x.Name, row, percentile)
		if err != nil {
			return nil, err
		}
		if picture != nil {
			add(x, render.Finding{Picture: picture})
			continue
		}
		features, err := p.rowFeatures(run, x.Name, row)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, features...)
	}
	if len(numbers) > 0 {
		list = append(list, render.Finding{Features: numbers})
	}
	return list, nil
}

// rowTokens are the ids or texts of a row; nil if x embeds none, or only one, a
// category.
func (p *plan) rowTokens(run methodRun, x tfexplain.Explained, row int) ([]render.Token, error) {
	t, err := p.tokensOf(run.result, x)
	if t == nil || err != nil {
		return nil, err
	}
	values, err := t.attribution.Float64s()
	if err != nil {
		return nil, err
	}
	n := t.ids.Shape()[1]
	if n == 1 {
		return nil, nil
	}
	tokens := make([]render.Token, n)
	for i := range tokens {
		tokens[i] = render.Token{Text: t.text[row*n+i], Attribution: values[row*n+i]}
	}
	return tokens, nil
}

// rowPicture draws a row of an input; nil for a vector and for what has too many
// axes.
func (p *plan) rowPicture(run methodRun, key string, row int, percentile float64) (*render.Picture, error) {
	v, err := p.viewed(run, key, row)
	if err != nil || len(v.shape) < 2 {
		return nil, err
	}
	o := render.HeatMapOptions{Percentile: percentile, ChannelsFirst: v.channelsFirst}
	cells, err := draw(v.input, v.attribution, v.shape, o)
	if isAny[*render.ShapeError](err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	picture := &render.Picture{Input: cells[0].Image, Heat: cells[1].Image, Scale: cells[1].Scale}
	attribution, err := v.attribution.Reshape(v.shape...)
	if err != nil {
		return nil, err
	}
	picture.Veil, err = render.Veil(attribution, o)
	return picture, err
}
