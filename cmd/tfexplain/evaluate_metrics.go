package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// metric is one that --metrics can name.
type metric struct {
	name    string
	higher  bool // is better
	measure func(ctx context.Context, j *judge) (measurement, error)
}

// measurement is what a metric says of a method.
type measurement struct {
	heads  []string       // of the table's columns
	cells  []float64      // in them
	detail map[string]any // in JSON
	x, y   []float64      // a curve, if it has one
	note   string         // what the table must not keep quiet about
}

const (
	sensitivityN   = "sensitivity-n"
	maxSensitivity = "max-sensitivity"
)

func isSensitivityN(m metric) bool { return m.name == sensitivityN }

// allMetrics lists the metrics, in the table's order.
func allMetrics() []metric {
	return []metric{
		{sensitivityN, true, func(ctx context.Context, j *judge) (m measurement, err error) {
			r, err := metrics.SensitivityN{Subsets: j.e.cmd.Subsets, Seed: j.e.cmd.Seed}.Measure(ctx, j.score, j.data)
			if err != nil {
				return m, err
			}
			return ofSensitivityN(r), nil
		}},
		{"deletion", false, func(ctx context.Context, j *judge) (m measurement, err error) {
			r, err := metrics.Deletion{}.Measure(ctx, j.score, j.data)
			if err != nil {
				return m, err
			}
			return ofRemoval("deletion", r), nil
		}},
		{"insertion", true, func(ctx context.Context, j *judge) (m measurement, err error) {
			r, err := metrics.Insertion{}.Measure(ctx, j.score, j.data)
			if err != nil {
				return m, err
			}
			return ofRemoval("insertion", r), nil
		}},
		{"infidelity", false, func(ctx context.Context, j *judge) (m measurement, err error) {
			r, err := metrics.Infidelity{Slopes: givesSlopes(j.method.Method), Seed: j.e.cmd.Seed}.Measure(ctx, j.score, j.data)
			if err != nil {
				return m, err
			}
			mean := r.Infidelity.Mean()
			return measurement{heads: []string{"infidelity"}, cells: []float64{mean}, detail: map[string]any{"mean": number64(mean), "rows": numbers64(r.Infidelity)}}, nil
		}},
		{maxSensitivity, false, func(ctx context.Context, j *judge) (m measurement, err error) {
			r, err := metrics.MaxSensitivity{Radius: j.e.cmd.Radius, Seed: j.e.cmd.Seed}.Measure(ctx, j.explain, j.data)
			if err != nil {
				return m, err
			}
			mean := r.Relative.Mean()
			return measurement{heads: []string{maxSensitivity}, cells: []float64{mean},
				detail: map[string]any{"mean_relative": number64(mean), "rows": numbers64(r.Max), "rows_relative": numbers64(r.Relative)}}, nil
		}},
		{"completeness", false, func(ctx context.Context, j *judge) (m measurement, err error) {
			r, err := metrics.Completeness{}.Measure(ctx, j.score, j.data)
			if err != nil {
				return m, err
			}
			return measurement{heads: []string{"completeness"}, cells: []float64{r.Error.Max()},
				detail: map[string]any{"max": number64(r.Error.Max()), "max_relative": number64(r.Relative.Max()), "rows": numbers64(r.Error), "rows_relative": numbers64(r.Relative)}}, nil
		}},
	}
}

func ofSensitivityN(r *metrics.SensitivityNResult) measurement {
	m := measurement{}
	var undefined []int
	var rows [][]*float64
	for i, n := range r.Sizes {
		m.x, m.y = append(m.x, float64(n)), append(m.y, r.R[i].Mean())
		undefined, rows = append(undefined, r.R[i].Undefined()), append(rows, numbers64(r.R[i]))
	}
	last := len(r.Sizes) - 1
	m.heads = []string{fmt.Sprintf("r(n=%d)", r.Sizes[0]), fmt.Sprintf("r(n=%d)", r.Sizes[last]), "r(all n)"}
	m.cells = []float64{m.y[0], m.y[last], r.Mean()}
	if last == 0 { // of two features one can be removed
		m.heads, m.cells = m.heads[:1], m.cells[:1]
	}
	m.detail = map[string]any{"mean": number64(r.Mean()), "sizes": r.Sizes, "means": numbers64(m.y), "undefined": undefined, "rows": rows}
	if n := r.Undefined(); n > 0 {
		m.note = fmt.Sprintf("r is not defined in %d of %d rows and sizes", n, len(r.Sizes)*len(r.R[0]))
	}
	return m
}

func ofRemoval(head string, r *metrics.RemovalResult) measurement {
	mean := r.AUC.Mean()
	return measurement{heads: []string{head}, cells: []float64{mean},
		detail: map[string]any{"mean": number64(mean), "rows": numbers64(r.AUC), "share": r.Share, "curve": numbers64(r.Curve)}}
}

// chooseMetrics finds the metrics of --metrics; none given are all.
func chooseMetrics(names []string) ([]metric, error) {
	all := allMetrics()
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	for _, m := range all {
		known = append(known, m.name)
	}
	for i, name := range names {
		if !slices.Contains(known, name) {
			return nil, usagef("--metrics %s: wanted some of %s", word(name), listed(known))
		}
		if slices.Contains(names[:i], name) {
			return nil, usagef("--metrics %s is given twice", name)
		}
	}
	return slices.DeleteFunc(all, func(m metric) bool { return !slices.Contains(names, m.name) }), nil
}

// number64 is a number as JSON has it, which knows no NaN: nil is null.
func number64(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func numbers64(v []float64) []*float64 {
	out := make([]*float64, len(v))
	for i, x := range v {
		out[i] = number64(x)
	}
	return out
}
