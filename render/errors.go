package render

import "fmt"

// ShapeError says that a tensor cannot be drawn as a picture.
type ShapeError struct {
	Given  []int  // the tensor's shape
	Wanted string // the shapes that can be drawn
	Reason string
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("render: shape %v, wanted %s: %s", e.Given, e.Wanted, e.Reason)
}

// OptionError says that an option has a value outside its range.
type OptionError struct {
	Field  string
	Given  any
	Wanted string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("render: %s is %v, wanted %s", e.Field, e.Given, e.Wanted)
}
