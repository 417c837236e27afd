package tfexplain_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/infer"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// out is short for a tensor of a net.
type out = graphops.Output

// nets writes one SavedModel with a signature for each small net that a test
// makes: graphs of constants, without variables.
type nets struct {
	t          testing.TB
	graph      *graphops.Graph
	signatures map[string]*tfproto.SignatureDef
	controls   map[string]string // node to one that must run before it
}

// net builds one of them. Its inputs are "x", or "x0", "x1", ... when there are
// several; its outputs are "y", or "y0", "y1", ...
type net struct {
	*graphops.Builder
	t     testing.TB
	dtype tensor.DType
}

func newNets(t testing.TB) *nets {
	t.Helper()
	lib, err := cgo.Open(cgo.Options{})
	require.NoError(t, err)
	ops, err := infer.Ops(lib)
	require.NoError(t, err)
	return &nets{t: t, graph: graphops.NewGraph(ops), signatures: map[string]*tfproto.SignatureDef{}, controls: map[string]string{}}
}

// add makes a net with inputs of the given shapes, -1 for the rows, nil for an
// unknown rank.
func (s *nets) add(name string, dtype tensor.DType, shapes [][]int, f func(n *net, x []out) []out) {
	s.t.Helper()
	n := &net{Builder: graphops.NewBuilder(s.graph, name), t: s.t, dtype: dtype}
	sig := &tfproto.SignatureDef{Inputs: map[string]*tfproto.TensorInfo{}, Outputs: map[string]*tfproto.TensorInfo{}, MethodName: "tensorflow/serving/predict"}
	var x []out
	for i, shape := range shapes {
		attr, proto := graphops.UnknownDims("shape"), &tfproto.TensorShapeProto{UnknownRank: true}
		if shape != nil {
			attr, proto = graphops.Dims("shape", shape), protoShape(shape)
		}
		x = append(x, n.Op("Placeholder", nil, graphops.Type("dtype", dtype), attr))
		require.NoError(s.t, n.Err())
		sig.Inputs[numbered("x", i, len(shapes))] = &tfproto.TensorInfo{
			Encoding: &tfproto.TensorInfo_Name{Name: x[i].Node.Name + ":0"}, Dtype: int32(dtype), TensorShape: proto}
	}
	ys := f(n, x)
	require.NoError(s.t, n.Err(), name)
	for i, y := range ys {
		y = n.op("Identity", y)
		sig.Outputs[numbered("y", i, len(ys))] = &tfproto.TensorInfo{
			Encoding: &tfproto.TensorInfo_Name{Name: y.Node.Name + ":0"}, Dtype: int32(y.DType()), TensorShape: &tfproto.TensorShapeProto{UnknownRank: true}}
	}
	s.signatures[name] = sig
}

// one is add for a net with one output.
func (s *nets) one(name string, dtype tensor.DType, shapes [][]int, f func(n *net, x []out) out) {
	s.t.Helper()
	s.add(name, dtype, shapes, func(n *net, x []out) []out { return []out{f(n, x)} })
}

func numbered(key string, i, of int) string {
	if of == 1 {
		return key
	}
	return key + string(rune('0'+i))
}

// load writes the model and loads it.
func (s *nets) load() *savedmodel.Model {
	s.t.Helper()
	def := s.graph.ToDef(false, "")
	for _, n := range def.Node {
		if before := s.controls[n.Name]; before != "" {
			n.Input = append(n.Input, "^"+before)
		}
	}
	def.Versions = &tfproto.VersionDef{Producer: 1882} // what TensorFlow 2.18 writes
	raw, err := proto.Marshal(&tfproto.SavedModel{SavedModelSchemaVersion: 1, MetaGraphs: []*tfproto.MetaGraphDef{{
		MetaInfoDef: &tfproto.MetaGraphDef_MetaInfoDef{Tags: []string{"serve"}}, GraphDef: def, SignatureDef: s.signatures}}})
	require.NoError(s.t, err)
	dir := s.t.TempDir()
	require.NoError(s.t, os.WriteFile(filepath.Join(dir, "saved_model.pb"), raw, 0o600))
	m, err := savedmodel.Load(dir, savedmodel.Options{})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, m.Close()) })
	return m
}

// op adds a node without attributes of its own.
func (n *net) op(op string, in ...out) out { return n.Op(op, in) }

// values is a constant of the net's dtype.
func (n *net) values(shape []int, v ...float64) out {
	n.t.Helper()
	x, err := tensor.New(v, shape...)
	require.NoError(n.t, err)
	x, err = x.Convert(n.dtype)
	require.NoError(n.t, err)
	node := n.Node("Const", nil, graphops.Type("dtype", n.dtype))
	require.NoError(n.t, n.Err())
	node.Attrs["value"] = &tfproto.AttrValue{Value: &tfproto.AttrValue_Tensor{Tensor: &tfproto.TensorProto{
		Dtype: int32(n.dtype), TensorShape: protoShape(shape), TensorContent: littleEndian(n.t, x)}}}
	return out{Node: node}
}

// littleEndian is how a TensorProto holds elements.
func littleEndian(t testing.TB, x *tensor.Tensor) []byte {
	t.Helper()
	require.Equal(t, uint16(1), binary.NativeEndian.Uint16([]byte{1, 0}), "the test writes the bytes of this machine")
	return x.Bytes()
}

// weights is a constant of random numbers, the same in every run.
func (n *net) weights(seed uint64, shape ...int) out {
	n.t.Helper()
	return n.values(shape, randomValues(seed, shape...)...)
}

func protoShape(sizes []int) *tfproto.TensorShapeProto {
	s := &tfproto.TensorShapeProto{}
	for _, d := range sizes {
		s.Dim = append(s.Dim, &tfproto.TensorShapeProto_Dim{Size: int64(d)})
	}
	return s
}

// randomValues are normal numbers, the same for the same seed.
func randomValues(seed uint64, shape ...int) []float64 {
	r := rand.New(rand.NewPCG(seed, 7))
	count := 1
	for _, d := range shape {
		count *= d
	}
	v := make([]float64, count)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return v
}

// random is a tensor of normal numbers.
func random(t testing.TB, dtype tensor.DType, seed uint64, shape ...int) *tensor.Tensor {
	t.Helper()
	return convert(t, dtype, randomValues(seed, shape...), shape...)
}

// floats is a float32 tensor.
func floats(t testing.TB, v []float64, shape ...int) *tensor.Tensor {
	t.Helper()
	return convert(t, tensor.Float32, v, shape...)
}

func convert(t testing.TB, dtype tensor.DType, v []float64, shape ...int) *tensor.Tensor {
	t.Helper()
	x, err := tensor.New(v, shape...)
	require.NoError(t, err)
	x, err = x.Convert(dtype)
	require.NoError(t, err)
	return x
}

func float64s(t testing.TB, x *tensor.Tensor) []float64 {
	t.Helper()
	require.NotNil(t, x)
	v, err := x.Float64s()
	require.NoError(t, err)
	return v
}

// largest is the largest absolute value.
func largest(v []float64) float64 {
	most := 0.0
	for _, x := range v {
		most = max(most, math.Abs(x))
	}
	return most
}

// requireNear holds every element within a share of the largest wanted one.
func requireNear(t testing.TB, want, got []float64, share float64, about ...any) {
	t.Helper()
	require.Len(t, got, len(want), about...)
	require.False(t, slices.ContainsFunc(got, math.IsNaN), about...)
	scale := largest(want)
	for i := range want {
		require.LessOrEqual(t, math.Abs(want[i]-got[i]), share*max(scale, 1e-30), "element %d: want %v, got %v; %v", i, want[i], got[i], about)
	}
}

// conv is Conv2D with stride s both ways.
func (n *net) conv(x, w out, padding string, s int) out {
	return n.Op("Conv2D", []out{x, w}, graphops.Ints("strides", []int{1, s, s, 1}), graphops.Str("padding", padding))
}

// pool is MaxPool or AvgPool with windows of k x k.
func (n *net) pool(op string, x out, k, s int, padding string) out {
	return n.Op(op, []out{x}, graphops.Ints("ksize", []int{1, k, k, 1}), graphops.Ints("strides", []int{1, s, s, 1}), graphops.Str("padding", padding))
}
