package tfexplain

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Ys are the weights over the target's entries. What is explained is, for each
// row n, the number sum(T[n] * ys[n]). A nil Ys weighs every entry with 1.
type Ys interface {
	// weights gives the weights of rows from to to, and the class explained in
	// each of them if there is one. answer has the target's values for those rows
	// if the choice depends on them.
	weights(t targetShape, from, to int, answer *tensor.Tensor) (*tensor.Tensor, []int, error)
	// asks says whether the choice depends on the target's values.
	asks() bool
	// rows is the number of rows the weights are for, -1 for any.
	rows() int
}

// targetShape is what is known of the target.
type targetShape struct {
	dtype  tensor.DType
	ranked bool
	sizes  []int // without the row axis; -1 unknown
}

func (t targetShape) String() string {
	if !t.ranked {
		return "[N ...]"
	}
	return fmt.Sprint("[N", trimBrackets(t.sizes), "]")
}

// at is the shape that the target has in one Run, where the graph leaves the
// number of axes open.
func (t targetShape) at(answer *tensor.Tensor) targetShape {
	if !t.ranked {
		t.ranked, t.sizes = true, answer.Shape()[min(1, len(answer.Shape())):]
	}
	return t
}

func trimBrackets(sizes []int) string {
	s := ""
	for _, d := range sizes {
		if d < 0 {
			s += " ?"
		} else {
			s += fmt.Sprint(" ", d)
		}
	}
	return s
}

// classes is the number of classes of a target of shape [N, classes].
func (t targetShape) classes() (int, error) {
	if len(t.sizes) != 1 || t.sizes[0] < 0 {
		return 0, &OptionError{Field: "ys", Given: "a class", Wanted: fmt.Sprintf("weights: a class needs a target of shape [N classes], this one has %v", t)}
	}
	return t.sizes[0], nil
}

// Weights explains sum(T*w). The tensor has the target's shape, rows first, and any
// type of real numbers. If it has another shape the call's error is a *ShapeError.
func Weights(w *tensor.Tensor) Ys { return weightsYs{w} }

// Class explains the same class, counted from 0, for every row. The target must
// have the shape [N, classes]; for this, or a class that it does not have, the
// call's error is an *OptionError. The same holds for the other choices of classes.
func Class(k int) Ys { return classYs(k) }

// Classes explains one class for each row: as many as the call has rows.
func Classes(ks ...int) Ys { return classesYs(ks) }

// Argmax explains, for each row, the class with the largest value. It costs a
// forward pass more.
func Argmax() Ys { return TopClass(1) }

// TopClass explains, for each row, the class with the rank-th largest value: 1 is
// Argmax, 2 what came second. Of equal values the first class comes first. It
// costs a forward pass more.
func TopClass(rank int) Ys { return topYs(rank) }

// Versus explains, for every row, how much more one class gets than another: why k
// and not other? The target must have the shape [N, classes].
func Versus(k, other int) Ys { return versusYs{k, other} }

type onesYs struct{}

func (onesYs) asks() bool { return false }

func (onesYs) rows() int { return -1 }

func (onesYs) weights(t targetShape, from, to int, _ *tensor.Tensor) (*tensor.Tensor, []int, error) {
	shape := []int{to - from}
	for _, d := range t.sizes {
		shape = append(shape, max(d, 1)) // an unknown axis broadcasts
	}
	count, err := tensor.Count(shape)
	if err != nil {
		return nil, nil, err
	}
	w, err := tensor.New(slices.Repeat([]float64{1}, count), shape...)
	if err != nil {
		return nil, nil, err
	}
	w, err = w.Convert(t.dtype)
	return w, nil, err
}

type weightsYs struct{ w *tensor.Tensor }

func (weightsYs) asks() bool { return false }

func (y weightsYs) rows() int {
	if y.w == nil || len(y.w.Shape()) == 0 {
		return 0
	}
	return y.w.Shape()[0]
}

func (y weightsYs) weights(t targetShape, from, to int, _ *tensor.Tensor) (*tensor.Tensor, []int, error) {
	given := y.w.Shape()
	fits := len(given) == len(t.sizes)+1
	for i := 0; fits && i < len(t.sizes); i++ {
		fits = t.sizes[i] < 0 || t.sizes[i] == given[i+1]
	}
	if !fits {
		return nil, nil, &ShapeError{Input: "ys", Given: given, Wanted: t.String()}
	}
	w, err := y.w, error(nil)
	if from > 0 || to < given[0] {
		if w, err = w.Rows(from, to); err != nil {
			return nil, nil, err
		}
	}
	w, err = w.Convert(t.dtype)
	return w, nil, err
}

type classYs int

func (classYs) asks() bool { return false }

func (classYs) rows() int { return -1 }

func (y classYs) weights(t targetShape, from, to int, _ *tensor.Tensor) (*tensor.Tensor, []int, error) {
	return oneHot(t, slices.Repeat([]int{int(y)}, to-from))
}

type classesYs []int

func (classesYs) asks() bool { return false }

func (y classesYs) rows() int { return len(y) }

func (y classesYs) weights(t targetShape, from, to int, _ *tensor.Tensor) (*tensor.Tensor, []int, error) {
	return oneHot(t, slices.Clone(y[from:to]))
}

type topYs int

func (topYs) asks() bool { return true }

func (topYs) rows() int { return -1 }

func (y topYs) weights(t targetShape, _, _ int, answer *tensor.Tensor) (*tensor.Tensor, []int, error) {
	classes, err := t.classes()
	if err != nil {
		return nil, nil, err
	}
	if y < 1 || int(y) > classes {
		return nil, nil, &OptionError{Field: "ys", Given: fmt.Sprintf("top class %d", int(y)), Wanted: fmt.Sprintf("a rank from 1 to %d", classes)}
	}
	values, err := answer.Float64s()
	if err != nil {
		return nil, nil, err
	}
	ks := make([]int, len(values)/classes)
	for row := range ks {
		ks[row] = ranked(values[row*classes:(row+1)*classes], int(y))
	}
	return oneHot(t, ks)
}

type versusYs struct{ k, other int }

func (versusYs) asks() bool { return false }

func (versusYs) rows() int { return -1 }

func (y versusYs) weights(t targetShape, from, to int, _ *tensor.Tensor) (*tensor.Tensor, []int, error) {
	if y.k == y.other {
		return nil, nil, &OptionError{Field: "ys", Given: fmt.Sprintf("class %d versus itself", y.k), Wanted: "two classes"}
	}
	w, err := t.mark(to-from, func(row []float64, _ int) error {
		if err := set(row, y.k, 1); err != nil {
			return err
		}
		return set(row, y.other, -1)
	})
	return w, nil, err
}

// ranked is the index of the rank-th largest value; NaN comes last.
func ranked(values []float64, rank int) int {
	order := make([]int, len(values))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	return order[rank-1]
}

func oneHot(t targetShape, ks []int) (*tensor.Tensor, []int, error) {
	w, err := t.mark(len(ks), func(row []float64, i int) error { return set(row, ks[i], 1) })
	return w, ks, err
}

// mark makes weights of which each row has some that are not zero.
func (t targetShape) mark(rows int, put func(row []float64, i int) error) (*tensor.Tensor, error) {
	classes, err := t.classes()
	if err != nil {
		return nil, err
	}
	w := make([]float64, rows*classes)
	for i := range rows {
		if err := put(w[i*classes:(i+1)*classes], i); err != nil {
			return nil, err
		}
	}
	f, err := tensor.New(w, rows, classes)
	if err != nil {
		return nil, err
	}
	return f.Convert(t.dtype)
}

func set(row []float64, k int, v float64) error {
	if k < 0 || k >= len(row) {
		return &OptionError{Field: "ys", Given: fmt.Sprintf("class %d", k), Wanted: fmt.Sprintf("a class from 0 to %d", len(row)-1)}
	}
	row[k] = v
	return nil
}
