package main

import (
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// write writes the results in the form that the file's suffix names.
func (f outFile) write(p *plan, runs []methodRun, s *summary, percentile float64) error {
	switch suffix(f.path) {
	case ".png":
		return writeSheet(f.dest, p, runs, s, percentile)
	case ".html":
		return writeReport(f.dest, p, runs, s, percentile)
	}
	arrays, err := namedResults(runs)
	if err != nil {
		return err
	}
	if suffix(f.path) == ".json" {
		tokens, err := p.namedTokens(runs)
		if err != nil {
			return err
		}
		return tensorfile.WriteJSON(f.dest, arrays, tokens...)
	}
	return tensorfile.WriteNPZ(f.dest, arrays)
}

// namedResults are the arrays of a result file; rows are always first. With
// several methods each name starts with the method's.
func namedResults(runs []methodRun) ([]tensorfile.Named, error) {
	var arrays []tensorfile.Named
	for _, run := range runs {
		prefix := ""
		if len(runs) > 1 {
			prefix = run.method.Name() + "."
		}
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
		players, err := namedPlayers(prefix+"players.", r.Players)
		if err != nil {
			return nil, err
		}
		arrays = append(arrays, players...)
	}
	return arrays, nil
}
