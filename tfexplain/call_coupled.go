package tfexplain

import (
	"context"
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// A model may let a row's answer depend on the rows beside it: batch
// normalization in training mode, a mean over the batch. Rows of several points
// or samples must not share a Run there. It shows when a row is asked alone and
// in company.

// strangers is how far the answers may differ, relative to the largest of
// them: far above what another batch size changes in the rounding of float32
// kernels (1e-6 at most was seen), far below what coupled rows do to each other.
const strangers = 1e-3

// coupled says whether the model couples rows, or may do so. It is found out once,
// by the first call that has two different rows, the first of which has a finite
// answer.
func (c *call) coupled(ctx context.Context) (bool, error) {
	e := c.e
	if err := e.company.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer e.company.Release(1)
	if e.couples != nil {
		return *e.couples, nil
	}
	alone, other, err := c.twoRows()
	if err != nil || other == nil {
		return false, err
	}
	want, err := c.answer(ctx, alone, 1)
	if err != nil {
		return false, err
	}
	if !finite(want) {
		return true, nil // whatever is beside NaN, it stays NaN: a later call decides
	}
	found := false
	for i, order := range [][2][]*tensor.Tensor{{alone, other}, {other, alone}} {
		both := slices.Clone(alone)
		for j, k := range e.program.feeds {
			if e.program.inputs[k].rows {
				if both[j], err = tensor.Concat(order[0][j], order[1][j]); err != nil {
					return false, err
				}
			}
		}
		got, err := c.answer(ctx, both, 2)
		if err != nil {
			return false, err
		}
		if len(got.Shape()) == 0 || got.Shape()[0] != 2 {
			return false, nil // the call itself will say what is wrong with that
		}
		row, err := got.Rows(i, i+1)
		if err != nil {
			return false, err
		}
		differs, err := apart(want, row)
		if err != nil {
			return false, err
		}
		found = found || differs
	}
	e.couples = &found
	return found, nil
}

// finite says whether an answer has no NaN and no infinity.
func finite(answer *tensor.Tensor) bool {
	values, err := answer.Float64s()
	return err == nil && !slices.ContainsFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// twoRows are the first sample and another row: the first sample that differs
// from it, or else its inputs at a baseline that does, or at zero where there is
// none. nil if all are the same.
func (c *call) twoRows() (first, other []*tensor.Tensor, err error) {
	if first, err = c.take(c.feeds, []int{0}); err != nil {
		return nil, nil, err
	}
	for n := 1; n < c.rows; n++ {
		if other, err = c.take(c.feeds, []int{n}); err != nil {
			return nil, nil, err
		}
		if !sameValues(first, other) {
			return first, other, nil
		}
	}
	references := 1
	if c.base != nil {
		references = c.base.count
	}
	for r := range references {
		if other, err = c.atReference(first, r); err != nil {
			return nil, nil, err
		}
		if !sameValues(first, other) {
			return first, other, nil
		}
	}
	return first, nil, nil
}

// atReference is a row whose inputs are those of a reference, or zero.
func (c *call) atReference(row []*tensor.Tensor, r int) ([]*tensor.Tensor, error) {
	out := slices.Clone(row)
	for i, k := range c.e.program.feeds {
		in := c.e.program.inputs[k]
		var err error
		switch {
		case c.base == nil && slices.Contains(c.e.program.explained, k):
			out[i], err = tensor.Zeros(row[i].DType(), row[i].Shape()...)
		case c.base != nil && c.base.x0[in.info.Key] != nil:
			out[i], err = c.base.x0[in.info.Key].Take([]int{r})
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func sameValues(a, b []*tensor.Tensor) bool {
	for i := range a {
		if a[i].DType() == tensor.String {
			x, _ := tensor.Data[string](a[i])
			y, _ := tensor.Data[string](b[i])
			if !slices.Equal(x, y) {
				return false
			}
		} else if !slices.Equal(a[i].Bytes(), b[i].Bytes()) {
			return false
		}
	}
	return true
}

// apart says whether two answers differ by more than rounding.
func apart(a, b *tensor.Tensor) (bool, error) {
	x, err := a.Float64s()
	if err != nil {
		return false, err
	}
	y, err := b.Float64s()
	if err != nil {
		return false, err
	}
	if len(x) != len(y) {
		return true, nil
	}
	largest, difference := 0., 0.
	for i := range x {
		if math.IsNaN(x[i]) && math.IsNaN(y[i]) || x[i] == y[i] {
			continue
		}
		if d := x[i] - y[i]; math.IsNaN(d) || math.IsInf(d, 0) {
			return true, nil // a finite answer became infinite or NaN, or the other way round
		}
		largest = max(largest, math.Abs(x[i]), math.Abs(y[i]))
		difference = max(difference, math.Abs(x[i]-y[i]))
	}
	return difference > strangers*largest, nil
}
