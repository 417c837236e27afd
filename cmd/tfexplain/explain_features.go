package main

import (
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/render"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// rowFeatures are the elements of a row of an input, each with its attribution
// and, where they are known, its value and the one it is compared with.
func (p *plan) rowFeatures(run methodRun, key string, row int) ([]render.Feature, error) {
	v, err := p.viewed(run, key, row)
	if err != nil {
		return nil, err
	}
	attributions, err := v.attribution.Float64s()
	if err != nil {
		return nil, err
	}
	values, err := p.elements(key, v.input)
	if err != nil {
		return nil, err
	}
	baseline, err := p.baselineElements(run, key, row, len(attributions))
	if err != nil {
		return nil, err
	}
	names := p.featureNames(key, v.attribution.Shape()[1:], len(run.explained) > 1)
	list := make([]render.Feature, len(attributions))
	for i, a := range attributions {
		list[i] = render.Feature{Name: names[i], Attribution: a}
		if len(values) == len(attributions) {
			list[i].Value = values[i]
		}
		if len(baseline) == len(attributions) && list[i].Value != "" {
			list[i].Baseline = baseline[i]
		}
	}
	return list, nil
}

// elements are the values of a row as texts; nil if there are none.
func (p *plan) elements(key string, row *tensor.Tensor) ([]string, error) {
	switch {
	case row == nil:
		return nil, nil
	case row.DType() == tensor.String || p.words.of[key] != nil:
		text, err := p.words.spell(key, row)
		for i, word := range text {
			text[i] = printed(word)
		}
		return text, err
	}
	numbers, err := row.Float64s()
	if err != nil {
		return nil, err
	}
	return printedNumbers(numbers), nil
}

func printedNumbers(numbers []float64) []string {
	text := make([]string, len(numbers))
	for i, v := range numbers {
		text[i] = strconv.FormatFloat(v, 'g', 5, 64)
	}
	return text
}

// baselineElements are what a row is compared with: the mean of the references
// where there are several. Nil where the method compares with nothing.
func (p *plan) baselineElements(run methodRun, key string, row, n int) ([]string, error) {
	if !run.method.info.Baseline || p.in.values[key] == nil {
		return nil, nil
	}
	b := p.baseline.values[key]
	if b == nil {
		zeros, err := tensor.Zeros(p.in.values[key].DType(), n)
		if err != nil {
			return nil, err
		}
		return p.elements(key, zeros)
	}
	switch rows := b.Shape()[0]; {
	case rows == 1:
		return p.elements(key, b)
	case p.baseline.perSample:
		own, err := b.Rows(row, row+1)
		if err != nil {
			return nil, err
		}
		return p.elements(key, own)
	case !b.DType().IsFloat(): // ids and texts have no mean
		return nil, nil
	}
	mean, err := meanRow(b, n)
	return printedNumbers(mean), err
}

// featureNames names the elements of a row: by the columns of its CSV file, else
// by index. The input's key goes in front where several are explained, and is all
// where a row is one number.
func (p *plan) featureNames(key string, shape []int, several bool) []string {
	n := 1
	for _, size := range shape {
		n *= size
	}
	names := make([]string, n)
	columns := p.in.columns(key)
	for i := range names {
		switch {
		case n == 1:
			names[i] = key
		case len(columns) == n:
			names[i] = columns[i]
		default:
			if names[i] = index(i, shape); several {
				names[i] = key + names[i]
			}
		}
	}
	return names
}

// index is where the i-th element of a tensor stands, such as [2,0].
func index(i int, shape []int) string {
	at := make([]string, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		at[axis] = strconv.Itoa(i % shape[axis])
		i /= shape[axis]
	}
	return "[" + strings.Join(at, ",") + "]"
}

// columns are the names of the columns of an input's CSV file; nil if it has none.
func (in *inputs) columns(key string) []string {
	t := in.values[key]
	if t == nil || t.DType() == tensor.String || len(in.parts[key]) == 0 || suffix(in.parts[key][0].path) != ".csv" {
		return nil
	}
	names, err := tensorfile.ColumnNames(in.parts[key][0].path, t.DType())
	if err != nil { // it was read before; if it is gone now, indices will do
		return nil
	}
	return names
}
