package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestEinsum(t *testing.T) { run(t, einsumCases()) }

func einsumCases() []testCase {
	var cases []testCase
	add := func(equation string, ins ...in) {
		var shapes []string
		for _, i := range ins {
			shapes = append(shapes, fmt.Sprint(i.Shape))
		}
		cases = append(cases, testCase{Name: fmt.Sprintf("%s of %v", equation, shapes), Op: "Einsum", Inputs: ins,
			Attrs: attrs(graphops.Str("equation", equation))})
	}
	// One operand: transposed, summed, diagonals.
	add("ij->ji", of(rows, 3))
	add("ijk->kj", of(rows, 2, 3))
	add("ij->", of(rows, 3))
	add("ij->ij", of(rows, 3))
	add("->", of())
	add("ii->i", of(3, 3))
	add("bii->b", of(rows, 3, 3))
	add("i->ii", of(rows))
	add("iji->j", of(3, 2, 3))
	add("...ij->...ji", of(rows, 2, 3))
	add("...ij->...j", of(rows, 2, 2, 3))
	add("i...j->j...", of(rows, 2, 3))
	add("...ii->...i", of(rows, 2, 2))
	add("...->...", of(rows, 2))
	// Two: products, with axes kept, contracted and summed on one side.
	add("ij,jk->ik", of(rows, 3), of(3, 2))
	add("ij,kj->ik", of(rows, 3), of(2, 3))
	add("bij,bjk->bik", of(rows, 2, 3), of(rows, 3, 2))
	add("bqhd,bkhd->bhqk", of(rows, 2, 2, 3), of(rows, 4, 2, 3))
	add("bhqk,bkhd->bqhd", of(rows, 2, 2, 4), of(rows, 4, 2, 3))
	add("abc,cde->abde", of(rows, 2, 3), of(3, 2, 2))
	add("i,j->ij", of(rows), of(3))
	add("i,i->", of(3), of(3))
	add("i,j->", of(rows), of(3))
	add(",j->j", of(), of(3))
	add(",->", of(), of())
	add("ij,jk->k", of(rows, 3), of(3, 2))
	add("ij,kl->jk", of(rows, 3), of(2, 4))
	add("ij,ij->ij", of(rows, 3), of(rows, 3))
	add("ij,j->ij", of(rows, 3), of(3))
	// The same label twice in a term.
	add("iij,jk->ik", of(2, 2, 3), of(3, 2))
	add("ij,jj->i", of(rows, 3), of(3, 3))
	add("ij,jk->iik", of(rows, 3), of(3, 2))
	add("iij,k->", of(2, 2, 3), of(2))
	add("aab,bc->cca", of(2, 2, 3), of(3, 2))
	// Ellipses, equal, missing and broadcast.
	add("...ij,jk->...ik", of(rows, 2, 3), of(3, 2))
	add("...ij,jk->...ik", of(2, 3), of(3, 2))
	add("ij,...jk->...ik", of(2, 3), of(rows, 3, 2))
	add("...ij,...jk->...ik", of(rows, 2, 3), of(rows, 3, 2))
	add("...ij,...jk->...ik", of(rows, 1, 2, 3), of(4, 3, 2))
	add("...ij,...jk->...ik", of(rows, 1, 2, 3), of(1, 4, 3, 2))
	add("...ij,...jk->...ik", of(2, 3), of(rows, 2, 3, 2))
	add("i...j,j...k->k...i", of(2, 1, 3), of(3, 4, 2))
	add("...ij,...k->...k", of(rows, 2, 3), of(4))
	add("...,...->...", of(rows, 3), of(3))
	add("...i,...ii->...i", of(rows, 1, 2), of(3, 2, 2))
	x, w := of(rows, 3), of(3, 2)
	product := attrs(graphops.Str("equation", "ij,jk->ik"))
	return append(cases,
		testCase{Name: "float32", Op: "Einsum", DType: tensor.Float32, Inputs: []in{x, w}, Attrs: product},
		testCase{Name: "weights fixed", Op: "Einsum", Inputs: []in{x, w}, Attrs: product, Wrt: []int{0}},
		testCase{Name: "x fixed", Op: "Einsum", Inputs: []in{x, w}, Attrs: product, Wrt: []int{1}})
}
