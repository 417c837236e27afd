package tfexplain

import (
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// sums collects what the Runs of a call give, and averages over references.
type sums struct {
	c            *call
	attributions []*tensor.Tensor // whole, when there is one reference per sample
	means        [][]float64      // else: running means
	target, base []float64
	classes      []int
	shapes       [][]int
	dtypes       []tensor.DType
	found        []Players // for each row, if the method has players
}

func newSums(c *call, xs map[string]*tensor.Tensor) (*sums, error) {
	s := &sums{c: c, target: make([]float64, c.rows)}
	if c.base != nil {
		s.base = make([]float64, c.rows)
	}
	for _, k := range c.e.program.explained {
		info := c.e.program.inputs[k].info
		if c.e.program.inputs[k].inner {
			s.shapes, s.dtypes = append(s.shapes, nil), append(s.dtypes, info.DType)
			continue
		}
		x := xs[info.Key]
		if x == nil { // the target does not depend on it, and it was not given
			return nil, &InputError{Input: info.Key, Reason: "is missing", Keys: c.e.program.keys()}
		}
		s.shapes, s.dtypes = append(s.shapes, x.Shape()), append(s.dtypes, info.DType)
		if !info.DType.IsFloat() {
			s.dtypes[len(s.dtypes)-1] = tensor.Float32 // of an attribution to ids or strings
		}
		if e := c.e.program.inputs[k]; e.x != e.place { // an embedding has axes that its ids do not have
			s.shapes[len(s.shapes)-1], s.dtypes[len(s.dtypes)-1] = nil, e.x.DType()
		}
	}
	return s, nil
}

func (s *sums) choose(first int, classes []int) {
	if classes != nil && s.classes == nil {
		s.classes = make([]int, s.c.rows)
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
	if from == 0 && to == s.c.rows {
		s.attributions = out[:n]
		return nil
	}
	for i, a := range out[:n] {
		if len(s.attributions) == i {
			whole, err := tensor.Zeros(s.dtypes[i], s.shapes[i]...)
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

func (c *call) result() (*Result, error) {
	s := c.sums
	r := &Result{Attributions: map[string]*tensor.Tensor{}, ranks: map[string]int{}, Target: s.target, BaselineTarget: s.base, Classes: s.classes, Players: s.found, Fallbacks: c.e.program.fallbacks,
		CustomGradients: c.e.program.customs}
	for i, k := range c.e.program.explained {
		var t *tensor.Tensor
		var err error
		switch {
		case s.means != nil:
			if t, err = tensor.New(s.means[i], s.shapes[i]...); err == nil {
				t, err = t.Convert(s.dtypes[i])
			}
		case c.rows == 0 && s.shapes[i] == nil:
			t, err = tensor.Zeros(s.dtypes[i], emptyShape(c.e.program.inputs[k].x.Shape().Sizes())...)
		case c.rows == 0:
			t, err = tensor.Zeros(s.dtypes[i], s.shapes[i]...)
		default:
			t = s.attributions[i]
		}
		if err != nil {
			return nil, err
		}
		key := c.e.program.inputs[k].info.Key
		r.Attributions[key] = t
		if in := c.e.program.inputs[k]; in.inner {
			k = slices.Index(c.e.program.keys(), in.ids)
		}
		if i := slices.Index(c.e.program.feeds, k); i >= 0 {
			r.ranks[key] = len(c.feeds[i].Shape())
		}
	}
	if n := c.e.program.plan.noise; s.base == nil || n != nil && n.variance {
		return r, nil // nothing is conserved
	}
	return r, c.delta(r)
}

// delta adds up each row's attributions, in float64, and compares.
func (c *call) delta(r *Result) error {
	r.Delta = make([]float64, c.rows)
	for _, key := range sortedKeys(r.Attributions) { // one order, for the last bit's sake
		values, err := r.Attributions[key].Float64s()
		if err != nil {
			return err
		}
		row := len(values) / max(c.rows, 1)
		for n := range r.Delta {
			for _, v := range values[n*row : (n+1)*row] {
				if !math.IsNaN(v) || !c.e.program.plan.gaps {
					r.Delta[n] += v
				}
			}
		}
	}
	for n := range r.Delta {
		r.Delta[n] -= r.Target[n] - r.BaselineTarget[n]
	}
	limit := c.e.opts.MaxDelta
	if limit <= 0 {
		return nil
	}
	worst := 0
	for n, d := range r.Delta {
		if size := math.Abs(d); size > math.Abs(r.Delta[worst]) || math.IsNaN(size) {
			worst = n
		}
	}
	if c.rows > 0 && !(math.Abs(r.Delta[worst]) <= limit) {
		return &DeltaError{Row: worst, Delta: r.Delta[worst], Limit: limit}
	}
	return nil
}

// emptyShape is the shape of no rows; axes of unknown size are empty as well.
func emptyShape(sizes []int) []int {
	shape := []int{0}
	for _, d := range sizes[1:] {
		shape = append(shape, max(d, 0))
	}
	return shape
}
