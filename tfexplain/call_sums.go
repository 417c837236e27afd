package tfexplain

import (
	"math"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// sums collects what the Runs of a call give, and averages over references.
type sums struct {
	c            *call
	into         *Result
	attributions []*tensor.Tensor // whole, when there is one reference per sample
	means        [][]float64      // else: running means
	target, base []float64
	classes      []int
	shapes       [][]int
	dtypes       []tensor.DType
	found        []Players // for each row, if the method has players
}

// begin makes room in a Result, with what that has already.
func (s *sums) begin(xs map[string]*tensor.Tensor) error {
	c, into := s.c, s.into
	s.target = zeros(into.Target, c.rows)
	if c.base != nil {
		s.base = zeros(into.BaselineTarget, c.rows)
	}
	for _, k := range c.e.program.explained {
		info := c.e.program.inputs[k].info
		if c.e.program.inputs[k].inner {
			s.shapes, s.dtypes = append(s.shapes, nil), append(s.dtypes, info.DType)
			continue
		}
		x := xs[info.Key]
		if x == nil { // the target does not depend on it, and it was not given
			return &InputError{Input: info.Key, Reason: "is missing", Keys: c.e.program.keys()}
		}
		s.shapes, s.dtypes = append(s.shapes, x.Shape()), append(s.dtypes, info.DType)
		if !info.DType.IsFloat() {
			s.dtypes[len(s.dtypes)-1] = tensor.Float32 // of an attribution to ids or strings
		}
		if e := c.e.program.inputs[k]; e.x != e.place { // an embedding has axes that its ids do not have
			s.shapes[len(s.shapes)-1], s.dtypes[len(s.dtypes)-1] = nil, e.x.DType()
		}
	}
	return nil
}

// zeros are n zeros, in the memory of a slice that is no longer needed if they
// fit there.
func zeros[T float64 | int](old []T, n int) []T {
	if cap(old) < n || old == nil {
		return make([]T, n)
	}
	clear(old[:n])
	return old[:n]
}

// room is where the Run of some pairs puts its fetches: the attributions of a
// whole call into the tensors of the Result that they go to.
func (s *sums) room(from, to int) []*tensor.Tensor {
	c := s.c
	p := c.e.program
	if c.fetched == nil {
		c.fetched = make([]*tensor.Tensor, p.explain.Fetches())
	}
	if s.whole(from, to) {
		for i, k := range p.explained {
			c.fetched[i] = s.into.Attributions[p.inputs[k].info.Key]
		}
	}
	return c.fetched
}

// whole says whether a Run gives the attributions of the call as they are.
func (s *sums) whole(from, to int) bool { return s.c.refs == 1 && from == 0 && to == s.c.rows }

func (s *sums) choose(first int, classes []int) {
	if classes != nil && s.classes == nil {
		s.classes = zeros(s.into.Classes, s.c.rows)
	}
	copy(s.classes[min(first, len(s.classes)):], classes)
}

// add takes the results of pairs from to to.
func (s *sums) add(from, to int, out []*tensor.Tensor) error {
	n := len(s.shapes)
	share := 1 / float64(s.c.refs)
	for i, sum := range [][]float64{s.target, s.base}[:len(out)-n] {
		values, err := tensor.Data[float64](out[n+i])
		if err != nil {
			return err
		}
		if len(values) != to-from {
			return errRowCount(out[n+i].Shape(), to-from)
		}
		for k, v := range values {
			sum[(from+k)/s.c.refs] += v * share
		}
	}
	for i, a := range out[:n] {
		s.shape(i, a.Shape())
	}
	if s.c.refs > 1 {
		return s.average(from, out[:n], share)
	}
	if s.whole(from, to) {
		s.attributions = append(s.attributions, out[:n]...)
		return nil
	}
	for i, a := range out[:n] {
		if len(s.attributions) == i {
			whole, err := s.empty(i)
			if err != nil {
				return err
			}
			s.attributions = append(s.attributions, whole)
		}
		part, err := s.attributions[i].Rows(from, to)
		if err != nil {
			return err
		}
		copy(part.Bytes(), a.Bytes())
	}
	return nil
}

func (s *sums) average(from int, out []*tensor.Tensor, share float64) error {
	for i, a := range out {
		values, err := a.Float64s()
		if err != nil {
			return err
		}
		row := len(values) / max(a.Shape()[0], 1)
		if len(s.means) == i {
			s.means = append(s.means, make([]float64, s.c.rows*row))
		}
		for k, v := range values {
			s.means[i][(from+k/row)/s.c.refs*row+k%row] += v * share
		}
	}
	return nil
}

// shape notes the shape of an attribution, whose first axis is not that of the
// rows, where the input does not tell.
func (s *sums) shape(i int, shape []int) {
	if s.shapes[i] == nil {
		s.shapes[i] = append([]int{s.c.rows}, shape[1:]...)
	}
}

// put takes the result of one pair: the explained number at the input and at
// the baseline, and the attribution of each explained input.
func (s *sums) put(pair int, target, base float64, attributions [][]float64) {
	n, share := pair/s.c.refs, 1/float64(s.c.refs)
	s.target[n] += target * share
	if s.base != nil {
		s.base[n] += base * share
	}
	for i, a := range attributions {
		if len(s.means) == i {
			s.means = append(s.means, make([]float64, s.c.rows*len(a)))
		}
		for k, v := range a {
			s.means[i][n*len(a)+k] += v * share
		}
	}
}

// players takes what a pair's players got, and averages over references.
func (s *sums) players(pair int, found *Players) {
	if found == nil {
		return
	}
	if s.found == nil {
		s.found = make([]Players, s.c.rows)
	}
	n, refs := &s.found[pair/s.c.refs], float64(s.c.refs)
	if n.Values == nil {
		n.Values, n.IDs, n.Exact = make([]float64, len(found.Values)), found.IDs, true
		if found.StdErr != nil {
			n.StdErr = make([]float64, len(found.StdErr))
		}
	}
	n.Coalitions += found.Coalitions
	n.Exact = n.Exact && found.Exact
	for p, v := range found.Values {
		n.Values[p] += v / refs
	}
	for p, e := range found.StdErr { // errors of independent estimates
		n.StdErr[p] = math.Hypot(n.StdErr[p], e/refs)
	}
}
