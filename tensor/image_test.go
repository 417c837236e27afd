package tensor_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Package tensorfile, which reads pictures from files, tests every form and colour
// model.
func TestFromImage(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	m.SetNRGBA(1, 1, color.NRGBA{R: 255, G: 51, A: 255})
	m.SetNRGBA(2, 1, color.NRGBA{B: 102, A: 255})
	part := m.SubImage(image.Rect(1, 1, 3, 2)) // which does not start at 0, 0
	x, err := tensor.FromImage(part, tensor.ImageOptions{})
	require.NoError(t, err)
	require.Equal(t, "float32[1 1 2 3]", x.String())
	require.Equal(t, []float32{1, 0.2, 0, 0, 0, 0.4}, data[float32](t, x))
	x, err = tensor.FromImage(part, tensor.ImageOptions{Shape: []int{-1, 3, 1, 2}, DType: tensor.Uint8, Scale: 7})
	require.NoError(t, err)
	require.Equal(t, []uint8{255, 0, 51, 0, 0, 102}, data[uint8](t, x))
	x, err = tensor.FromImage(part, tensor.ImageOptions{Shape: []int{-1, 4, 4, 1}, DType: tensor.Float64, Scale: 1})
	require.NoError(t, err)
	require.Equal(t, "float64[1 4 4 1]", x.String())
}

func TestFromImageRefuses(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 3, 2))
	m.Pix[0] = 200
	for name, c := range map[string]struct {
		picture image.Image
		o       tensor.ImageOptions
		target  any
	}{
		"nil":            {nil, tensor.ImageOptions{}, new(*tensor.ShapeError)},
		"no pixels":      {image.NewGray(image.Rectangle{}), tensor.ImageOptions{Shape: []int{-1, 4, 4, 1}}, new(*tensor.ShapeError)},
		"five channels":  {m, tensor.ImageOptions{Shape: []int{-1, 2, 3, 5}}, new(*tensor.ShapeError)},
		"two rows":       {m, tensor.ImageOptions{Shape: []int{2, 2, 3, 1}}, new(*tensor.ShapeError)},
		"not its values": {m, tensor.ImageOptions{Shape: []int{-1, 7}}, new(*tensor.ShapeError)},
		"too large":      {m, tensor.ImageOptions{Shape: []int{-1, 1 << 30, 1 << 30, 1}}, new(*tensor.ShapeError)},
		"strings":        {m, tensor.ImageOptions{DType: tensor.String}, new(*tensor.DTypeError)},
		"int8":           {m, tensor.ImageOptions{DType: tensor.Int8}, new(*tensor.RangeError)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tensor.FromImage(c.picture, c.o)
			require.ErrorAs(t, err, c.target)
		})
	}
}
