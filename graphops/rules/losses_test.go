package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestLosses(t *testing.T) { run(t, lossCases()) }

func lossCases() []testCase {
	vector := rulestest.Vector
	keep := attrs(graphops.Bool("keep_dims", true))
	dense := func(name string, x, labels in, wrt ...int) testCase {
		return testCase{Name: name, Op: "SoftmaxCrossEntropyWithLogits", Inputs: []in{x, labels}, Wrt: wrt}
	}
	sparse := func(name string, x, labels in) testCase {
		return testCase{Name: name, Op: "SparseSoftmaxCrossEntropyWithLogits", Inputs: []in{x, labels}}
	}
	// TensorFlow takes the labels of a row for a distribution.
	odds := func(size int) in { return in{Shape: []int{size, 4}, Values: []float64{0.1, 0.2, 0.3, 0.4}} }
	labels := vector(2, 0, 3)
	wide := labels
	wide.DType = tensor.Int64
	single := sparse("float32", of(3, 4), labels)
	single.DType = tensor.Float32
	gradient := dense("gradient used", of(rows, 4), odds(rows))
	gradient.Output, gradient.Refused = 1, true
	sparseGradient := sparse("gradient used", of(3, 4), labels)
	sparseGradient.Output, sparseGradient.Refused = 1, true
	return []testCase{single, gradient, sparseGradient,
		{Name: "matrix", Op: "L2Loss", Inputs: []in{of(rows, 3)}},
		{Name: "scalar", Op: "L2Loss", Inputs: []in{of()}},
		{Name: "float32", Op: "L2Loss", DType: tensor.Float32, Inputs: []in{of(rows, 3)}},
		{Name: "one axis", Op: "EuclideanNorm", Inputs: []in{of(rows, 2, 3), vector(-1)}},
		{Name: "kept", Op: "EuclideanNorm", Inputs: []in{of(rows, 2, 3), vector(1)}, Attrs: keep},
		{Name: "several", Op: "EuclideanNorm", Inputs: []in{of(rows, 2, 3), vector(2, 1)}},
		{Name: "all", Op: "EuclideanNorm", Inputs: []in{of(2, 3), vector(0, 1)}},
		{Name: "rows", Op: "EuclideanNorm", Inputs: []in{of(rows, 3), vector(0)}},
		{Name: "zero", Op: "EuclideanNorm", Inputs: []in{{Shape: []int{rows, 2}, Values: []float64{0}}, vector(1)}, Want: [][]float64{{0}}},
		dense("both", of(rows, 4), odds(rows)),
		dense("labels fixed", of(rows, 4), odds(rows), 0),
		dense("logits fixed", of(rows, 4), odds(rows), 1),
		dense("one row of labels", of(rows, 4), odds(1)),
		dense("one row of logits", of(1, 4), odds(rows)),
		sparse("int32", of(3, 4), labels),
		sparse("int64", of(3, 4), wide),
	}
}
