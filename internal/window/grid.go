// Package window slides a window over a row, for occlusion: it says where the
// windows are, and turns the differences that hiding them makes into a value per
// cell.
package window

import (
	"math"
	"slices"
)

// Border says what happens where the last full step leaves cells uncovered.
type Border int

const (
	// Cover adds a last window that is moved back to end at the border: every
	// cell is covered, and all windows have the same size, so that their
	// differences can be compared.
	Cover Border = iota
	// Full has only the windows that full steps reach, as DeepExplain; cells at
	// the border and between windows may be left uncovered.
	Full
)

// Grid is a set of windows of one size over a row. It is immutable. Windows are
// numbered in row-major order of their positions.
type Grid struct {
	shape  []int
	window []int
	starts [][]int // positions along each axis
	stride []int   // elements from one coordinate to the next along each axis
	count  int
	cells  int // in a row
	size   int // of a window
	run    int // axes from here on are covered by one run of elements
}

// New lays windows over rows of a shape (without the batch axis), one step apart.
// Errors: GridError. With Cover a step must not exceed its window, because cells
// between windows would be left out.
func New(shape, window, step []int, border Border) (*Grid, error) {
	if err := check(shape, window, step, border); err != nil {
		return nil, err
	}
	g := &Grid{
		shape:  slices.Clone(shape),
		window: slices.Clone(window),
		starts: make([][]int, len(shape)),
		stride: make([]int, len(shape)),
		count:  1, cells: 1, size: 1,
	}
	for a := len(shape) - 1; a >= 0; a-- {
		g.starts[a] = starts(shape[a], window[a], step[a], border)
		g.stride[a] = g.cells
		g.cells *= shape[a]
		g.size *= window[a]
		if g.count > math.MaxInt/len(g.starts[a]) {
			return nil, &GridError{Shape: shape, Window: window, Step: step, Reason: "too many windows"}
		}
		g.count *= len(g.starts[a])
	}
	g.run = max(0, len(shape)-1)
	for g.run > 0 && window[g.run] == shape[g.run] {
		g.run--
	}
	return g, nil
}

func starts(length, window, step int, border Border) []int {
	var at []int
	for s := 0; s <= length-window; s += step {
		at = append(at, s)
	}
	if last := length - window; border == Cover && at[len(at)-1] != last {
		at = append(at, last)
	}
	return at
}

// Windows is how many there are.
func (g *Grid) Windows() int { return g.count }

// Cells is the number of elements in a row.
func (g *Grid) Cells() int { return g.cells }

// Offset writes the first coordinates of window k into dst, one per axis.
func (g *Grid) Offset(k int, dst []int) {
	for a := len(g.shape) - 1; a >= 0; a-- {
		n := len(g.starts[a])
		dst[a] = g.starts[a][k%n]
		k /= n
	}
}

// Ranges yields the cells of window k as runs [from, to) of a row's flat elements,
// in ascending order and as long as they can be.
func (g *Grid) Ranges(k int) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		offset := make([]int, len(g.shape))
		g.Offset(k, offset)
		from := 0
		for a, o := range offset {
			from += o * g.stride[a]
		}
		length := 1
		for _, w := range g.window[min(g.run, len(g.window)):] {
			length *= w
		}
		at := make([]int, g.run) // coordinates in the window on the axes before the run
		for {
			if !yield(from, from+length) {
				return
			}
			a := g.run - 1
			for ; a >= 0; a-- {
				at[a]++
				from += g.stride[a]
				if at[a] < g.window[a] {
					break
				}
				from -= g.stride[a] * g.window[a]
				at[a] = 0
			}
			if a < 0 {
				return
			}
		}
	}
}
