package players

import (
	"fmt"
	"slices"
)

// Mask gives the elements of one input their ids: elements with one id, in this
// and in other inputs, are one player. Ids are at least 0 and need not be dense.
type Mask struct {
	// Shape is the row's (one mask for all rows), or has a batch axis before it
	// (one mask per row). A length of 1 stands for all coordinates of that axis, the
	// batch axis included: superpixels [height, width, 1] cover every channel.
	Shape []int
	IDs   []int64
}

// Rows has the groups of each row of a batch.
type Rows struct {
	groups []Groups
	shared bool
}

// Row returns the groups of row n. They are not to be changed.
func (r Rows) Row(n int) Groups {
	if r.shared {
		n = 0
	}
	return r.groups[n]
}

// Shared says that all rows have the same groups.
func (r Rows) Shared() bool {
	return r.shared
}

// Same gives all rows the same groups.
func Same(g Groups) Rows {
	return Rows{groups: []Groups{g}, shared: true}
}

// Masks makes players of the ids in one mask per input, for a batch of rows.
// shapes are the inputs' row shapes. Player k is the k-th smallest id of the row.
// If no mask is per row, the rows share their groups. Errors: ShapeError, MaskError.
func Masks(shapes [][]int, masks []Mask, rows int) (Rows, error) {
	if len(masks) != len(shapes) {
		return Rows{}, &MaskError{Input: min(len(masks), len(shapes)),
			Reason: fmt.Sprintf("%d masks for %d inputs, expected one for each", len(masks), len(shapes))}
	}
	shared := true
	for i, m := range masks {
		if err := m.check(i, shapes[i], rows); err != nil {
			return Rows{}, err
		}
		shared = shared && !m.perRow(shapes[i])
	}
	if shared {
		rows = 1
	}
	r := Rows{groups: make([]Groups, rows), shared: shared}
	for n := range r.groups {
		r.groups[n] = number(shapes, masks, n)
	}
	return r, nil
}

// number makes the groups of one row.
func number(shapes [][]int, masks []Mask, row int) Groups {
	var g Groups
	for i, m := range masks {
		g.IDs = append(g.IDs, m.row(shapes[i], row)...)
	}
	slices.Sort(g.IDs)
	g.IDs = slices.Clip(slices.Compact(g.IDs))
	g.Players = len(g.IDs)
	for i, m := range masks {
		ids := m.row(shapes[i], row)
		player := make([]int32, len(ids))
		for k, id := range ids {
			p, _ := slices.BinarySearch(g.IDs, id)
			player[k] = int32(p)
		}
		shape := m.Shape[len(m.Shape)-len(shapes[i]):]
		g.Of = append(g.Of, spread(shapes[i], shape, player))
	}
	return g
}

// perRow says whether rows have masks of their own.
func (m Mask) perRow(shape []int) bool {
	return len(m.Shape) > len(shape) && m.Shape[0] != 1
}

// row returns the ids that hold for a row.
func (m Mask) row(shape []int, n int) []int64 {
	if !m.perRow(shape) {
		return m.IDs
	}
	size := len(m.IDs) / m.Shape[0]
	return m.IDs[n*size : (n+1)*size]
}

// spread repeats players along the axes where the mask's length is 1.
func spread(shape, maskShape []int, player []int32) []int32 {
	if slices.Equal(shape, maskShape) {
		return player
	}
	step := make([]int, len(shape))
	count, n := 1, 1
	for a := len(shape) - 1; a >= 0; a-- {
		if maskShape[a] != 1 {
			step[a] = count
		}
		count *= maskShape[a]
		n *= shape[a]
	}
	of := make([]int32, n)
	walk(shape, step, func(e, at int) { of[e] = player[at] })
	return of
}

// check says what is wrong with the mask of an input.
func (m Mask) check(input int, shape []int, rows int) error {
	if _, err := size(shape); err != nil {
		return err
	}
	wrong := func(format string, args ...any) error {
		return &MaskError{Input: input, Reason: fmt.Sprintf(format, args...)}
	}
	row := m.Shape
	if len(row) == len(shape)+1 {
		if row[0] != rows && row[0] != 1 {
			return wrong("shape %v has masks for %d rows, but there are %d", m.Shape, row[0], rows)
		}
		row = row[1:]
	}
	fits := len(row) == len(shape)
	for a := range row {
		fits = fits && (row[a] == shape[a] || row[a] == 1)
	}
	if !fits {
		return wrong("shape %v, expected that of a row, %v, or %v for one mask per row (an axis may have length 1)",
			m.Shape, shape, append([]int{rows}, shape...))
	}
	n := 1
	for _, d := range m.Shape {
		n *= d
	}
	if len(m.IDs) != n {
		return wrong("%d ids for shape %v, expected %d", len(m.IDs), m.Shape, n)
	}
	for k, id := range m.IDs {
		if id < 0 {
			return wrong("id %d at element %d, expected ids of at least 0", id, k)
		}
	}
	return nil
}
