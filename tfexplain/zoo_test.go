package tfexplain_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// zoo holds small SavedModels with results that other tools computed; see
// testdata/zoo/README.md for the format.
const zoo = "../testdata/zoo"

type zooModel struct {
	Model  string
	Suites []zooSuite
	dir    string // of the golden files
}

type zooSuite struct {
	Signature, Tag, Target string
	Inputs                 map[string]string
	Outputs                map[string]struct {
		File       string
		Rtol, Atol float64
	}
	Cases []zooCase
}

type zooCase struct {
	Method     string
	Reference  string
	Params     map[string]any
	Ys         *string
	Baseline   map[string]string
	Expected   map[string]string
	Rtol, Atol float64
}

func zooModels(t *testing.T) []zooModel {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(zoo, "golden", "*", "golden.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var models []zooModel
	for _, f := range files {
		raw, err := os.ReadFile(f)
		require.NoError(t, err)
		m := zooModel{dir: filepath.Dir(f)}
		require.NoError(t, json.Unmarshal(raw, &m))
		models = append(models, m)
	}
	return models
}

// read loads one array; strings are kept as JSON.
func (m zooModel) read(t *testing.T, file string) *tensor.Tensor {
	t.Helper()
	if strings.HasSuffix(file, ".json") { // strings: {"shape": [...], "data": [...]}
		raw, err := os.ReadFile(filepath.Join(m.dir, file))
		require.NoError(t, err)
		var s struct {
			Shape []int
			Data  []string
		}
		require.NoError(t, json.Unmarshal(raw, &s))
		x, err := tensor.New(s.Data, s.Shape...)
		require.NoError(t, err)
		return x
	}
	x, err := tensorfile.ReadRaw(filepath.Join(m.dir, file))
	require.NoError(t, err)
	return x
}

func (m zooModel) inputs(t *testing.T, sig *savedmodel.Signature, s zooSuite) map[string]*tensor.Tensor {
	t.Helper()
	xs := map[string]*tensor.Tensor{}
	for key, file := range s.Inputs {
		info, err := sig.Input(key)
		require.NoError(t, err)
		x, err := m.read(t, file).Convert(info.DType)
		require.NoError(t, err)
		xs[key] = x
	}
	return xs
}

func (m zooModel) load(t *testing.T, tag string) *savedmodel.Model {
	t.Helper()
	model, err := savedmodel.Load(filepath.Join(zoo, "models", m.Model), savedmodel.Options{Tags: []string{tag}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, model.Close()) })
	return model
}

// requireClose compares with the tolerance the reference declares.
func requireClose(t *testing.T, want, got *tensor.Tensor, rtol, atol float64) {
	t.Helper()
	require.Equal(t, want.Shape(), got.Shape())
	w, err := want.Float64s()
	require.NoError(t, err)
	g, err := got.Float64s()
	require.NoError(t, err)
	for i := range w {
		if math.IsNaN(w[i]) && math.IsNaN(g[i]) {
			continue
		}
		if !(math.Abs(w[i]-g[i]) <= atol+rtol*math.Abs(w[i])) {
			require.Failf(t, "not close", "element %d of %v: want %v, got %v", i, want, w[i], g[i])
		}
	}
}

// eachSuite runs f for every signature of every model of the zoo.
func eachSuite(t *testing.T, f func(t *testing.T, m zooModel, s zooSuite, model *savedmodel.Model, xs map[string]*tensor.Tensor)) {
	for _, m := range zooModels(t) {
		t.Run(m.Model, func(t *testing.T) {
			loaded := map[string]*savedmodel.Model{}
			for i, s := range m.Suites {
				t.Run(fmt.Sprintf("%s/%s/%d", s.Signature, s.Target, i), func(t *testing.T) {
					if loaded[s.Tag] == nil {
						model, err := savedmodel.Load(filepath.Join(zoo, "models", m.Model), savedmodel.Options{Tags: []string{s.Tag}})
						require.NoError(t, err)
						loaded[s.Tag] = model
					}
					model := loaded[s.Tag]
					sig, err := model.Signature(s.Signature)
					require.NoError(t, err)
					f(t, m, s, model, m.inputs(t, sig, s))
				})
			}
			for _, model := range loaded {
				require.NoError(t, model.Close())
			}
		})
	}
}

// idsKey is the only input of ids.
func idsKey(t *testing.T, xs map[string]*tensor.Tensor) string {
	t.Helper()
	for _, k := range sortedKeys(xs) {
		if xs[k].DType().IsInteger() {
			return k
		}
	}
	require.Fail(t, "no input of ids")
	return ""
}

// explainedKey is the name of what a golden file means: "@embedding" is the
// embedding of the only input of ids.
func explainedKey(t *testing.T, xs map[string]*tensor.Tensor, key string) string {
	t.Helper()
	if key != "@embedding" {
		return key
	}
	return "embedding of " + idsKey(t, xs)
}

// options are what a case asks for, and its weights.
func (m zooModel) options(t *testing.T, s zooSuite, c zooCase, xs map[string]*tensor.Tensor) (tfexplain.Options, tfexplain.Ys) {
	t.Helper()
	o := tfexplain.Options{Signature: s.Signature, Target: s.Target}
	base := map[string]*tensor.Tensor{}
	for key, file := range c.Baseline {
		base[explainedKey(t, xs, key)] = m.read(t, file)
	}
	for _, key := range sortedKeys(c.Expected) {
		o.Explain = append(o.Explain, explainedKey(t, xs, key))
	}
	if len(base) > 0 {
		o.Baseline = tfexplain.Values(base)
	}
	if c.Ys == nil {
		return o, nil
	}
	return o, tfexplain.Weights(m.read(t, *c.Ys))
}

func isUnsupported(err error) bool {
	var unsupported *tfexplain.UnsupportedOpError
	return errors.As(err, &unsupported)
}

func TestZooGradients(t *testing.T) {
	ctx := context.Background()
	refused := map[string][]string{}
	eachSuite(t, func(t *testing.T, m zooModel, s zooSuite, model *savedmodel.Model, xs map[string]*tensor.Tensor) {
		for i, c := range s.Cases {
			if c.Method != "gradient" && c.Method != "grad*input" {
				continue
			}
			method, err := tfexplain.NewMethod(c.Method, nil)
			require.NoError(t, err)
			var explain []string
			for _, key := range sortedKeys(c.Expected) {
				explain = append(explain, explainedKey(t, xs, key))
			}
			ex, err := tfexplain.New(ctx, model, method, tfexplain.Options{Signature: s.Signature, Target: s.Target, Explain: explain,
				IgnoreCustomGradients: c.Params["custom_gradient"] == "ignored"})
			var unsupported *tfexplain.UnsupportedOpError
			if errors.As(err, &unsupported) {
				for _, r := range unsupported.Ops {
					refused[r.Op] = append(refused[r.Op], m.Model+"/"+s.Signature)
				}
				return
			}
			require.NoError(t, err)
			var ys tfexplain.Ys
			if c.Ys != nil {
				ys = tfexplain.Weights(m.read(t, *c.Ys))
			}
			res, err := ex.Explain(ctx, xs, ys)
			require.NoError(t, err, "case %d", i)
			for key, file := range c.Expected {
				requireClose(t, m.read(t, file), res.Attributions[explainedKey(t, xs, key)], c.Rtol, c.Atol)
			}
			require.NoError(t, ex.Close())
		}
	})
	for op, where := range refused {
		slices.Sort(where)
		t.Logf("refused %s in %s", op, strings.Join(slices.Compact(where), " "))
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
