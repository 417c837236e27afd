package window

import "fmt"

// GridError is a window or step that does not suit the rows.
type GridError struct {
	Shape  []int
	Window []int
	Step   []int
	Reason string
}

func (e *GridError) Error() string {
	return fmt.Sprintf("window %v with step %v over rows of shape %v: %s", e.Window, e.Step, e.Shape, e.Reason)
}

func check(shape, window, step []int, border Border) error {
	wrong := func(format string, args ...any) error {
		return &GridError{Shape: shape, Window: window, Step: step, Reason: fmt.Sprintf(format, args...)}
	}
	if len(window) != len(shape) || len(step) != len(shape) {
		return wrong("expected one window length and one step for each of the %d axes of a row (the batch axis is not counted)", len(shape))
	}
	if border != Cover && border != Full {
		return wrong("border is %d, expected Cover or Full", border)
	}
	cells := 1
	for a, n := range shape {
		switch {
		case n < 1 || cells > maxCells/n:
			return wrong("every length must be known and positive, and a row hold at most %d elements", maxCells)
		case window[a] < 1 || window[a] > n:
			return wrong("the window is %d long on axis %d, expected 1 to %d", window[a], a, n)
		case step[a] < 1:
			return wrong("the step is %d on axis %d, expected at least 1", step[a], a)
		case border == Cover && step[a] > window[a] && window[a] < n:
			return wrong("a step of %d on axis %d leaves cells between windows of length %d uncovered: take a smaller step, or full windows only", step[a], a, window[a])
		}
		cells *= n
	}
	return nil
}

// maxCells bounds the elements of a row, so that no product of lengths overflows.
const maxCells = 1<<31 - 1
