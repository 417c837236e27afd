package savedmodel

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// golden is one call of a model with the answer of TensorFlow in Python.
type golden struct {
	Signature       string
	Inputs, Outputs map[string]goldenTensor
}

type goldenTensor struct {
	DType      string
	Shape      []int
	Values     json.RawMessage
	Rtol, Atol float64 // covers kernels of other versions and processors
}

func readGolden(t testing.TB, model string) []golden {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "golden_"+model+".json"))
	require.NoError(t, err)
	var g []golden
	require.NoError(t, json.Unmarshal(data, &g))
	return g
}

func (g goldenTensor) tensor(t testing.TB) *tensor.Tensor {
	t.Helper()
	switch g.DType {
	case "float32":
		return values[float32](t, g)
	case "int64":
		return values[int64](t, g)
	case "string":
		return values[string](t, g)
	}
	require.Fail(t, "dtype", g.DType)
	return nil
}

func values[T tensor.Element](t testing.TB, g goldenTensor) *tensor.Tensor {
	t.Helper()
	var v []T
	require.NoError(t, json.Unmarshal(g.Values, &v))
	out, err := tensor.New(v, g.Shape...)
	require.NoError(t, err)
	return out
}

func (g golden) inputs(t testing.TB) map[string]*tensor.Tensor {
	in := make(map[string]*tensor.Tensor)
	for key, v := range g.Inputs {
		in[key] = v.tensor(t)
	}
	return in
}

// check compares outputs with the golden ones.
func (g golden) check(t testing.TB, out map[string]*tensor.Tensor) {
	t.Helper()
	for key, want := range g.Outputs {
		got := out[key]
		require.NotNil(t, got, key)
		require.Equal(t, want.Shape, got.Shape(), key)
		a, err := got.Float64s()
		require.NoError(t, err)
		b, err := want.tensor(t).Float64s()
		require.NoError(t, err)
		for i := range a {
			require.InDelta(t, b[i], a[i], want.Atol+want.Rtol*max(b[i], -b[i]), "%s[%d]", key, i)
		}
	}
}

var testModels = [...]string{"digits_mlp_relu", "digits_cnn_k2", "tf1_variables", "tf1_frozen", "tabular_multi", "paper_m3"}

func TestPredictGolden(t *testing.T) {
	for _, name := range testModels {
		for _, o := range []Options{{}, {Session: SessionOptions{DisableOptimizer: true, IntraOpThreads: 1, InterOpThreads: 1}, Device: "/CPU:0"}} {
			t.Run(name, func(t *testing.T) {
				m := loadModel(t, filepath.Join("testdata", name), o)
				require.Equal(t, o.Device != "", m.Device() == "/job:localhost/replica:0/task:0/device:CPU:0")
				for _, g := range readGolden(t, name) {
					out, err := m.Predict(t.Context(), g.Signature, g.inputs(t))
					require.NoError(t, err)
					g.check(t, out)
					s, err := m.Signature(g.Signature)
					require.NoError(t, err)
					require.Len(t, out, len(s.Outputs))
				}
			})
		}
	}
}
