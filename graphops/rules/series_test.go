package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestSeries(t *testing.T) { run(t, seriesCases()) }
func TestPlaces(t *testing.T) { run(t, placeCases()) }

func seriesCases() []testCase {
	value := func(v float64) in { return in{Values: []float64{v}} }
	return []testCase{
		{Name: "rising", Op: "Range", Inputs: []in{value(1), value(2.7), value(0.5)}, Wrt: []int{0, 2}},
		{Name: "falling", Op: "Range", Inputs: []in{value(1), value(-2.7), value(-0.5)}, Wrt: []int{0, 1, 2}},
		{Name: "five", Op: "LinSpace", Inputs: []in{of(), of(), rulestest.Scalar(5)}},
		{Name: "one", Op: "LinSpace", Inputs: []in{of(), of(), rulestest.Scalar(1)}},
		{Name: "float32", Op: "LinSpace", DType: tensor.Float32, Inputs: []in{of(), of(), rulestest.Scalar(4)}},
	}
}

func placeCases() []testCase {
	x := in{Shape: []int{rows, 4}, Avoid: []float64{0}}
	boxes := in{Shape: []int{4, 4}, Values: []float64{0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 3, 1, 4, 0, 3.2, 1, 4.4}}
	scores := in{Shape: []int{4}, Values: []float64{0.9, 0.75, 0.6, 0.3}}
	half, low, three := in{Values: []float64{0.5}}, in{Values: []float64{0.01}}, rulestest.Scalar(3)
	suppressed := func(op string, more ...in) testCase {
		return testCase{Name: "boxes", Op: op, DType: tensor.Float32, Inputs: append([]in{boxes, scores, three}, more...), Wrt: []int{1}}
	}
	targets := rulestest.Vector(1, 3)
	cases := []testCase{
		{Name: "true", Op: "Where", Inputs: []in{{Shape: []int{rows, 2}, DType: tensor.Bool}}},
		{Name: "not zero", Op: "Where", Inputs: []in{x}},
		{Name: "to pieces", Op: "Bitcast", Inputs: []in{{Shape: []int{rows, 2}, DType: tensor.Int32, Low: 1, High: 9}}, Attrs: attrs(graphops.Type("type", tensor.Int16))},
		{Name: "one", Op: "InTopK", DType: tensor.Float32, Inputs: []in{{Shape: []int{2, 4}, Distinct: true}, targets}, Attrs: attrs(graphops.Int("k", 1))},
		{Name: "two", Op: "InTopKV2", DType: tensor.Float32, Inputs: []in{{Shape: []int{2, 4}, Distinct: true}, targets, rulestest.Scalar(2)}},
		suppressed("NonMaxSuppression"),
		suppressed("NonMaxSuppressionV2", half),
		suppressed("NonMaxSuppressionV3", half, low),
		suppressed("NonMaxSuppressionV4", half, low),
	}
	for i := range cases {
		cases[i].SameChoice = true
	}
	cut := graphops.Floats("boundaries", []float64{-1, 0, 1})
	return append(cases,
		testCase{Name: "to bits", Op: "Bitcast", Inputs: []in{{Shape: []int{rows, 2}, DType: tensor.Int32, Low: 1, High: 9}}, Attrs: attrs(graphops.Type("type", tensor.Float32))},
		testCase{Name: "three boundaries", Op: "Bucketize", Inputs: []in{{Shape: []int{rows, 4}, Avoid: []float64{-1, 0, 1}}}, Attrs: attrs(cut)})
}
