package savedmodel

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func newTensor[T tensor.Element](t testing.TB, data []T, shape ...int) *tensor.Tensor {
	t.Helper()
	out, err := tensor.New(data, shape...)
	require.NoError(t, err)
	return out
}

func TestPredictByTensorName(t *testing.T) {
	m := loadModel(t, "testdata/tf1_variables", Options{})
	g := readGolden(t, "tf1_variables")[0]
	x := g.inputs(t)["x"]
	for _, name := range []string{"x", "input:0", "input"} {
		out, err := m.Predict(t.Context(), "serving_default", map[string]*tensor.Tensor{name: x})
		require.NoError(t, err)
		g.check(t, out)
	}
}

func TestPredictInputErrors(t *testing.T) {
	m := loadModel(t, "testdata/tabular_multi", Options{})
	num, cat, city := newTensor(t, make([]float32, 8), 2, 4), newTensor(t, []int64{0, 1}, 2), newTensor(t, []string{"oslo", "paris"}, 2)
	for _, c := range []struct {
		name   string
		inputs map[string]*tensor.Tensor
		key    string
		reason string
	}{
		{"missing", map[string]*tensor.Tensor{"num": num, "city": city}, "cat", "it is missing; it takes int64[?]"},
		{"nil", map[string]*tensor.Tensor{"num": num, "cat": nil, "city": city}, "cat", "the tensor is nil; it takes int64[?]"},
		{"other type", map[string]*tensor.Tensor{"num": num, "cat": newTensor(t, []int32{0, 1}, 2), "city": city}, "cat",
			"it was given int32[2] and takes int64[?]"},
		{"other size", map[string]*tensor.Tensor{"num": newTensor(t, make([]float32, 6), 2, 3), "cat": cat, "city": city}, "num",
			"it was given float32[2 3] and takes float32[? 4]"},
		{"other rank", map[string]*tensor.Tensor{"num": newTensor(t, make([]float32, 4), 4), "cat": cat, "city": city}, "num",
			"it was given float32[4] and takes float32[? 4]"},
		{"twice", map[string]*tensor.Tensor{"num": num, "serving_default_num:0": num, "cat": cat, "city": city}, "num",
			"it is given twice, by its key and by its tensor's name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := m.Predict(t.Context(), "", c.inputs)
			require.Equal(t, &InputError{Signature: "serving_default", Key: c.key, Reason: c.reason}, err)
		})
	}
	_, err := m.Predict(t.Context(), "", map[string]*tensor.Tensor{"town": city})
	require.Equal(t, &KeyError{Signature: "serving_default", Kind: "input", Given: "town", Available: []string{"cat", "city", "num"}}, err)
	_, err = m.Predict(t.Context(), "train", nil)
	require.Equal(t, &SignatureError{Given: "train", Available: []string{"serving_default"}}, err)
}

func TestPredictContext(t *testing.T) {
	m := loadModel(t, "testdata/tf1_frozen", Options{})
	g := readGolden(t, "tf1_frozen")[0]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := m.Predict(ctx, "", g.inputs(t))
	require.ErrorIs(t, err, context.Canceled)
}

// A signature may give an input back, give one tensor under two keys, and have
// inputs with a default; TensorFlow itself allows none of the first two in one
// call.
func TestPredictOddSignatures(t *testing.T) {
	info := func(name string, dtype tensor.DType) *tfproto.TensorInfo {
		return &tfproto.TensorInfo{Dtype: int32(dtype), Encoding: &tfproto.TensorInfo_Name{Name: name}}
	}
	dir := changed(t, "tf1_variables", func(m *tfproto.MetaGraphDef) {
		s := m.SignatureDef["serving_default"]
		s.Inputs["phase"] = info("keras_learning_phase:0", tensor.Bool)
		s.Outputs["x_again"] = info("input:0", tensor.Float32)
		s.Outputs["logits_again"] = info("logits:0", tensor.Float32)
		m.SignatureDef["echo"] = &tfproto.SignatureDef{
			Inputs:  map[string]*tfproto.TensorInfo{"x": info("input:0", tensor.Float32)},
			Outputs: map[string]*tfproto.TensorInfo{"y": info("input:0", tensor.Float32)}}
		m.SignatureDef["same_twice"] = &tfproto.SignatureDef{
			Inputs:  map[string]*tfproto.TensorInfo{"a": info("input:0", tensor.Float32), "b": info("input:0", tensor.Float32)},
			Outputs: map[string]*tfproto.TensorInfo{"y": info("logits:0", tensor.Float32)}}
		m.SignatureDef["no_such_output"] = &tfproto.SignatureDef{
			Inputs:  map[string]*tfproto.TensorInfo{"x": info("input:0", tensor.Float32)},
			Outputs: map[string]*tfproto.TensorInfo{"y": info("logits:9", tensor.Float32)}}
		m.SignatureDef["sparse"] = &tfproto.SignatureDef{
			Inputs: map[string]*tfproto.TensorInfo{"x": {Encoding: &tfproto.TensorInfo_CooSparse_{CooSparse: &tfproto.TensorInfo_CooSparse{
				ValuesTensorName: "input:0", IndicesTensorName: "input:0", DenseShapeTensorName: "input:0"}}}},
			Outputs: map[string]*tfproto.TensorInfo{"y": info("logits:0", tensor.Float32)}}
		m.SignatureDef["sparse_output"] = &tfproto.SignatureDef{
			Inputs:  map[string]*tfproto.TensorInfo{"x": info("input:0", tensor.Float32)},
			Outputs: m.SignatureDef["sparse"].Inputs}
	})
	m := loadModel(t, dir, Options{})
	g := readGolden(t, "tf1_variables")[0]
	x := g.inputs(t)["x"]
	given := map[string]*tensor.Tensor{"x": x}
	for _, phase := range []*tensor.Tensor{nil, newTensor(t, []bool{false})} {
		if phase != nil {
			given["phase"] = phase
		}
		out, err := m.Predict(t.Context(), "", given)
		require.NoError(t, err)
		g.check(t, out)
		require.Equal(t, out["logits"], out["logits_again"])
		require.Equal(t, x, out["x_again"])
		require.NotSame(t, x, out["x_again"])
	}
	require.Len(t, m.callers, 2)
	delete(given, "phase")

	out, err := m.Predict(t.Context(), "echo", given)
	require.NoError(t, err)
	require.Equal(t, map[string]*tensor.Tensor{"y": x}, out)

	_, err = m.Predict(t.Context(), "same_twice", map[string]*tensor.Tensor{"a": x, "b": x})
	require.Equal(t, &InputError{Signature: "same_twice", Key: "b", Reason: "another input feeds the same tensor input:0"}, err)

	_, err = m.Predict(t.Context(), "no_such_output", given)
	require.ErrorContains(t, err, "logits:9")

	var composite *CompositeError
	for _, inputs := range []map[string]*tensor.Tensor{nil, given} {
		_, err = m.Predict(t.Context(), "sparse", inputs)
		require.ErrorAs(t, err, &composite)
	}
	_, err = m.Predict(t.Context(), "sparse_output", given)
	require.ErrorAs(t, err, &composite)
	require.Equal(t, "output", composite.Kind)
}
