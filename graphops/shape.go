package graphops

import (
	"fmt"
	"slices"
	"strings"
)

// Dim is the size of one axis. A Dim with PerRow grows with the batch: its
// size is Size times the number of rows fed. Size -1 is an unknown dimension.
type Dim struct {
	Size   int
	PerRow bool
}

// UnknownDim is a dimension of which nothing is known.
func UnknownDim() Dim { return Dim{Size: -1} }

// Static says whether the size is one known number.
func (d Dim) Static() bool { return d.Size >= 0 && !d.PerRow }

// Known says whether the size is a number or a multiple of the rows.
func (d Dim) Known() bool { return d.Size >= 0 }

// String is "8", "N" (one per row), "4N" or "?".
func (d Dim) String() string {
	switch {
	case d.Size < 0:
		return "?"
	case d.PerRow && d.Size == 1:
		return "N"
	case d.PerRow:
		return fmt.Sprintf("%dN", d.Size)
	}
	return fmt.Sprint(d.Size)
}

// Shape is what is known of a tensor's shape. The zero Shape has unknown rank.
type Shape struct {
	Dims      []Dim
	KnownRank bool
}

// ShapeOf makes a shape from sizes; -1 is unknown.
func ShapeOf(sizes ...int) Shape {
	s := Shape{Dims: []Dim{}, KnownRank: true}
	for _, n := range sizes {
		s.Dims = append(s.Dims, Dim{Size: max(n, -1)})
	}
	return s
}

// Rank is the number of axes, -1 when unknown.
func (s Shape) Rank() int {
	if !s.KnownRank {
		return -1
	}
	return len(s.Dims)
}

// Known says whether every dimension is a number or a multiple of the rows.
func (s Shape) Known() bool {
	return s.KnownRank && !slices.ContainsFunc(s.Dims, func(d Dim) bool { return !d.Known() })
}

// Static returns the sizes when all of them are plain numbers.
func (s Shape) Static() ([]int, bool) {
	if !s.KnownRank {
		return nil, false
	}
	out := make([]int, len(s.Dims))
	for i, d := range s.Dims {
		if !d.Static() {
			return nil, false
		}
		out[i] = d.Size
	}
	return out, true
}

// Sizes returns the sizes with -1 for every axis that is not a plain number;
// nil when the rank is unknown.
func (s Shape) Sizes() []int {
	if !s.KnownRank {
		return nil
	}
	out := make([]int, len(s.Dims))
	for i, d := range s.Dims {
		out[i] = -1
		if d.Static() {
			out[i] = d.Size
		}
	}
	return out
}

// Same says whether two shapes are certainly equal.
func (s Shape) Same(t Shape) bool {
	return s.Known() && t.Known() && slices.Equal(s.Dims, t.Dims)
}

// String is "[N 28 28 1]", or "[...]" for an unknown rank.
func (s Shape) String() string {
	if !s.KnownRank {
		return "[...]"
	}
	parts := make([]string, len(s.Dims))
	for i, d := range s.Dims {
		parts[i] = d.String()
	}
	return "[" + strings.Join(parts, " ") + "]"
}
