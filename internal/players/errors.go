package players

import (
	"fmt"
	"math"
)

// ShapeError is a row shape without elements, or one with too many.
type ShapeError struct {
	Shape   []int
	Players int // of all inputs together, where that is what is too many
}

func (e *ShapeError) Error() string {
	if e.Shape == nil && e.Players > 0 {
		return fmt.Sprintf("players: %d players in all inputs, expected at most %d", e.Players, math.MaxInt32)
	}
	return fmt.Sprintf("players: rows of shape %v: every length must be known and positive, and a row hold at most %d elements", e.Shape, math.MaxInt32)
}

// AxisError is an axis that a row does not have or that is named twice.
type AxisError struct {
	Axes  []int
	Axis  int
	Shape []int
}

func (e *AxisError) Error() string {
	if e.Axis >= 0 && e.Axis < len(e.Shape) {
		return fmt.Sprintf("players: axes %v name axis %d twice", e.Axes, e.Axis)
	}
	return fmt.Sprintf("players: axis %d of %v: rows of shape %v have axes 0 to %d (the batch axis is not counted)",
		e.Axis, e.Axes, e.Shape, len(e.Shape)-1)
}

// MaskError is a mask that does not fit its input.
type MaskError struct {
	Input  int    // which input, from 0
	Reason string // what was given and what was expected
}

func (e *MaskError) Error() string {
	return fmt.Sprintf("players: mask of input %d: %s", e.Input, e.Reason)
}
