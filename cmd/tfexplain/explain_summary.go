package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// topShare is the share of sum(|a|) that the strongest 5 % of the elements
// carry: ceil(n/20) of n. It is 0 when all are 0, and NaN when one is.
func topShare(a []float64) float64 {
	magnitudes := make([]float64, len(a))
	total := 0.0
	for i, v := range a {
		magnitudes[i] = math.Abs(v)
		total += magnitudes[i]
	}
	if total == 0 {
		return 0
	}
	slices.SortFunc(magnitudes, func(a, b float64) int { return cmp.Compare(b, a) })
	top := 0.0
	for _, v := range magnitudes[:(len(a)+19)/20] {
		top += v
	}
	return top / total
}

// prediction is the largest entry of an output in one row.
type prediction struct {
	index string // "3", or "3,1" where a row has several axes; empty where it has one entry
	value float64
}

// String is "8 (0.9987)", or "0.9987" of one entry.
func (p prediction) String() string {
	if p.index == "" {
		return number(p.value)
	}
	return fmt.Sprintf("%s (%s)", p.index, number(p.value))
}

// summary is what the table and the captions of pictures say.
type summary struct {
	labels  []string
	classes []string // or other words for what is explained, unless byClass
	byClass bool
	target  []float64
	predict string // the output's key; empty for none
	answers []prediction
	methods []methodSummary
}

// methodSummary is what one method gave, row by row.
type methodSummary struct {
	name      string
	sums      []float64 // of all attributions
	delta     []float64 // nil where no method compares with a baseline
	shares    []float64 // topShare
	fallbacks []graphops.Refusal
	complete  bool   // the sums are meant to be f(x) - f(x0)
	players   string // how many, and how sure their values are; empty without any
}

// leftOut is a note where not all rows are shown.
func (s *summary) leftOut(shown int) []string {
	if shown == len(s.labels) {
		return nil
	}
	return []string{fmt.Sprintf("Shown are the first %d of %d rows.", shown, len(s.labels))}
}

func (s *summary) hasDelta() bool { return len(s.methods) > 0 && s.methods[0].delta != nil }

// explanation is what the methods said of one choice.
type explanation struct {
	choice
	runs []methodRun
	*summary
}

// explanations adds everything up, choice by choice.
func (c *explainCmd) explanations(ctx context.Context, m *savedmodel.Model, p *plan, all [][]methodRun) ([]explanation, error) {
	var answers []prediction
	if c.Predict != "" {
		var err error
		if answers, err = predict(ctx, m, p, c.Predict, len(all[0][0].result.Target), c.BatchSize); err != nil {
			return nil, err
		}
	}
	var list []explanation
	for i, runs := range all {
		s, err := p.summary(p.choices[i], runs)
		if err != nil {
			return nil, err
		}
		s.predict, s.answers = c.Predict, answers
		list = append(list, explanation{choice: p.choices[i], runs: runs, summary: s})
	}
	return list, nil
}

// summary adds up what the methods said of one choice.
func (p *plan) summary(choice choice, runs []methodRun) (*summary, error) {
	first := runs[0].result
	rows := len(first.Target)
	s := &summary{labels: p.in.labels(rows), target: first.Target, byClass: first.Classes != nil}
	for row := range rows {
		class := choice.word
		if first.Classes != nil {
			class = strconv.Itoa(first.Classes[row])
		}
		s.classes = append(s.classes, class)
	}
	for _, run := range runs {
		one, err := summarize(run, baselineTarget(runs))
		if err != nil {
			return nil, err
		}
		s.methods = append(s.methods, one)
	}
	return s, nil
}

// baselineTarget is f(x0) of the methods that compare; nil if none does.
func baselineTarget(runs []methodRun) []float64 {
	for _, run := range runs {
		if run.result.BaselineTarget != nil {
			return run.result.BaselineTarget
		}
	}
	return nil
}

// summarize adds up what one method gave. A method that compares with nothing
// gets a delta against the baseline of another.
func summarize(run methodRun, base []float64) (methodSummary, error) {
	r := run.result
	rows := len(r.Target)
	s := methodSummary{name: run.method.Name(), sums: make([]float64, rows), delta: r.Delta, fallbacks: r.Fallbacks,
		complete: run.method.info.Complete, players: aboutPlayers(r.Players, run.method.info.Complete)}
	if s.delta == nil && base != nil {
		s.delta = make([]float64, rows)
	}
	for row := range rows {
		values, err := rowValues(r.Attributions, row)
		if err != nil {
			return s, err
		}
		if run.method.leavesGaps() {
			values = slices.DeleteFunc(values, math.IsNaN)
		}
		for _, v := range values {
			s.sums[row] += v
		}
		if r.Delta == nil && base != nil {
			s.delta[row] = s.sums[row] - (r.Target[row] - base[row])
		}
		s.shares = append(s.shares, topShare(values))
	}
	return s, nil
}

// rowValues are the attributions of one row, of all explained inputs together.
func rowValues(attributions map[string]*tensor.Tensor, row int) ([]float64, error) {
	var all []float64
	for _, key := range slices.Sorted(maps.Keys(attributions)) {
		r, err := attributions[key].Rows(row, row+1)
		if err != nil {
			return nil, err
		}
		values, err := r.Float64s()
		if err != nil {
			return nil, err
		}
		all = append(all, values...)
	}
	return all, nil
}
