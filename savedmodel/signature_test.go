package savedmodel

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestSignatureChoice(t *testing.T) {
	for _, c := range []struct {
		have  []string
		given string
		want  string // empty: an error
	}{
		{[]string{"a"}, "", "a"},
		{[]string{"a", "serving_default"}, "", "serving_default"},
		{[]string{"a", "serving_default"}, "a", "a"},
		{[]string{"a", "b"}, "", ""},
		{[]string{"a", "b"}, "c", ""},
		{nil, "", ""},
		{nil, "a", ""},
	} {
		m := &Meta{}
		for _, name := range c.have {
			m.signatures = append(m.signatures, Signature{Name: name})
		}
		s, err := m.Signature(c.given)
		if c.want == "" {
			require.Equal(t, &SignatureError{Given: c.given, Available: c.have}, err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, s.Name)
	}
}

func TestSignatureKeys(t *testing.T) {
	s := &Signature{Name: "s",
		Inputs:  []TensorInfo{{Key: "a", Name: "in:0"}, {Key: "in:1", Name: "in:2"}, {Key: "z", Name: "in:1"}},
		Outputs: []TensorInfo{{Key: "y", Name: "out:3"}}}
	for key, want := range map[string]string{"a": "a", "in:0": "a", "in": "a", "in:1": "in:1", "in:2": "in:1", "z": "z"} {
		got, err := s.Input(key)
		require.NoError(t, err)
		require.Equal(t, want, got.Key, key)
	}
	out, err := s.Output("out:3")
	require.NoError(t, err)
	require.Equal(t, "y", out.Key)
	for _, key := range []string{"", "out", "^out:3", "in:0", "out:-3", "out:99999999999"} {
		_, err := s.Output(key)
		require.Equal(t, &KeyError{Signature: "s", Kind: "output", Given: key, Available: []string{"y"}}, err)
	}
}

// A sparse or composite input is listed, and an error only when it is used.
func TestSignatureComposite(t *testing.T) {
	part := func(name string) *tfproto.TensorInfo {
		return &tfproto.TensorInfo{Dtype: 1, Encoding: &tfproto.TensorInfo_Name{Name: name}}
	}
	dir := changed(t, "tf1_frozen", func(m *tfproto.MetaGraphDef) {
		s := m.SignatureDef["serving_default"]
		s.Inputs["sparse"] = &tfproto.TensorInfo{Dtype: 1, TensorShape: shapeOf(-1, 5),
			Encoding: &tfproto.TensorInfo_CooSparse_{CooSparse: &tfproto.TensorInfo_CooSparse{
				ValuesTensorName: "input", IndicesTensorName: "dense/w1:0", DenseShapeTensorName: "dense/b1:0"}}}
		s.Outputs["ragged"] = &tfproto.TensorInfo{Dtype: 1, Encoding: &tfproto.TensorInfo_CompositeTensor_{
			CompositeTensor: &tfproto.TensorInfo_CompositeTensor{Components: []*tfproto.TensorInfo{part("probs:0"), part("logits:0")}}}}
	})
	m, err := Read(dir, Options{})
	require.NoError(t, err)
	s, err := m.Signature("")
	require.NoError(t, err)
	require.Equal(t, TensorInfo{Key: "sparse", DType: tensor.Float32, Shape: []int{-1, 5}, KnownRank: true, Composite: "sparse",
		tensors: []string{"input:0", "dense/w1:0", "dense/b1:0"}}, s.Inputs[0])
	_, err = s.Input("sparse")
	require.Equal(t, &CompositeError{Signature: "serving_default", Kind: "input", Key: "sparse", Composite: "sparse",
		Parts: []string{"input:0", "dense/w1:0", "dense/b1:0"}}, err)
	_, err = s.Output("ragged")
	require.Equal(t, &CompositeError{Signature: "serving_default", Kind: "output", Key: "ragged", Composite: "composite",
		Parts: []string{"probs:0", "logits:0"}}, err)
	_, err = s.Input("") // does not find the input without a name
	require.IsType(t, &KeyError{}, err)
}

func TestSignatureShapes(t *testing.T) {
	dir := changed(t, "tf1_frozen", func(m *tfproto.MetaGraphDef) {
		s := m.SignatureDef["serving_default"]
		s.Inputs["x"].TensorShape = &tfproto.TensorShapeProto{UnknownRank: true}
		s.Outputs["logits"].TensorShape = nil
		s.Outputs["probs"].TensorShape = shapeOf()
		s.Outputs["probs"].Dtype = 101
	})
	m, err := Read(dir, Options{})
	require.NoError(t, err)
	s, err := m.Signature("")
	require.NoError(t, err)
	require.False(t, s.Inputs[0].KnownRank)
	require.Equal(t, "float32 of any shape", s.Inputs[0].describe())
	require.False(t, s.Outputs[0].KnownRank)
	require.True(t, s.Outputs[1].KnownRank)
	require.Equal(t, "float32[]", s.Outputs[1].describe())
}
