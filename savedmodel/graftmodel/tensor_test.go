//go:build graft

package graftmodel_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	tf "github.com/wamuir/graft/tensorflow"

	"github.com/tfexplain/tfexplain-go/savedmodel/graftmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func made[T tensor.Element](t *testing.T, data []T, shape ...int) *tensor.Tensor {
	t.Helper()
	x, err := tensor.New(data, shape...)
	require.NoError(t, err)
	return x
}

func TestTensors(t *testing.T) {
	for _, c := range []struct {
		ours   *tensor.Tensor
		theirs any
	}{
		{made(t, []float32{1.5}), float32(1.5)},
		{made(t, []float32{1, 2, 3}, 3), []float32{1, 2, 3}},
		{made(t, []float64{1, 2, 3, 4, 5, 6}, 2, 3), [][]float64{{1, 2, 3}, {4, 5, 6}}},
		{made(t, []int8{-1, 2}, 1, 2, 1), [][][]int8{{{-1}, {2}}}},
		{made(t, []int16{-1, 2}, 2), []int16{-1, 2}},
		{made(t, []int32{-1, 2}, 2), []int32{-1, 2}},
		{made(t, []int64{-1, 1 << 40}, 2, 1), [][]int64{{-1}, {1 << 40}}},
		{made(t, []uint8{1, 255}, 2), []uint8{1, 255}},
		{made(t, []uint16{1, 2}, 2), []uint16{1, 2}},
		{made(t, []uint32{1, 1 << 31}, 2, 1), [][]uint32{{1}, {1 << 31}}},
		{made(t, []uint64{1 << 63}), uint64(1 << 63)},
		{made(t, []bool{true, false}, 2), []bool{true, false}},
		{made(t, []complex64{1 + 2i}, 1), []complex64{1 + 2i}},
		{made(t, []complex128{1 + 2i}), 1 + 2i},
		{made(t, []string{"", "a string that is longer than one word"}, 2, 1), [][]string{{""}, {"a string that is longer than one word"}}},
		{made(t, []string{"one"}), "one"},
		{made(t, []string{"a", "b", "c", "d", "e", "f"}, 1, 3, 2), [][][]string{{{"a", "b"}, {"c", "d"}, {"e", "f"}}}},
		{made(t, []float32{}, 0, 3), [][]float32{}},
		{made(t, []string{}, 0), []string{}},
	} {
		t.Run(c.ours.String(), func(t *testing.T) {
			theirs, err := graftmodel.ToTensor(c.ours)
			require.NoError(t, err)
			require.Equal(t, tf.DataType(c.ours.DType()), theirs.DataType())
			require.Equal(t, c.theirs, theirs.Value())
			back, err := graftmodel.FromTensor(theirs)
			require.NoError(t, err)
			require.Equal(t, c.ours, back)
		})
	}
}

func TestTensorsOfOtherTypes(t *testing.T) {
	var wrong *tensor.DTypeError
	_, err := graftmodel.ToTensor(made(t, []tensor.Half{1}, 1))
	require.ErrorAs(t, err, &wrong)
	_, err = graftmodel.ToTensor(made(t, []tensor.Brain{1}, 1))
	require.ErrorAs(t, err, &wrong)
	var shape *tensor.ShapeError
	_, err = graftmodel.ToTensor(made(t, []string{}, 0, 3))
	require.ErrorAs(t, err, &shape)
}

// graft fetches halves, though it makes none.
func TestHalvesOfGraft(t *testing.T) {
	g := tf.NewGraph()
	x, err := tf.NewTensor([]float32{1, -2})
	require.NoError(t, err)
	c, err := g.AddOperation(tf.OpSpec{Type: "Const", Attrs: map[string]any{"dtype": tf.Float, "value": x}})
	require.NoError(t, err)
	half, err := g.AddOperation(tf.OpSpec{Type: "Cast", Input: []tf.Input{c.Output(0)}, Attrs: map[string]any{"DstT": tf.Half}})
	require.NoError(t, err)
	s, err := tf.NewSession(g, nil)
	require.NoError(t, err)
	defer s.Close()
	out, err := s.Run(nil, []tf.Output{half.Output(0)}, nil)
	require.NoError(t, err)
	got, err := graftmodel.FromTensor(out[0])
	require.NoError(t, err)
	require.Equal(t, made(t, []tensor.Half{tensor.HalfOf(1), tensor.HalfOf(-2)}, 2), got)
}

func TestNilTensors(t *testing.T) {
	var shape *tensor.ShapeError
	_, err := graftmodel.FromTensor(nil)
	require.ErrorAs(t, err, &shape)
	_, err = graftmodel.ToTensor(nil)
	require.ErrorAs(t, err, &shape)
}
