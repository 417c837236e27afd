package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// writeInput writes rows of a model's input, uniform from 0 to 1, for both sides.
func writeInput(m model, rows int, file string) error {
	shape := append([]int{rows}, m.shape...)
	n, err := tensor.Count(shape)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 1))
	values := make([]float32, n)
	for i := range values {
		values[i] = r.Float32()
	}
	x, err := tensor.New(values, shape...)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return tensorfile.WriteNPY(file, x)
}
