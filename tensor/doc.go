// Package tensor holds plain Go tensors: a flat slice, a shape and a dtype.
//
// A Tensor owns ordinary Go memory. It knows nothing about TensorFlow beyond
// the numbers of its data types, so it can be made, sliced, converted and
// compared without a TensorFlow library being present.
//
//	t, err := tensor.New([]float32{1, 2, 3, 4, 5, 6}, 2, 3) // two rows of three
//	rows, err := t.Rows(0, 1)                                // a view, not a copy
//	data, err := tensor.Data[float32](rows)                  // [1 2 3]
//
// FromImage makes one of a picture, in the shape and with the numbers that a model
// takes.
//
// Elements are stored in row-major order, last axis fastest.
package tensor
