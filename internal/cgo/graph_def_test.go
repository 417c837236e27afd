package cgo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// attrs are the attributes of a node, as Go values: a DType or several, a []int
// shape, an int, a bool or a *tfproto.TensorProto.
type attrs map[string]any

func node(name, op string, inputs []string, as attrs) *tfproto.NodeDef {
	n := &tfproto.NodeDef{Name: name, Op: op, Input: inputs, Attr: map[string]*tfproto.AttrValue{}}
	for key, value := range as {
		n.Attr[key] = attr(value)
	}
	return n
}

func attr(value any) *tfproto.AttrValue {
	switch v := value.(type) {
	case tensor.DType:
		return &tfproto.AttrValue{Value: &tfproto.AttrValue_Type{Type: int32(v)}}
	case []int:
		return &tfproto.AttrValue{Value: &tfproto.AttrValue_Shape{Shape: shapeProto(v)}}
	case int:
		return &tfproto.AttrValue{Value: &tfproto.AttrValue_I{I: int64(v)}}
	case bool:
		return &tfproto.AttrValue{Value: &tfproto.AttrValue_B{B: v}}
	case []tensor.DType:
		list := &tfproto.AttrValue_ListValue{}
		for _, d := range v {
			list.Type = append(list.Type, int32(d))
		}
		return &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: list}}
	case *tfproto.TensorProto:
		return &tfproto.AttrValue{Value: &tfproto.AttrValue_Tensor{Tensor: v}}
	}
	panic("attr: no such type")
}

func shapeProto(shape []int) *tfproto.TensorShapeProto {
	s := &tfproto.TensorShapeProto{}
	for _, d := range shape {
		s.Dim = append(s.Dim, &tfproto.TensorShapeProto_Dim{Size: int64(d)})
	}
	return s
}

// placeholder has the shape given, or an unknown one if there is none.
func placeholder(name string, dtype tensor.DType, shape ...int) *tfproto.NodeDef {
	as := attrs{"dtype": dtype}
	if shape != nil {
		as["shape"] = shape
	}
	return node(name, "Placeholder", nil, as)
}

func identity(name, input string, dtype tensor.DType) *tfproto.NodeDef {
	return node(name, "Identity", []string{input}, attrs{"T": dtype})
}

func floats(name string, values []float32, shape ...int) *tfproto.NodeDef {
	return node(name, "Const", nil, attrs{"dtype": tensor.Float32,
		"value": &tfproto.TensorProto{Dtype: int32(tensor.Float32), TensorShape: shapeProto(shape), FloatVal: values}})
}

func matMul(name, a, b string) *tfproto.NodeDef {
	return node(name, "MatMul", []string{a, b}, attrs{"T": tensor.Float32})
}

func graphDef(t testing.TB, nodes ...*tfproto.NodeDef) []byte {
	t.Helper()
	b, err := proto.Marshal(&tfproto.GraphDef{Node: nodes})
	require.NoError(t, err)
	return b
}

// open finds the library as a user would; without one the test fails with the
// list of places that were tried.
func open(t testing.TB) *cgo.Library {
	t.Helper()
	l, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	t.Cleanup(l.Close)
	return l
}

// checkAlive fails the test if it leaves any C object behind. It must be
// called before anything is opened, so that it runs after everything is closed.
func checkAlive(t testing.TB, l *cgo.Library) {
	t.Helper()
	require.Zero(t, l.Alive(), "an earlier test left C objects behind")
	t.Cleanup(func() { require.Zero(t, l.Alive(), "C objects were left behind") })
}

// start imports the nodes into a new graph and opens a session on it; both are
// closed with the test.
func start(t testing.TB, l *cgo.Library, nodes ...*tfproto.NodeDef) (*cgo.Session, *cgo.Graph) {
	t.Helper()
	g := l.NewGraph()
	t.Cleanup(g.Close)
	require.NoError(t, g.Import(graphDef(t, nodes...), cgo.ImportOptions{}))
	s, err := l.NewSession(g, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, g
}

func at(nodes ...string) []cgo.Endpoint {
	e := make([]cgo.Endpoint, len(nodes))
	for i, n := range nodes {
		e[i] = cgo.Endpoint{Node: n}
	}
	return e
}

func value[T tensor.Element](t testing.TB, data []T, shape ...int) *tensor.Tensor {
	t.Helper()
	v, err := tensor.New(data, shape...)
	require.NoError(t, err)
	return v
}

func data[T tensor.Element](t testing.TB, v *tensor.Tensor) []T {
	t.Helper()
	d, err := tensor.Data[T](v)
	require.NoError(t, err)
	return d
}
