package cgo_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// TestRoundTrip feeds every dtype through an Identity.
func TestRoundTrip(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	long := strings.Repeat("long ", 1000)
	for _, feed := range []*tensor.Tensor{
		value(t, []float32{-1.5, 0, 3e38, 4}, 2, 2),
		value(t, []float64{1e-300, 2, 3}, 3, 1),
		value(t, []int8{-128, 127}, 2),
		value(t, []int16{-32768, 32767}, 2),
		value(t, []int32{-1 << 31, 1<<31 - 1}, 1, 2),
		value(t, []int64{-1 << 63, 1<<63 - 1, 0}, 3),
		value(t, []uint8{0, 255}, 2),
		value(t, []uint16{65535}, 1),
		value(t, []uint32{1<<32 - 1}, 1),
		value(t, []uint64{1<<64 - 1}, 1),
		value(t, []bool{true, false, true}, 3),
		value(t, []complex64{complex(1, -2)}, 1),
		value(t, []complex128{complex(3, -4), 1i}, 2),
		value(t, []tensor.Half{tensor.HalfOf(1.5), tensor.HalfOf(-65504)}, 2),
		value(t, []tensor.Brain{tensor.BrainOf(1.5), tensor.BrainOf(-3e38)}, 2),
		// 22 bytes is the most that TensorFlow keeps inside a string element.
		value(t, []string{"", "a", strings.Repeat("s", 22), strings.Repeat("t", 23), "nul\x00inside\x00", long}, 2, 3),

		value(t, []float32{7}),       // scalars
		value(t, []string{long}),     //
		value(t, []bool{true}),       //
		value(t, []float32{}, 0),     // nothing at all, in several shapes
		value(t, []float64{}, 3, 0),  //
		value(t, []string{}, 0, 2),   //
		value(t, []int64(nil), 0, 0), //
		value(t, []bool{}, 0),        //
		value(t, make([]float32, 1<<18), 1<<9, 1<<9),
		value(t, []float32{1}, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
	} {
		t.Run(feed.String(), func(t *testing.T) {
			s, _ := start(t, l, placeholder("x", feed.DType()), identity("y", "x", feed.DType()))
			c, err := s.Callable(at("x"), at("y"), nil)
			require.NoError(t, err)
			for range 2 { // the second time memory comes from the pool
				out, err := c.Run(context.Background(), []*tensor.Tensor{feed})
				require.NoError(t, err)
				require.Equal(t, feed.DType(), out[0].DType())
				require.Equal(t, feed.Len(), out[0].Len())
				// Not require.Equal, which tells a nil shape from an empty one.
				require.True(t, slices.Equal(feed.Shape(), out[0].Shape()))
				require.Equal(t, feed.Bytes(), out[0].Bytes())
				if feed.DType() == tensor.String {
					require.True(t, slices.Equal(data[string](t, feed), data[string](t, out[0])))
				}
			}
		})
	}
}

// TestStringsOutliveTheirFeed keeps fed strings in a variable: TensorFlow must
// own its copies once the memory of the feed is used again.
func TestStringsOutliveTheirFeed(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	as := attrs{"dtype": tensor.String, "shape": []int{2}}
	s, _ := start(t, l, placeholder("x", tensor.String, 2), node("v", "VarHandleOp", nil, as),
		node("set", "AssignVariableOp", []string{"v", "x"}, attrs{"dtype": tensor.String}),
		node("get", "ReadVariableOp", []string{"v"}, attrs{"dtype": tensor.String}))
	set, err := s.Callable(at("x"), nil, []string{"set"})
	require.NoError(t, err)
	get, err := s.Callable(nil, at("get"), nil)
	require.NoError(t, err)
	want := []string{strings.Repeat("kept ", 10), "short"}
	out, err := set.Run(context.Background(), []*tensor.Tensor{value(t, want, 2)})
	require.NoError(t, err)
	require.Empty(t, out)
	other, err := s.Callable(at("x"), at("x2"), nil)
	require.ErrorContains(t, err, "fetch x2:0: the graph has no such node")
	require.Nil(t, other)
	for range 3 {
		got, err := get.Run(context.Background(), nil)
		require.NoError(t, err)
		require.Equal(t, want, data[string](t, got[0]))
	}
}

func TestFeedErrors(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, placeholder("x", tensor.Float32, -1, 2), identity("y", "x", tensor.Float32), placeholder("free", tensor.Float32), identity("z", "free", tensor.Float32))
	c, err := s.Callable(at("x"), at("y"), nil)
	require.NoError(t, err)
	for _, bad := range []struct {
		name  string
		feeds []*tensor.Tensor
		want  string
	}{
		{"none", nil, "0 tensors were given for 1 feeds"},
		{"nil", []*tensor.Tensor{nil}, "feed x:0: the tensor is nil"},
		{"dtype", []*tensor.Tensor{value(t, []float64{1, 2}, 1, 2)}, "feed x:0: its type is float64, wanted float32"},
		{"rank", []*tensor.Tensor{value(t, []float32{1, 2}, 2)}, "feed x:0: shape [2]: it does not fit [-1 2]"},
		{"dimension", []*tensor.Tensor{value(t, []float32{1, 2, 3}, 1, 3)}, "shape [1 3]"},
	} {
		_, err := c.Run(context.Background(), bad.feeds)
		require.ErrorContains(t, err, bad.want, bad.name)
	}
	// More dimensions than TensorFlow knows would abort the process.
	deep := make([]int, 255)
	for i := range deep {
		deep[i] = 1
	}
	any, err := s.Callable(at("free"), at("z"), nil)
	require.NoError(t, err)
	_, err = any.Run(context.Background(), []*tensor.Tensor{value(t, []float32{1}, deep...)})
	var shape *cgo.ShapeError
	require.ErrorAs(t, err, &shape)
	_, err = any.Run(context.Background(), []*tensor.Tensor{value(t, []float32{1}, deep[:254]...)})
	require.NoError(t, err)
}

func TestFetchErrors(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, placeholder("x", tensor.Float32),
		node("handle", "VarHandleOp", nil, attrs{"dtype": tensor.Float32, "shape": []int{1}}),
		node("q", "Const", nil, attrs{"dtype": tensor.QInt8, "value": &tfproto.TensorProto{Dtype: int32(tensor.QInt8), TensorShape: shapeProto([]int{0})}}))
	for name, dtype := range map[string]tensor.DType{"handle": tensor.Resource, "q": tensor.QInt8} {
		_, err := s.Callable(nil, at(name), nil)
		var e *cgo.DTypeError
		require.ErrorAs(t, err, &e)
		require.Equal(t, dtype, e.Given)
		_, err = s.Callable(at(name), nil, nil)
		require.ErrorAs(t, err, &e)
	}
	for _, c := range []struct {
		feeds, fetches []cgo.Endpoint
		targets        []string
		want           string
	}{
		{fetches: at("nobody"), want: "fetch nobody:0"},
		{feeds: at("nobody"), want: "feed nobody:0"},
		{targets: []string{"nobody"}, want: "run ^nobody"},
		{fetches: []cgo.Endpoint{{Node: "x", Index: 1}}, want: "the node has 1 outputs"},
		{fetches: []cgo.Endpoint{{Node: "x", Index: -1}}, want: "name the node as a target"},
	} {
		_, err := s.Callable(c.feeds, c.fetches, c.targets)
		var e *cgo.NodeError
		require.ErrorAs(t, err, &e)
		require.ErrorContains(t, err, c.want)
	}
}
