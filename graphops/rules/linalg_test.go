package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestLinearAlgebra(t *testing.T) { run(t, linalgCases()) }

func linalgCases() []testCase {
	// Far from singular: 3 on the diagonal, less beside it.
	values := []float64{3, 0.4, -0.7, 0.2, 2.8, 0.5, -0.3, 0.6, 3.3}
	square := func(shape ...int) in { return in{Shape: append(shape, 3, 3), Values: values} }
	var cases []testCase
	for _, adjoint := range []bool{false, true} {
		a, name := attrs(graphops.Bool("adjoint", adjoint)), map[bool]string{false: "plain", true: "adjoint"}[adjoint]
		cases = append(cases,
			testCase{Name: name, Op: "MatrixInverse", Inputs: []in{square(rows)}, Attrs: a},
			testCase{Name: name, Op: "MatrixSolve", Inputs: []in{square(rows), of(rows, 3, 2)}, Attrs: a})
		for _, lower := range []bool{false, true} {
			both := append(attrs(graphops.Bool("lower", lower)), a...)
			name := name + map[bool]string{false: ", upper", true: ", lower"}[lower]
			cases = append(cases,
				testCase{Name: name, Op: "MatrixTriangularSolve", Inputs: []in{square(rows), of(rows, 3, 2)}, Attrs: both},
				testCase{Name: name + ", one matrix", Op: "MatrixTriangularSolve", Inputs: []in{square(), of(rows, 3, 2)}, Attrs: both})
		}
	}
	for _, op := range []string{"MatrixDeterminant", "Cholesky", "MatrixInverse"} {
		cases = append(cases,
			testCase{Name: "batch", Op: op, Inputs: []in{square(rows, 2)}},
			testCase{Name: "float32", Op: op, DType: tensor.Float32, Inputs: []in{square()}})
	}
	log := testCase{Name: "logarithm", Op: "LogMatrixDeterminant", Inputs: []in{square(rows)}, Output: 1}
	sign := log
	sign.Name, sign.Output = "sign", 0
	return append(cases, log, sign)
}
