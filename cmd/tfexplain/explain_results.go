package main

import (
	"iter"
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// write writes the results in the form that the file's suffix names.
func (f outFile) write(p *plan, found []explanation, percentile float64) error {
	switch suffix(f.path) {
	case ".png":
		if p.plot != plotHeatmap {
			return writeCharts(f.dest, p, found)
		}
		return writeSheet(f.dest, p, found, percentile)
	case ".html":
		return writeReport(f.dest, p, found, percentile)
	}
	arrays, err := namedResults(found)
	if err != nil {
		return err
	}
	if suffix(f.path) == ".json" {
		tokens, err := p.namedTokens(found)
		if err != nil {
			return err
		}
		return tensorfile.WriteJSON(f.dest, arrays, tokens...)
	}
	return tensorfile.WriteNPZ(f.dest, arrays)
}

// prefixed are the runs of all choices with what the names of their results start
// with: the choice where there are several, and the method where there are.
func prefixed(found []explanation) iter.Seq2[string, methodRun] {
	return func(yield func(string, methodRun) bool) {
		for _, e := range found {
			for _, run := range e.runs {
				prefix := ""
				if len(found) > 1 {
					prefix = e.name + "."
				}
				if len(e.runs) > 1 {
					prefix += run.method.Name() + "."
				}
				if !yield(prefix, run) {
					return
				}
			}
		}
	}
}

// namedResults are the arrays of a result file; rows are always first.
func namedResults(found []explanation) ([]tensorfile.Named, error) {
	var arrays []tensorfile.Named
	for prefix, run := range prefixed(found) {
		r := run.result
		for _, key := range slices.Sorted(maps.Keys(r.Attributions)) {
			arrays = append(arrays, tensorfile.Named{Name: prefix + "attributions." + key, Tensor: r.Attributions[key]})
		}
		for _, v := range []struct {
			name   string
			values []float64
		}{{"target_value", r.Target}, {"baseline_value", r.BaselineTarget}, {"delta", r.Delta}} {
			if v.values == nil && v.name != "target_value" {
				continue
			}
			t, err := tensor.New(v.values, len(v.values))
			if err != nil {
				return nil, err
			}
			arrays = append(arrays, tensorfile.Named{Name: prefix + v.name, Tensor: t})
		}
		if r.Classes != nil {
			classes, err := namedClasses(r.Classes)
			if err != nil {
				return nil, err
			}
			arrays = append(arrays, tensorfile.Named{Name: prefix + "classes", Tensor: classes})
		}
		players, err := namedPlayers(prefix+"players.", r.Players)
		if err != nil {
			return nil, err
		}
		arrays = append(arrays, players...)
	}
	return arrays, nil
}

// namedClasses are the classes explained, row by row.
func namedClasses(classes []int) (*tensor.Tensor, error) {
	list := make([]int64, len(classes))
	for i, k := range classes {
		list[i] = int64(k)
	}
	return tensor.New(list, len(list))
}
