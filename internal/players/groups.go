// Package players says which elements of a sample's inputs play together in a
// coalition: each alone, those that share some coordinates, or those that a mask
// gives the same id (superpixels, feature groups).
package players

import "math"

// Groups assigns each element of one sample's inputs to a player.
type Groups struct {
	// Players is how many there are.
	Players int
	// Of has, for each input, the player of each element of a row, in row-major
	// order.
	Of [][]int32
	// IDs is the mask id of each player, ascending; nil if players do not come
	// from a mask.
	IDs []int64
}

// Elements makes every element of an input a player of its own. shape is that of
// a row, without the batch axis. Error: ShapeError.
func Elements(shape []int) (Groups, error) {
	n, err := size(shape)
	if err != nil {
		return Groups{}, err
	}
	of := make([]int32, n)
	for e := range of {
		of[e] = int32(e)
	}
	return Groups{Players: n, Of: [][]int32{of}}, nil
}

// Axes makes a player of the elements of an input that share their coordinates on
// the given axes, whatever the others: for images [height, width, channel] the axes
// 0 and 1 make each pixel a player. Players are numbered in row-major order of
// these axes, ascending whatever order they are given in, so that the shares fill
// a tensor of the axes' lengths. No axes means all. Axes count from 0 without the
// batch axis (DeepExplain's sampling_dims counts from 1). Errors: ShapeError,
// AxisError.
func Axes(shape, axes []int) (Groups, error) {
	n, err := size(shape)
	if err != nil {
		return Groups{}, err
	}
	if len(axes) == 0 {
		return Elements(shape)
	}
	chosen := make([]bool, len(shape))
	for _, a := range axes {
		if a < 0 || a >= len(shape) || chosen[a] {
			return Groups{}, &AxisError{Axes: axes, Axis: a, Shape: shape}
		}
		chosen[a] = true
	}
	// The step by which the player grows along each axis; 0 along the others.
	step := make([]int, len(shape))
	count := 1
	for a := len(shape) - 1; a >= 0; a-- {
		if chosen[a] {
			step[a] = count
			count *= shape[a]
		}
	}
	of := make([]int32, n)
	walk(shape, step, func(e, p int) { of[e] = int32(p) })
	return Groups{Players: count, Of: [][]int32{of}}, nil
}

// Join puts the players of several inputs side by side: those of the first keep
// their numbers, those of the second follow, and so on.
func Join(inputs ...Groups) (Groups, error) {
	var all Groups
	for _, g := range inputs {
		if g.Players > math.MaxInt32-all.Players {
			return Groups{}, &ShapeError{Players: g.Players + all.Players}
		}
		for _, of := range g.Of {
			moved := make([]int32, len(of))
			for e, p := range of {
				moved[e] = p + int32(all.Players)
			}
			all.Of = append(all.Of, moved)
		}
		all.Players += g.Players
	}
	return all, nil
}

// size is the number of elements of a row.
func size(shape []int) (int, error) {
	n := 1
	for _, d := range shape {
		if d < 1 || n > math.MaxInt32/d {
			return 0, &ShapeError{Shape: shape}
		}
		n *= d
	}
	return n, nil
}

// walk calls visit for each element of a shape in row-major order, with the sum
// of its coordinates times step.
func walk(shape, step []int, visit func(element, at int)) {
	coordinate := make([]int, len(shape))
	at := 0
	for e := 0; ; e++ {
		visit(e, at)
		a := len(shape) - 1
		for ; a >= 0; a-- {
			coordinate[a]++
			at += step[a]
			if coordinate[a] < shape[a] {
				break
			}
			at -= step[a] * shape[a]
			coordinate[a] = 0
		}
		if a < 0 {
			return
		}
	}
}
