package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestMatmuls(t *testing.T) { run(t, matmulCases()) }

func matmulCases() []testCase {
	var cases []testCase
	for i := range 4 {
		ta, tb := i&1 != 0, i&2 != 0
		name := fmt.Sprintf("transposed %t %t", ta, tb)
		// The rows are what comes first in y, or last, or what is summed over.
		withRows := map[[2]bool][]in{
			{false, false}: {of(rows, 3), of(3, 4)},
			{false, true}:  {of(rows, 3), of(4, 3)},
			{true, false}:  {of(rows, 2), of(rows, 4)},
			{true, true}:   {of(3, 2), of(rows, 3)},
		}[[2]bool{ta, tb}]
		transposes := attrs(graphops.Bool("transpose_a", ta), graphops.Bool("transpose_b", tb))
		cases = append(cases,
			testCase{Name: name, Op: "MatMul", Inputs: []in{matrix(nil, 2, 3, ta), matrix(nil, 3, 4, tb)}, Attrs: transposes},
			testCase{Name: name + " rows", Op: "MatMul", Inputs: withRows, Attrs: transposes})
		for _, op := range []string{"BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"} {
			adjoints := attrs(graphops.Bool("adj_x", ta), graphops.Bool("adj_y", tb))
			if op == "BatchMatMulV3" {
				adjoints = append(adjoints, graphops.Type("Tout", tensor.Float64))
			}
			leads := map[string][2][]int{"rows": {{rows}, {rows}}, "two axes": {{rows, 2}, {rows, 2}}, "no axes": {{}, {}}}
			if op != "BatchMatMul" {
				leads["matrix second"] = [2][]int{{rows}, {}}
				leads["matrix first"] = [2][]int{{}, {rows}}
				leads["ones"] = [2][]int{{rows, 1}, {1, 2}}
				leads["fewer"] = [2][]int{{rows, 2}, {2}}
			}
			for lead, s := range leads {
				cases = append(cases, testCase{Name: name + " " + lead, Op: op, Attrs: adjoints,
					Inputs: []in{matrix(s[0], 2, 3, ta), matrix(s[1], 3, 4, tb)}})
			}
		}
	}
	return append(cases,
		testCase{Name: "float32", Op: "MatMul", DType: tensor.Float32, Inputs: []in{of(rows, 3), of(3, 2)}},
		testCase{Name: "weights fixed", Op: "MatMul", Inputs: []in{of(rows, 3), of(3, 2)}, Wrt: []int{0}},
		testCase{Name: "x fixed", Op: "MatMul", Inputs: []in{of(rows, 3), of(3, 2)}, Wrt: []int{1}},
		testCase{Name: "integers", Op: "BatchMatMulV3", DType: tensor.Int8, Inputs: []in{of(rows, 2, 3), of(3, 2)},
			Attrs: attrs(graphops.Type("Tout", tensor.Int32)), Refused: true})
}

// matrix has m rows and n columns, or the other way round, behind leading axes.
func matrix(lead []int, m, n int, transposed bool) in {
	if transposed {
		m, n = n, m
	}
	return in{Shape: append(append([]int{}, lead...), m, n)}
}
