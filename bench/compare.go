package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
)

// compare fills the cells of one model, and the facts about it.
func compare(o options, m model) (facts, []cell, error) {
	s := &sides{model: m, x: filepath.Join(o.dir, "inputs", m.name+".npy"), python: o.python, dir: o.dir,
		running: make(map[string]*worker), missing: make(map[[2]string]*missingError)}
	err := writeInput(m, slices.Max(append([]int{warmRows}, o.rows...)), s.x)
	if err != nil {
		return facts{}, nil, err
	}
	f, cells, err := s.measure(o)
	return f, cells, errors.Join(err, s.close())
}

func (s *sides) measure(o options) (facts, []cell, error) {
	f, err := s.facts()
	if err != nil {
		return f, nil, err
	}
	off := make(map[string]*float64)
	for _, method := range o.methods {
		if off[method], err = s.off(method); err != nil {
			return f, nil, err
		}
	}
	var cells []cell
	for _, rows := range o.rows {
		group := make([]cell, len(o.methods))
		var entries []*entry
		for i, method := range o.methods {
			c := &group[i]
			*c = cell{Model: s.model.name, Method: method, Rows: rows, Taken: make(map[string]taken), Off: off[method]}
			for _, column := range columns {
				if reason := s.without(column, method); reason != "" {
					c.Taken[column] = taken{Missing: reason}
					continue
				}
				entries = append(entries, &entry{column: column, cell: c, time: func(rows, repeat int) (float64, error) {
					a, err := s.call(column, method, rows, repeat, false)
					return a.Seconds, err
				}})
			}
		}
		if err := measure(entries, o.limit, o.budget); err != nil {
			return f, nil, err
		}
		cells = append(cells, group...)
	}
	return f, cells, nil
}

// off is how far our values of the first row are from Python's, as a share of the
// largest; nil where Python has none. It is the smaller of the distances from its
// two settings, one of which has the kernels that we run on.
func (s *sides) off(method string) (*float64, error) {
	if s.without(python, method) != "" {
		return nil, nil
	}
	got, err := s.call(ours, method, 1, 1, true)
	if err != nil {
		return nil, err
	}
	var want [2]answer
	for i, column := range []string{python, onednn} {
		if want[i], err = s.call(column, method, 1, 1, true); err != nil {
			return nil, err
		}
		if len(got.Values) != len(want[i].Values) {
			return nil, fmt.Errorf("%s, %s: we give %d values and Python %d", s.model.name, method, len(got.Values), len(want[i].Values))
		}
	}
	off := min(distance(got.Values, want[0].Values), distance(got.Values, want[1].Values))
	if !(off <= max(tolerance, distance(want[0].Values, want[1].Values))) {
		return nil, fmt.Errorf("%s, %s: our values of the first row are %.0e off Python's, so that their times say nothing", s.model.name, method, off)
	}
	return &off, nil
}

// distance is the largest difference as a share of the largest value wanted.
func distance(got, want []float64) float64 {
	off, largest := 0.0, 0.0
	for i, v := range want {
		off, largest = max(off, math.Abs(got[i]-v)), max(largest, math.Abs(v))
	}
	return off / largest
}

// tolerance bounds that distance, unless Python's two settings are further apart
// themselves. Kernels that add in another order are 1e-6 apart after some twenty
// layers, but near a kink a relu may turn: the 50 gradients of integrated gradients
// on the ResNet were 4e-3 apart with oneDNN and without.
const tolerance = 1e-3
