package tfexplain

import (
	"iter"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
	"github.com/tfexplain/tfexplain-go/internal/window"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// hiding says which elements of a sample the baseline's stand in for: for each
// explained input, by number, runs [from, to) of its flat elements.
type hiding interface {
	runs(input int) iter.Seq2[int, int]
}

// everything hides all elements of inputs of the given sizes.
type everything []int

func (sizes everything) runs(input int) iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) { yield(0, sizes[input]) }
}

// absent hides the elements of the players that are not in a coalition.
type absent struct {
	of      [][]int32 // for each input, the player of each element
	present coalition.Set
}

func (a absent) runs(input int) iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		of := a.of[input]
		for from := 0; from < len(of); {
			hidden := !a.present.Has(int(of[from]))
			to := from + 1
			for to < len(of) && !a.present.Has(int(of[to])) == hidden {
				to++
			}
			if hidden && !yield(from, to) {
				return
			}
			from = to
		}
	}
}

// behind hides what is behind one window over one input.
type behind struct {
	grid     *window.Grid
	of, tile int // input, number of the window
}

func (b behind) runs(input int) iter.Seq2[int, int] {
	if input != b.of {
		return func(func(from, to int) bool) {}
	}
	return iter.Seq2[int, int](b.grid.Ranges(b.tile))
}

// hide writes the hidden elements of row r0 of x0 into row r of x.
func hide(x *tensor.Tensor, r int, x0 *tensor.Tensor, r0 int, runs iter.Seq2[int, int]) error {
	n := x.Len() / x.Shape()[0] // elements of a row
	if x.DType() == tensor.String {
		to, err := tensor.Data[string](x)
		if err != nil {
			return err
		}
		from, err := tensor.Data[string](x0)
		if err != nil {
			return err
		}
		for a, b := range runs {
			copy(to[r*n+a:r*n+b], from[r0*n+a:r0*n+b])
		}
		return nil
	}
	size := x.DType().Size()
	to, from := x.Bytes(), x0.Bytes()
	for a, b := range runs {
		copy(to[(r*n+a)*size:(r*n+b)*size], from[(r0*n+a)*size:(r0*n+b)*size])
	}
	return nil
}
