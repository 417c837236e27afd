package main

import (
	"fmt"
	"image"
	"maps"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// inputs are the values to explain, and what is known about their files.
type inputs struct {
	values    map[string]*tensor.Tensor // by key, rows first
	parts     map[string][]part         // the files that each value was joined from
	perRow    map[string]bool           // inputs that have an entry for each row
	rows      int
	fixedRows int // the number of rows the model was exported for; 0: any
}

// part is the rows that came from one file.
type part struct {
	path   string
	rows   int
	bounds image.Rectangle // of a picture; empty for other files
}

// count finds the rows. An input has rows if its first axis is open; where no
// input has an open one, the model was exported for the number of rows that
// the target has.
func (in *inputs) count(sig *savedmodel.Signature, target savedmodel.TensorInfo) {
	in.perRow = map[string]bool{}
	if target.Name == "" && len(sig.Outputs) > 0 { // inside the model
		target = sig.Outputs[0]
	}
	for _, open := range []bool{true, false} {
		for _, info := range sig.Inputs {
			t := in.values[info.Key]
			if t == nil || len(t.Shape()) == 0 || open && info.KnownRank && info.Shape[0] >= 0 {
				continue
			}
			if !open && (len(target.Shape) == 0 || target.Shape[0] != info.Shape[0]) {
				continue
			}
			in.perRow[info.Key] = true
			in.rows = max(in.rows, t.Shape()[0])
			if !open {
				in.fixedRows = info.Shape[0]
			}
		}
		if len(in.perRow) > 0 {
			return
		}
	}
}

// explained are the inputs that are attributed: those that were named, else
// every float input with rows, else every other input with rows.
func (in *inputs) explained(sig *savedmodel.Signature, named []string) []string {
	if len(named) > 0 {
		return named
	}
	var floats, others []string
	for _, info := range sig.Inputs {
		switch {
		case !in.perRow[info.Key]:
		case info.DType.IsFloat():
			floats = append(floats, info.Key)
		default:
			others = append(others, info.Key)
		}
	}
	if len(floats) > 0 {
		return floats
	}
	return others
}

// files are the names of all files that were read.
func (in *inputs) files() []string {
	var paths []string
	for _, parts := range in.parts {
		for _, p := range parts {
			paths = append(paths, p.path)
		}
	}
	return paths
}

// source is the file that a row of an input came from.
func (in *inputs) source(key string, row int) part {
	for _, p := range in.parts[key] {
		if row < p.rows {
			return p
		}
		row -= p.rows
	}
	return part{}
}

// labels names each row: by its file where it has one of its own, else by its
// number. The input whose files say most is asked.
func (in *inputs) labels(rows int) []string {
	var best []part
	for _, key := range slices.Sorted(maps.Keys(in.parts)) {
		total := 0
		for _, p := range in.parts[key] {
			total += p.rows
		}
		if total == rows && len(in.parts[key]) > len(best) {
			best = in.parts[key]
		}
	}
	var labels []string
	for _, p := range best {
		name := filepath.Base(p.path)
		for i := range p.rows {
			switch {
			case p.rows == 1:
				labels = append(labels, name)
			case len(best) == 1:
				labels = append(labels, strconv.Itoa(i))
			default:
				labels = append(labels, fmt.Sprintf("%s %d", name, i))
			}
		}
	}
	for len(labels) < rows {
		labels = append(labels, strconv.Itoa(len(labels)))
	}
	return labels
}

// rowsOf is rows from to to of every input.
func (in *inputs) rowsOf(from, to int) (map[string]*tensor.Tensor, error) {
	out := make(map[string]*tensor.Tensor, len(in.values))
	for key, t := range in.values {
		out[key] = t
		if !in.perRow[key] {
			continue
		}
		r, err := t.Rows(from, to)
		if err != nil {
			return nil, err
		}
		out[key] = r
	}
	return out, nil
}
