package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestMoves(t *testing.T) { run(t, moveCases()) }

func moveCases() []testCase {
	vector, scalar, pairs := rulestest.Vector, rulestest.Scalar, rulestest.Pairs
	wide := func(c in) in { c.DType = tensor.Int64; return c }
	cases := []testCase{
		{Name: "one axis", Op: "Roll", Inputs: []in{of(rows, 4), scalar(1), scalar(1)}},
		{Name: "several", Op: "Roll", Inputs: []in{of(rows, 4, 3), vector(3, -1), vector(1, -1)}},
		{Name: "an axis twice", Op: "Roll", Inputs: []in{of(rows, 5), vector(1, 1), vector(1, 1)}},
		{Name: "int64", Op: "Roll", Inputs: []in{of(rows, 4), wide(vector(-2)), wide(vector(0))}},
		{Name: "axes", Op: "ReverseV2", Inputs: []in{of(rows, 2, 3), vector(1, -1)}},
		{Name: "rows", Op: "ReverseV2", Inputs: []in{of(rows, 2), vector(0)}},
		{Name: "none", Op: "ReverseV2", Inputs: []in{of(rows, 2), vector()}},
		{Name: "int64", Op: "ReverseV2", Inputs: []in{of(rows, 2), wide(vector(1))}},
		{Name: "axes", Op: "Reverse", Wrt: []int{0}, Inputs: []in{of(rows, 2, 3), {Shape: []int{3}, DType: tensor.Bool, Values: []float64{-1, 1, 1}}}},
		{Name: "rows first", Op: "ReverseSequence", Inputs: []in{of(3, 4, 2), wide(vector(2, 4, 0))}, Attrs: attrs(graphops.Int("seq_dim", 1))},
		{Name: "time first", Op: "ReverseSequence", Inputs: []in{of(4, 3), vector(2, 4, 1)}, Attrs: attrs(graphops.Int("seq_dim", 0), graphops.Int("batch_dim", 1))},
		{Name: "padded", Op: "SpaceToBatch", Inputs: []in{of(rows, 3, 4, 2), pairs(1, 0, 2, 0)}, Attrs: attrs(graphops.Int("block_size", 2))},
		{Name: "plain", Op: "SpaceToBatch", Inputs: []in{of(2, 4, 2, 1), pairs(0, 0, 0, 0)}, Attrs: attrs(graphops.Int("block_size", 2))},
		{Name: "cropped", Op: "BatchToSpace", Inputs: []in{of(4, 2, 3, 1), pairs(1, 0, 0, 2)}, Attrs: attrs(graphops.Int("block_size", 2))},
		{Name: "plain", Op: "BatchToSpace", Inputs: []in{of(4, 2, 1, 2), wide(pairs(0, 0, 0, 0))}, Attrs: attrs(graphops.Int("block_size", 2))},
		{Name: "vector", Op: "Diag", Inputs: []in{of(3)}},
		{Name: "matrix", Op: "Diag", Inputs: []in{of(2, 3)}},
		{Name: "matrix", Op: "DiagPart", Inputs: []in{of(3, 3)}},
		{Name: "rank 4", Op: "DiagPart", Inputs: []in{of(2, 3, 2, 3)}},
		{Name: "vector", Op: "MatrixDiag", Inputs: []in{of(3)}},
		{Name: "rows", Op: "MatrixDiag", Inputs: []in{of(rows, 2, 3)}},
	}
	for _, op := range []string{"SpaceToDepth", "DepthToSpace"} {
		cases = append(cases,
			testCase{Name: "two", Op: op, Inputs: []in{of(rows, 4, 2, 4)}, Attrs: attrs(graphops.Int("block_size", 2))},
			testCase{Name: "three", Op: op, Inputs: []in{of(rows, 3, 6, 9)}, Attrs: attrs(graphops.Int("block_size", 3))})
	}
	for _, mode := range []string{"REFLECT", "SYMMETRIC"} {
		cases = append(cases, testCase{Name: mode, Op: "MirrorPadGrad", Inputs: []in{of(rows, 6, 5), pairs(0, 0, 1, 2, 2, 0)}, Attrs: attrs(graphops.Str("mode", mode))})
	}
	for _, band := range [][2]int{{1, 0}, {-1, 1}, {0, 0}, {-1, -1}, {2, 3}} {
		cases = append(cases, testCase{Name: fmt.Sprint(band), Op: "MatrixBandPart", Inputs: []in{of(rows, 3, 4), wide(scalar(band[0])), wide(scalar(band[1]))}})
	}
	for _, shape := range [][]int{{rows, 3, 3}, {rows, 2, 4}, {4, 3}, {rows, 2, 3, 2}} {
		name := fmt.Sprint(shape)
		least := min(shape[len(shape)-1], shape[len(shape)-2])
		diagonal := append(append([]int{}, shape[:len(shape)-2]...), least)
		cases = append(cases,
			testCase{Name: name, Op: "MatrixDiagPart", Inputs: []in{of(shape...)}},
			testCase{Name: name, Op: "MatrixSetDiag", Inputs: []in{of(shape...), of(diagonal...)}})
	}
	// Of a 3x4 matrix: k is a diagonal or the ends of a band, with so many
	// diagonals of at most so many elements.
	for _, band := range []struct {
		k     in
		shape []int
	}{
		{scalar(0), []int{3}}, {scalar(2), []int{2}}, {scalar(-1), []int{2}},
		{vector(-1, 1), []int{3, 3}}, {vector(1, 3), []int{3, 3}}, {vector(-2, 0), []int{3, 3}},
	} {
		aligns := []string{"RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT"}
		for i, align := range aligns {
			name := fmt.Sprintf("%v %s", band.k.Const, align)
			diagonals := of(append([]int{rows}, band.shape...)...)
			// TensorFlow does not infer the shapes of diagonals of known numbers
			// and unknown sizes, so here the numbers are fed.
			k := in{Shape: band.k.Shape, DType: tensor.Int32}
			for _, v := range band.k.Const {
				k.Values = append(k.Values, float64(v))
			}
			add := func(version string, a ...graphops.Attr) {
				cases = append(cases,
					testCase{Name: name, Op: "MatrixDiag" + version, Attrs: a, Inputs: []in{diagonals, k, scalar(3), scalar(4), of()}, Wrt: []int{0, 4}},
					testCase{Name: name, Op: "MatrixDiagPart" + version, Attrs: a, Inputs: []in{of(rows, 3, 4), band.k, of()}})
				if len(k.Shape) == 0 { // of a band TensorFlow must know all sizes
					cases = append(cases, testCase{Name: name, Op: "MatrixSetDiag" + version, Attrs: a, Inputs: []in{of(rows, 3, 4), diagonals, k}, Wrt: []int{0, 1}})
				}
			}
			add("V3", graphops.Str("align", align))
			if i == 2 { // V2 aligns to the left
				add("V2")
			}
		}
	}
	return cases
}
