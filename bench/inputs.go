package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// input makes rows of a model's input, uniform from 0 to 1, and writes them to a
// file for Python.
func input(in savedmodel.TensorInfo, rows int, file string) (*tensor.Tensor, error) {
	shape := slices.Clone(in.Shape)
	shape[0] = rows
	n, err := tensor.Count(shape)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(1, 1))
	values := make([]float32, n)
	for i := range values {
		values[i] = r.Float32()
	}
	x, err := tensor.New(values, shape...)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	return x, tensorfile.WriteNPY(file, x)
}
