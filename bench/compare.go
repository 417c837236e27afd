package main

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// compare fills the cells of one model.
func compare(ctx context.Context, o options, m model, p *pythons) ([]cell, error) {
	file, err := filepath.Abs(filepath.Join(o.dir, "inputs", m.name+".npy"))
	if err != nil {
		return nil, err
	}
	s, err := openSide(m, func(in savedmodel.TensorInfo) (*tensor.Tensor, error) {
		return input(in, slices.Max(append(o.rows, 8)), file)
	})
	if err != nil {
		return nil, err
	}
	defer s.close()
	off := make(map[string]*float64)
	for _, method := range o.methods {
		if off[method], err = difference(ctx, s, method, p, file); err != nil {
			return nil, err
		}
	}
	var cells []cell
	for _, rows := range o.rows {
		group := make([]cell, len(o.methods))
		var entries []*entry
		for i, method := range o.methods {
			c := &group[i]
			*c = cell{Model: m.name, Method: method, Rows: rows, Taken: make(map[string]taken), Off: off[method]}
			entries = append(entries, &entry{column: ours, cell: c, time: func(rows, repeat int) (float64, error) {
				return s.time(ctx, method, rows, repeat)
			}})
			for _, column := range columns[1:] {
				if reason := p.without(column, method); reason != "" {
					c.Taken[column] = taken{Missing: reason}
					continue
				}
				entries = append(entries, &entry{column: column, cell: c, time: func(rows, repeat int) (float64, error) {
					a, err := p.call(column, m, request{Method: method, X: file, Rows: rows, Repeat: repeat})
					return a.Seconds, err
				}})
			}
		}
		if err := measure(entries, o.limit, o.budget); err != nil {
			return nil, err
		}
		cells = append(cells, group...)
	}
	return cells, nil
}

// difference is how far our values of the first row are from Python's, as a share
// of the largest; nil where Python has none.
func difference(ctx context.Context, s *side, method string, p *pythons, file string) (*float64, error) {
	if p.without(python, method) != "" {
		return nil, nil
	}
	call, err := s.call(ctx, method, 1)
	if err != nil {
		return nil, err
	}
	a, err := call()
	if err != nil {
		return nil, err
	}
	got, err := a.Float64s()
	if err != nil {
		return nil, err
	}
	want, err := p.call(python, s.model, request{Method: method, X: file, Rows: 1, Repeat: 1, Values: true})
	if err != nil {
		return nil, err
	}
	if len(got) != len(want.Values) {
		return nil, errors.New(s.model.name + ", " + method + ": Python's attributions have another shape than ours")
	}
	off, largest := 0.0, 0.0
	for i := range got {
		off, largest = max(off, math.Abs(got[i]-want.Values[i])), max(largest, math.Abs(want.Values[i]))
	}
	off /= largest
	return &off, nil
}
