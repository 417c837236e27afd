package tensorfile

import (
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Spec says what a model's input wants.
type Spec struct {
	// DType of the result. Invalid (0) keeps the file's own; pictures become
	// float32 then.
	DType tensor.DType

	// Shape of the result, -1 where a size is free; the first axis is the
	// rows. nil keeps the file's own shape.
	Shape []int

	// ImageScale multiplies the 8-bit values of pictures. 0 means 1/255, so
	// that they span 0 to 1. Integer types are never scaled: they hold 0 to
	// 255.
	ImageScale float64
}

func (s Spec) String() string { return describe(s.DType, s.Shape) }

// fit makes t what the spec wants or says why it cannot.
func (s Spec) fit(t *tensor.Tensor, flatRows bool) (*tensor.Tensor, error) {
	given := t.String()
	t, err := s.fitShape(t, flatRows)
	if err == nil {
		t, err = s.fitDType(t)
	}
	if err != nil {
		e := *err.(*Error) // both return nothing else
		e.Given, e.Wanted = given, s.String()
		return nil, &e
	}
	return t, nil
}

// maxWhole is 2^53: above it float64 no longer tells neighbouring integers
// apart, so a float there may not be the integer that was meant.
const maxWhole = 1 << 53

func (s Spec) fitDType(t *tensor.Tensor) (*tensor.Tensor, error) {
	if s.DType == tensor.Invalid || s.DType == t.DType() {
		return t, nil
	}
	if s.DType.IsInteger() && t.DType().IsFloat() {
		values, err := t.Float64s()
		if err != nil {
			return nil, &Error{Reason: err.Error(), Err: err}
		}
		for i, v := range values {
			if v != math.Trunc(v) || math.Abs(v) > maxWhole {
				return nil, refuse("element %d is %v, not an integer; round the values first", i, v)
			}
		}
	}
	out, err := t.Convert(s.DType)
	if err != nil {
		return nil, &Error{Reason: err.Error(), Err: err}
	}
	return out, nil
}

// fitShape adds or drops axes of size 1 where that can be done in one way
// only. flatRows also allows [n, k] to become n rows of k elements each, which
// is the only way a CSV file can hold a matrix per row.
func (s Spec) fitShape(t *tensor.Tensor, flatRows bool) (*tensor.Tensor, error) {
	shape, err := align(t.Shape(), s.Shape, flatRows)
	if err != nil {
		return nil, err
	}
	out, err := t.Reshape(shape...)
	if err != nil {
		return nil, &Error{Reason: err.Error(), Err: err}
	}
	return out, nil
}

// align finds the shape of the wanted form that given can be read as. The
// first of these that applies is taken: given itself, one row of given's
// shape, given with axes of size 1 inserted, given with such axes inserted and
// dropped.
func align(given, wanted []int, flatRows bool) ([]int, error) {
	if wanted == nil || matches(given, wanted) {
		return given, nil
	}
	if len(wanted) > 0 && fitsAxis(1, wanted[0]) && matches(given, wanted[1:]) {
		return append([]int{1}, given...), nil
	}
	if flatRows && len(given) == 2 && len(wanted) > 2 && fitsAxis(given[0], wanted[0]) {
		if n, err := tensor.Count(wanted[1:]); err == nil && n == given[1] {
			return append([]int{given[0]}, wanted[1:]...), nil
		}
	}
	if slices.Equal(given, []int{0}) && len(wanted) > 0 && fitsAxis(0, wanted[0]) {
		// JSON writes an array without rows as [], whatever a row looks like.
		if _, err := tensor.Count(wanted[1:]); err == nil {
			return append([]int{0}, wanted[1:]...), nil
		}
	}
	shape, n := ways(given, wanted, false)
	if n == 0 {
		shape, n = ways(given, wanted, true)
	}
	switch n {
	case 0:
		return nil, refuse("the shape is neither the wanted one nor one row of it")
	case 1:
		return shape, nil
	}
	return nil, refuse("axes of size 1 can be added in more than one way; reshape the array to the wanted rank")
}

func matches(given, wanted []int) bool {
	return slices.EqualFunc(given, wanted, fitsAxis)
}

func fitsAxis(given, wanted int) bool { return wanted == -1 || given == wanted }

// ways counts (0, 1, or 2 for several) the shapes of the wanted form that
// given becomes by inserting axes of size 1 and, with drop, by leaving its own
// out; with one way it also returns that shape.
func ways(given, wanted []int, drop bool) ([]int, int) {
	if len(given) > MaxRank || len(wanted) > MaxRank {
		return nil, 0
	}
	core := given
	if drop {
		core = slices.DeleteFunc(slices.Clone(given), func(d int) bool { return d == 1 })
	}
	// memo[i, j] are the shapes that wanted[i:] can take from core[j:]. Two are
	// enough to know that there are several.
	memo := map[[2]int][][]int{}
	var find func(i, j int) [][]int
	find = func(i, j int) [][]int {
		if i == len(wanted) {
			if j == len(core) {
				return [][]int{{}}
			}
			return nil
		}
		if found, ok := memo[[2]int{i, j}]; ok {
			return found
		}
		var out [][]int
		add := func(axis int, rests [][]int) {
			for _, rest := range rests {
				shape := append([]int{axis}, rest...)
				if len(out) < 2 && !slices.ContainsFunc(out, func(o []int) bool { return slices.Equal(o, shape) }) {
					out = append(out, shape)
				}
			}
		}
		if j < len(core) && fitsAxis(core[j], wanted[i]) {
			add(core[j], find(i+1, j+1))
		}
		if fitsAxis(1, wanted[i]) {
			add(1, find(i+1, j))
		}
		memo[[2]int{i, j}] = out
		return out
	}
	found := find(0, 0)
	if len(found) != 1 {
		return nil, len(found)
	}
	return found[0], 1
}
