package graphops_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/infer"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Axes are often worked out from ranks and sizes: tf.signal.frame takes its own
// from a range, tf.reduce_sum over all axes too.
func TestConstInts(t *testing.T) {
	lib, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	i32, last := typed("T", tensor.Int32), []attr{typed("T", tensor.Int32), typed("Index", tensor.Int32), count("shrink_axis_mask", 1)}
	vector := func(v int32) attr {
		shape := &tfproto.TensorShapeProto{Dim: []*tfproto.TensorShapeProto_Dim{{Size: 1}}}
		return value(&tfproto.TensorProto{Dtype: int32(tensor.Int32), IntVal: []int32{v}, TensorShape: shape})
	}
	def := graph([]*tfproto.NodeDef{
		node("x = Placeholder()", typed("dtype", tensor.Float32)),
		node("zero = Const()", ints(0)),
		node("one = Const()", ints(1)),
		node("three = Const()", ints(3)),
		node("minus = Const()", vector(-1)),
		node("none = Const()", vector(0)),
		node("ones = Const()", vector(1)),
		node("range = Range(zero, three, one)", typed("Tidx", tensor.Int32)),
		node("axis = StridedSlice(range, minus, none, ones)", last...),
		node("size = Shape(x)", f32, typed("out_type", tensor.Int32)),
		node("width = StridedSlice(size, minus, none, ones)", last...),
		node("rows = StridedSlice(size, none, ones, ones)", last...),
		node("paddings = Pack(range, range)", i32, count("N", 2)),
		node("columns = Pack(range, range)", i32, count("N", 2), count("axis", 1)),
		node("row = StridedSlice(paddings, ones, none, ones)", last...),
	})
	feeds := []graphops.Feed{{Tensor: "x:0", Name: "in", Shape: []int{-1, 6}, Ranked: true}}
	fetch := func(name string) graphops.Output {
		c, err := graphops.Forward(def, ops(t), feeds, []string{name + ":0", "size:0"}, graphops.CustomGradients{}, infer.New(lib))
		require.NoError(t, err)
		return c.Fetches[0]
	}
	for name, want := range map[string][]int{
		"range": {0, 1, 2}, "axis": {2}, "width": {6}, "paddings": {0, 1, 2, 0, 1, 2},
		"size": nil, "rows": nil, "columns": nil, "row": nil,
	} {
		got, ok := graphops.ConstInts(fetch(name))
		require.Equal(t, want != nil, ok, name)
		if ok {
			require.Equal(t, want, got, name)
		}
	}
}
