package tfexplain

import (
	"fmt"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Baseline is what an input is compared with: the x0 of f(x) - f(x0). A nil
// Baseline is Zeros(). One that does not fit the model is an error of New, NewFunc or
// SetBaseline, and of the call only where the model leaves sizes open: an
// *InputError, *ShapeError, *tensor.DTypeError or *tensor.RangeError.
type Baseline interface {
	// values gives the baseline of one input with references as rows. like is
	// the shape of one row; it is known completely.
	values(key string, dtype tensor.DType, like []int) (*tensor.Tensor, error)
}

// Zeros compares with an input of zeros.
func Zeros() Baseline { return Number(0) }

// Number compares with an input whose every element is v.
func Number(v float64) Baseline { return numberBaseline(v) }

// Values compares with given inputs, by key. A tensor with the input's shape
// without the row axis is one baseline for all rows. A tensor with a row axis
// is a set of references: the attributions are averaged over them (DeepSHAP;
// Lundberg and Lee 2017, arXiv:1705.07874). All inputs need equally many; an
// input that is not named gets zeros. A tensor without axes is one number for
// every element.
//
// An inner tensor that is explained is compared with its value at the baseline
// of the inputs, unless it is named itself, as in Options.Explain.
func Values(x0 map[string]*tensor.Tensor) Baseline { return valuesBaseline(x0) }

// Mean compares with the mean of a data set: one tensor for each explained input, by
// key, rows first.
func Mean(data map[string]*tensor.Tensor) Baseline { return meanBaseline(data) }

// keysOfBaseline are the inputs that a baseline names.
func keysOfBaseline(b Baseline) []string {
	switch b := b.(type) {
	case valuesBaseline:
		return sortedKeys(b)
	case meanBaseline:
		return sortedKeys(b)
	}
	return nil
}

type numberBaseline float64

func (v numberBaseline) values(key string, dtype tensor.DType, like []int) (*tensor.Tensor, error) {
	shape := append([]int{1}, like...)
	if dtype == tensor.String && v == 0 {
		return tensor.Zeros(dtype, shape...) // empty strings
	}
	n, err := tensor.Count(shape)
	if err != nil {
		return nil, err
	}
	t, err := tensor.New(slices.Repeat([]float64{float64(v)}, n), shape...)
	if err != nil {
		return nil, err
	}
	return t.Convert(dtype)
}

type valuesBaseline map[string]*tensor.Tensor

func (v valuesBaseline) values(key string, dtype tensor.DType, like []int) (*tensor.Tensor, error) {
	t := v[key]
	if t == nil {
		return numberBaseline(0).values(key, dtype, like)
	}
	if len(t.Shape()) == 0 && len(like) > 0 && dtype != tensor.String {
		v, err := t.Float64s()
		if err != nil {
			return nil, err
		}
		return numberBaseline(v[0]).values(key, dtype, like)
	}
	return asReferences("baseline of "+key, t, dtype, like)
}

// asReferences gives a tensor a row axis if it has none and checks the rest.
func asReferences(name string, t *tensor.Tensor, dtype tensor.DType, like []int) (*tensor.Tensor, error) {
	shape := t.Shape()
	if slices.Equal(shape, like) {
		shape = append([]int{1}, like...)
	}
	if len(shape) != len(like)+1 || !slices.Equal(shape[1:], like) || shape[0] == 0 {
		return nil, &ShapeError{Input: name, Given: t.Shape(), Wanted: fmt.Sprintf("%v, or [R%s] for R references", like, trimBrackets(like))}
	}
	r, err := t.Reshape(shape...)
	if err != nil {
		return nil, err
	}
	return r.Convert(dtype)
}

type meanBaseline map[string]*tensor.Tensor

func (m meanBaseline) values(key string, dtype tensor.DType, like []int) (*tensor.Tensor, error) {
	t := m[key]
	if t == nil {
		return nil, &InputError{Input: key, Reason: "is missing from the data set whose mean is the baseline", Keys: sortedKeys(m)}
	}
	if len(t.Shape()) != len(like)+1 || !slices.Equal(t.Shape()[1:], like) || t.Shape()[0] == 0 {
		return nil, &ShapeError{Input: "data of " + key, Given: t.Shape(), Wanted: fmt.Sprintf("[R%s] with at least one row", trimBrackets(like))}
	}
	rows, err := t.Float64s()
	if err != nil {
		return nil, err
	}
	n := len(rows) / t.Shape()[0]
	mean := make([]float64, n)
	for i, v := range rows {
		mean[i%n] += v
	}
	for i := range mean {
		mean[i] /= float64(t.Shape()[0])
	}
	out, err := tensor.New(mean, append([]int{1}, like...)...)
	if err != nil {
		return nil, err
	}
	return out.Convert(dtype)
}
