package main

import (
	"math/rand/v2"
	"strings"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// rowShapes reads KEY=2x3 words: the shape of one row of an input.
func rowShapes(sig *savedmodel.Signature, words []string) (map[string][]int, error) {
	shapes := make(map[string][]int)
	for _, w := range words {
		key, text, ok := strings.Cut(w, "=")
		if !ok {
			return nil, usagef("--input-shape %q: wanted KEY=2x3", w)
		}
		if _, err := sig.Input(key); err != nil {
			return nil, err
		}
		shape, err := intList("--input-shape", text, "x")
		if err != nil {
			return nil, err
		}
		shapes[key] = shape
	}
	return shapes, nil
}

// randomInputs makes inputs of the signature's shapes. They are the same each
// time.
func randomInputs(sig *savedmodel.Signature, rowShapes map[string][]int, rows int) (map[string]*tensor.Tensor, error) {
	random := rand.New(rand.NewPCG(1, 1))
	inputs := make(map[string]*tensor.Tensor)
	for _, in := range sig.Inputs {
		shape, err := randomShape(in, rowShapes, rows)
		if err != nil {
			return nil, err
		}
		if inputs[in.Key], err = randomTensor(random, in.DType, shape); err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

func randomShape(in savedmodel.TensorInfo, rowShapes map[string][]int, rows int) ([]int, error) {
	if row, ok := rowShapes[in.Key]; ok {
		if !fitsRow(in, row) {
			return nil, usagef("--input-shape %s=%s does not fit: one row of it is %s", in.Key, sizes(row, "x"), describeRow(in))
		}
		return append([]int{rows}, row...), nil
	}
	shape := make([]int, len(in.Shape))
	for i, n := range in.Shape {
		switch {
		case n >= 0:
			shape[i] = n
		case i == 0:
			shape[i] = rows
		default:
			return nil, openShape(in)
		}
	}
	if !in.KnownRank {
		return nil, openShape(in)
	}
	return shape, nil
}

func openShape(in savedmodel.TensorInfo) error {
	return usagef("the shape of input %q is open (%s): say what one row is with --input-shape %s=2x3", in.Key, describe(in), in.Key)
}

// fitsRow compares the shape of one row with the signature's.
func fitsRow(in savedmodel.TensorInfo, row []int) bool {
	if !in.KnownRank {
		return true
	}
	if len(row)+1 != len(in.Shape) {
		return false
	}
	for i, n := range in.Shape[1:] {
		if n >= 0 && n != row[i] {
			return false
		}
	}
	return true
}

func randomTensor(random *rand.Rand, dtype tensor.DType, shape []int) (*tensor.Tensor, error) {
	if dtype == tensor.String {
		return tensor.Zeros(dtype, shape...)
	}
	n, err := tensor.Count(shape)
	if err != nil {
		return nil, err
	}
	values := make([]float64, n)
	for i := range values {
		values[i] = random.Float64()
		if !dtype.IsFloat() {
			values[i] = float64(random.IntN(2)) // an id that every vocabulary has
		}
	}
	t, err := tensor.New(values, shape...)
	if err != nil {
		return nil, err
	}
	return t.Convert(dtype)
}
