package tfexplain

import (
	"maps"
	"math"
	"slices"

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

// empty is a tensor for the attributions of all rows, whatever is in it: the one
// that the Result has, if that fits.
func (s *sums) empty(i int) (*tensor.Tensor, error) {
	p := s.c.e.program
	old := s.into.Attributions[p.inputs[p.explained[i]].info.Key]
	if old != nil && old.DType() == s.dtypes[i] && slices.Equal(old.Shape(), s.shapes[i]) {
		return old, nil
	}
	return tensor.Zeros(s.dtypes[i], s.shapes[i]...)
}

// attribution is the whole of what one explained input got.
func (s *sums) attribution(i int) (*tensor.Tensor, error) {
	c := s.c
	switch {
	case s.means != nil:
		t, err := tensor.New(s.means[i], s.shapes[i]...)
		if err != nil {
			return nil, err
		}
		if t, err = t.Convert(s.dtypes[i]); err != nil {
			return nil, err
		}
		into, err := s.empty(i)
		if err == nil {
			copy(into.Bytes(), t.Bytes())
		}
		return into, err
	case c.rows == 0 && s.shapes[i] == nil:
		return tensor.Zeros(s.dtypes[i], emptyShape(c.e.program.inputs[c.e.program.explained[i]].x.Shape().Sizes())...)
	case c.rows == 0:
		return s.empty(i)
	}
	return s.attributions[i], nil
}

// finish writes the call's Result.
func (s *sums) finish() error {
	c, r, p := s.c, s.into, s.c.e.program
	r.Target, r.BaselineTarget, r.Classes, r.Players = s.target, s.base, s.classes, s.found
	r.Fallbacks, r.CustomGradients = p.fallbacks, p.customs
	if r.Attributions == nil {
		r.Attributions = map[string]*tensor.Tensor{}
	}
	if r.ranks == nil {
		r.ranks = map[string]int{}
	}
	old := len(r.Attributions)
	for i, k := range p.explained {
		t, err := s.attribution(i)
		if err != nil {
			return err
		}
		key := p.inputs[k].info.Key
		r.Attributions[key] = t
		if in := p.inputs[k]; in.inner {
			k = slices.Index(p.keys(), in.ids)
		}
		if i := slices.Index(p.feeds, k); i >= 0 {
			r.ranks[key] = len(c.feeds[i].Shape())
		}
	}
	if old > 0 && len(r.Attributions) > len(p.explained) { // of another Explainer
		maps.DeleteFunc(r.Attributions, func(key string, _ *tensor.Tensor) bool { return !p.explains(key) })
	}
	if n := p.plan.noise; s.base == nil || n != nil && n.variance {
		r.Delta = nil
		return nil // nothing is conserved
	}
	return s.delta(r)
}

// explains says whether something of this name is explained.
func (p *program) explains(key string) bool {
	return slices.ContainsFunc(p.explained, func(k int) bool { return p.inputs[k].info.Key == key })
}

// delta adds up each row's attributions, in float64, and compares.
func (s *sums) delta(r *Result) error {
	c := s.c
	r.Delta = zeros(r.Delta, c.rows)
	for _, k := range c.e.program.explained {
		if err := addRows(r.Delta, r.Attributions[c.e.program.inputs[k].info.Key], c.e.program.plan.gaps); err != nil {
			return err
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

// addRows adds the sum of each row of a tensor to sums. gaps leaves NaN out.
func addRows(sums []float64, t *tensor.Tensor, gaps bool) error {
	values, err := tensor.Data[float32](t) // nearly always; others are copied
	if err == nil {
		addRowsOf(sums, values, gaps)
		return nil
	}
	wide, err := t.Float64s()
	if err == nil {
		addRowsOf(sums, wide, gaps)
	}
	return err
}

func addRowsOf[T float32 | float64](sums []float64, values []T, gaps bool) {
	row := len(values) / max(len(sums), 1)
	for n := range sums {
		for _, v := range values[n*row : (n+1)*row] {
			if v == v || !gaps { // NaN is not
				sums[n] += float64(v)
			}
		}
	}
}

// emptyShape is the shape of no rows; axes of unknown size are empty as well.
func emptyShape(sizes []int) []int {
	shape := []int{0}
	for _, d := range sizes[1:] {
		shape = append(shape, max(d, 0))
	}
	return shape
}
