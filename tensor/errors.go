package tensor

import "fmt"

// ShapeError says that a shape does not fit its data or its use.
type ShapeError struct {
	Given    []int  // the shape that was given
	Elements int    // the number of elements at hand, where that matters
	Reason   string // what is wrong with it
}

func (e *ShapeError) Error() string { return fmt.Sprintf("tensor: shape %v: %s", e.Given, e.Reason) }

// DTypeError says that a tensor has another element type than was wanted.
type DTypeError struct {
	Given  DType
	Wanted string
}

func (e *DTypeError) Error() string {
	return fmt.Sprintf("tensor: element type is %v, wanted %s", e.Given, e.Wanted)
}

// RangeError says that a number does not fit the type it was to become.
type RangeError struct {
	Value float64
	To    DType
}

func (e *RangeError) Error() string {
	return fmt.Sprintf("tensor: %v does not fit %v", e.Value, e.To)
}
