package savedmodel

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// copyModel copies a model of testdata to a new folder that the test may break.
func copyModel(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", name))))
	return dir
}

// modelBytes is the saved_model.pb of a model of testdata.
func modelBytes(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name, modelFile))
	require.NoError(t, err)
	return data
}

// changed is a copy of a model of testdata with its first graph changed.
func changed(t testing.TB, name string, change func(*tfproto.MetaGraphDef)) string {
	t.Helper()
	dir := copyModel(t, name)
	var m tfproto.SavedModel
	require.NoError(t, proto.Unmarshal(modelBytes(t, name), &m))
	change(m.MetaGraphs[0])
	writeModel(t, dir, &m)
	return dir
}

func writeModel(t testing.TB, dir string, m *tfproto.SavedModel) {
	t.Helper()
	data, err := proto.Marshal(m)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, modelFile), data, 0o600))
}

// addNode adds a node to the graph that nothing needs.
func addNode(m *tfproto.MetaGraphDef, name, op string, attrs map[string]*tfproto.AttrValue) *tfproto.NodeDef {
	n := &tfproto.NodeDef{Name: name, Op: op, Attr: attrs}
	m.GraphDef.Node = append(m.GraphDef.Node, n)
	return n
}

// addOutput makes a node an output of serving_default, so that the signature
// reaches it.
func addOutput(m *tfproto.MetaGraphDef, node string) {
	m.SignatureDef["serving_default"].Outputs["added"] = &tfproto.TensorInfo{
		Dtype: 1, Encoding: &tfproto.TensorInfo_Name{Name: node + ":0"}}
}

// addFunction adds a function that passes its float x through calls of others.
func addFunction(m *tfproto.MetaGraphDef, name string, calls ...string) *tfproto.FunctionDef {
	f := &tfproto.FunctionDef{
		Signature: &tfproto.OpDef{
			Name:      name,
			InputArg:  []*tfproto.OpDef_ArgDef{{Name: "x", Type: 1}},
			OutputArg: []*tfproto.OpDef_ArgDef{{Name: "y", Type: 1}},
		},
	}
	last := "x"
	for i, c := range calls {
		n := &tfproto.NodeDef{Name: fmt.Sprintf("call%d", i), Op: "PartitionedCall", Input: []string{last}, Attr: callAttrs(c)}
		f.NodeDef = append(f.NodeDef, n)
		last = n.Name + ":output:0"
	}
	f.Ret = map[string]string{"y": last}
	if m.GraphDef.Library == nil {
		m.GraphDef.Library = &tfproto.FunctionDefLibrary{}
	}
	m.GraphDef.Library.Function = append(m.GraphDef.Library.Function, f)
	return f
}

// addCall adds a constant and a call of a function with it to the graph.
func addCall(m *tfproto.MetaGraphDef, node, function string) *tfproto.NodeDef {
	addNode(m, node+"_input", "Const", constAttrs(&tfproto.TensorProto{
		Dtype: 1, TensorShape: shapeOf(), FloatVal: []float32{1}}))
	n := addNode(m, node, "PartitionedCall", callAttrs(function))
	n.Input = []string{node + "_input"}
	return n
}

func callAttrs(function string) map[string]*tfproto.AttrValue {
	types := &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: &tfproto.AttrValue_ListValue{Type: []int32{1}}}}
	return map[string]*tfproto.AttrValue{"f": funcAttr(function), "Tin": types, "Tout": types}
}

func funcAttr(name string) *tfproto.AttrValue {
	return &tfproto.AttrValue{Value: &tfproto.AttrValue_Func{Func: &tfproto.NameAttrList{Name: name}}}
}

func typeAttr(d tensor.DType) *tfproto.AttrValue {
	return &tfproto.AttrValue{Value: &tfproto.AttrValue_Type{Type: int32(d)}}
}

func constAttrs(p *tfproto.TensorProto) map[string]*tfproto.AttrValue {
	return map[string]*tfproto.AttrValue{
		"dtype": typeAttr(tensor.DType(p.Dtype)),
		"value": {Value: &tfproto.AttrValue_Tensor{Tensor: p}},
	}
}

func shapeOf(sizes ...int64) *tfproto.TensorShapeProto {
	s := &tfproto.TensorShapeProto{}
	for _, n := range sizes {
		s.Dim = append(s.Dim, &tfproto.TensorShapeProto_Dim{Size: n})
	}
	return s
}
