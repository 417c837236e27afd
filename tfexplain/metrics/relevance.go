package metrics

import (
	"fmt"
	"math"
)

// attributions are a row's attributions as they were given.
func (in *input) attributions(row int) ([]float64, error) {
	v, err := values(in.r, row)
	if err != nil {
		return nil, err
	}
	for _, a := range v {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return nil, &InputError{Input: in.key, Reason: fmt.Sprintf("an attribution of row %d is %v; wanted finite numbers", row, a)}
		}
	}
	return v, nil
}

// elements are the attributions of a row's elements, summed over further axes.
func (in *input) elements(row int) ([]float64, error) {
	v, err := in.attributions(row)
	if err != nil {
		return nil, err
	}
	return sumGroups(v, in.size), nil
}

// relevance are the attributions of a row's features.
func (s *study) relevance(row int) ([]float64, error) {
	all := make([]float64, 0, s.features)
	for i := range s.inputs {
		in := &s.inputs[i]
		if in.count == 0 {
			continue
		}
		v, err := in.elements(row)
		if err != nil {
			return nil, err
		}
		all = append(all, sumGroups(v, in.count)...)
	}
	return all, nil
}

// sumGroups sums equally many neighbours into each of n numbers.
func sumGroups(v []float64, n int) []float64 {
	if len(v) == n {
		return v
	}
	out, width := make([]float64, n), len(v)/n
	for i := range out {
		for _, x := range v[i*width : (i+1)*width] {
			out[i] += x
		}
	}
	return out
}

func sum(v []float64) (s float64) {
	for _, x := range v {
		s += x
	}
	return s
}
