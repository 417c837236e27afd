package savedmodel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestConstants(t *testing.T) {
	const f32 = int32(tensor.Float32)
	for _, c := range []struct {
		name   string
		tensor *tfproto.TensorProto
		reason string // empty: accepted
		bytes  int64
	}{
		{"scalar", &tfproto.TensorProto{Dtype: f32, FloatVal: []float32{1}}, "", 0},
		{"one value repeated", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(1000, 1000), FloatVal: []float32{1}}, "", 0},
		{"no value", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(3)}, "", 0},
		{"no elements", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(0, math.MaxInt64, 7)}, "", 0},
		{"content", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(2, 1), TensorContent: make([]byte, 8)}, "", 0},
		{"strings", &tfproto.TensorProto{Dtype: int32(tensor.String), TensorShape: shapeOf(2), StringVal: [][]byte{{1}, {2}}}, "", 0},
		{"all axes there are", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(make([]int64, 254)...)}, "", 0},
		{"too many axes", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(make([]int64, 255)...)},
			"it has 255 axes and TensorFlow knows at most 254", 0},
		{"exactly the limit", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(1 << 29)}, "", 0},
		{"too large", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(1<<29 + 1)},
			"it claims 2147483652 bytes", 1<<31 + 4},
		{"too many strings", &tfproto.TensorProto{Dtype: int32(tensor.String), TensorShape: shapeOf(1 << 27), StringVal: [][]byte{{1}}},
			"it claims 3221225472 bytes", 3 << 30},
		{"too large of a type that Go has not", &tfproto.TensorProto{Dtype: 25, TensorShape: shapeOf(1 << 32)},
			"it claims 4294967296 bytes", 1 << 32},
		{"too large for quantized", &tfproto.TensorProto{Dtype: int32(tensor.QInt32), TensorShape: shapeOf(1 << 30)},
			"it claims 4294967296 bytes", 1 << 32},
		{"reference type", &tfproto.TensorProto{Dtype: f32 + 100, TensorShape: shapeOf(1 << 30)},
			"it claims 4294967296 bytes", 1 << 32},
		{"elements overflow", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(1<<32, 1<<32)}, "its number of elements overflows", 0},
		{"bytes overflow", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(1 << 62)}, "its number of bytes overflows", 0},
		{"negative", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(3, -1)}, "the size -1 of an axis is negative", 0},
		{"unknown rank", &tfproto.TensorProto{Dtype: f32, TensorShape: &tfproto.TensorShapeProto{UnknownRank: true}}, "its shape is unknown", 0},
		{"content too short", &tfproto.TensorProto{Dtype: f32, TensorShape: shapeOf(3), TensorContent: make([]byte, 8)},
			"its shape needs 12 bytes and 8 are stored", 12},
		{"content too long", &tfproto.TensorProto{Dtype: int32(tensor.Bool), TensorShape: shapeOf(3), TensorContent: make([]byte, 4)},
			"its shape needs 3 bytes and 4 are stored", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			places := map[string]func(*tfproto.MetaGraphDef){
				"node constant": func(m *tfproto.MetaGraphDef) { addNode(m, "constant", "Const", constAttrs(c.tensor)) },
				"node constant of function f": func(m *tfproto.MetaGraphDef) {
					f := addFunction(m, "f")
					f.NodeDef = append(f.NodeDef, &tfproto.NodeDef{Name: "constant", Op: "Const", Attr: constAttrs(c.tensor)})
				},
				"node list": func(m *tfproto.MetaGraphDef) {
					addNode(m, "list", "NoOp", map[string]*tfproto.AttrValue{"value": {Value: &tfproto.AttrValue_List{
						List: &tfproto.AttrValue_ListValue{Tensor: []*tfproto.TensorProto{c.tensor}}}}})
				},
				"node call": func(m *tfproto.MetaGraphDef) {
					addFunction(m, "f")
					n := addCall(m, "call", "f")
					n.Attr["f"].GetFunc().Attr = constAttrs(c.tensor)
				},
				"function f": func(m *tfproto.MetaGraphDef) { addFunction(m, "f").Attr = constAttrs(c.tensor) },
			}
			for where, change := range places {
				_, err := Read(changed(t, "tf1_frozen", change), Options{})
				if c.reason == "" {
					require.NoError(t, err, where)
					continue
				}
				var e *ConstantError
				require.ErrorAs(t, err, &e, where)
				require.Equal(t, c.reason, e.Reason)
				require.Equal(t, c.bytes, e.Bytes)
				require.Equal(t, where, place(e.Function, e.Node))
				require.Equal(t, "value", e.Attr)
			}
		})
	}
}

func TestConstantDeclared(t *testing.T) {
	_, err := Read(changed(t, "tf1_frozen", func(m *tfproto.MetaGraphDef) {
		attrs := constAttrs(&tfproto.TensorProto{Dtype: int32(tensor.String)})
		attrs["dtype"] = typeAttr(tensor.Int32)
		addNode(m, "constant", "Const", attrs)
	}), Options{})
	var e *ConstantError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "its node declares int32", e.Reason)
	require.Equal(t, tensor.String, e.DType)
}

// Many constants that each claim less than the limit count together.
func TestConstantsTogether(t *testing.T) {
	claims := func(n int) string {
		return changed(t, "tf1_frozen", func(m *tfproto.MetaGraphDef) {
			for i := range n {
				addNode(m, "c"+string(rune('0'+i)), "Const", constAttrs(&tfproto.TensorProto{
					Dtype: int32(tensor.Uint8), TensorShape: shapeOf(1 << 20), IntVal: []int32{1}}))
			}
		})
	}
	l := Limits{MaxTensorBytes: 3 << 20}
	_, err := Read(claims(3), Options{Limits: l})
	require.NoError(t, err)
	_, err = Read(claims(4), Options{Limits: l})
	var e *ConstantError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "c3", e.Node)
	require.ErrorContains(t, err, "together with the constants before it")
}

func TestShapes(t *testing.T) {
	shape := func(s *tfproto.TensorShapeProto) map[string]*tfproto.AttrValue {
		return map[string]*tfproto.AttrValue{"shape": {Value: &tfproto.AttrValue_Shape{Shape: s}}}
	}
	for _, c := range []struct {
		name   string
		shape  *tfproto.TensorShapeProto
		reason string
	}{
		{"unknown sizes", shapeOf(-1, 3, -1), ""},
		{"unknown rank", &tfproto.TensorShapeProto{UnknownRank: true}, ""},
		{"negative", shapeOf(-1, -2), "the size -2 of an axis is negative (only -1, unknown, may be)"},
		{"overflow", shapeOf(1<<40, -1, 1<<40), "its number of elements overflows"},
		{"unknown rank with axes", &tfproto.TensorShapeProto{UnknownRank: true, Dim: shapeOf(1).Dim},
			"it has axes although their number is said to be unknown"},
		{"too many axes", shapeOf(make([]int64, 300)...), "it has 300 axes and TensorFlow knows at most 254"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for where, change := range map[string]func(*tfproto.MetaGraphDef){
				"node p, attribute shape": func(m *tfproto.MetaGraphDef) { addNode(m, "p", "Placeholder", shape(c.shape)) },
				"node p, attribute shapes": func(m *tfproto.MetaGraphDef) {
					addNode(m, "p", "NoOp", map[string]*tfproto.AttrValue{"shapes": {Value: &tfproto.AttrValue_List{
						List: &tfproto.AttrValue_ListValue{Shape: []*tfproto.TensorShapeProto{c.shape}}}}})
				},
				`signature "serving_default", input "x"`: func(m *tfproto.MetaGraphDef) {
					m.SignatureDef["serving_default"].Inputs["x"].TensorShape = c.shape
				},
			} {
				_, err := Read(changed(t, "tf1_frozen", change), Options{})
				if c.reason == "" {
					require.NoError(t, err)
					continue
				}
				require.Equal(t, &ShapeError{Where: where, Shape: dims(c.shape), Reason: c.reason}, err)
			}
		})
	}
}
