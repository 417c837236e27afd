package tfexplain

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/internal/infer"
	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// The copy that is explained must answer what the model answers.
func TestForwardCopyEqualsTheSignature(t *testing.T) {
	files, err := filepath.Glob("../testdata/zoo/golden/*/golden.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			var doc struct {
				Suites []struct {
					Signature, Tag, Target string
					Inputs                 map[string]string
				}
			}
			require.NoError(t, json.Unmarshal(raw, &doc))
			m, err := savedmodel.Load(filepath.Join("../testdata/zoo/models", filepath.Base(dir)), savedmodel.Options{Tags: []string{doc.Suites[0].Tag}})
			require.NoError(t, err)
			defer func() { require.NoError(t, m.Close()) }()
			for _, s := range doc.Suites {
				sig, err := m.Signature(s.Signature)
				require.NoError(t, err)
				xs := map[string]*tensor.Tensor{}
				for key, f := range s.Inputs {
					xs[key] = readInput(t, sig, filepath.Join(dir, f), key)
				}
				want, err := m.Predict(context.Background(), s.Signature, xs)
				require.NoError(t, err)
				got := runCopy(t, m, sig, s.Target, xs)
				w, err := want[s.Target].Float64s()
				require.NoError(t, err)
				g, err := got.Float64s()
				require.NoError(t, err)
				require.Len(t, g, len(w))
				for i := range w {
					// Both run the same kernels, but grappler may fuse the model's own differently.
					require.LessOrEqual(t, math.Abs(w[i]-g[i]), 1e-6+1e-5*math.Abs(w[i]), "%s %s element %d", s.Signature, s.Target, i)
				}
			}
		})
	}
}

func readInput(t *testing.T, sig *savedmodel.Signature, file, key string) *tensor.Tensor {
	t.Helper()
	info, err := sig.Input(key)
	require.NoError(t, err)
	if filepath.Ext(file) == ".json" {
		raw, err := os.ReadFile(file)
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
	x, err := tensorfile.ReadRaw(file)
	require.NoError(t, err)
	x, err = x.Convert(info.DType)
	require.NoError(t, err)
	return x
}

// runCopy splices the forward copy alone and runs it.
func runCopy(t *testing.T, m *savedmodel.Model, sig *savedmodel.Signature, target string, xs map[string]*tensor.Tensor) *tensor.Tensor {
	t.Helper()
	d := &draft{model: m, method: Gradient{}, opts: Options{Target: target}, infer: infer.New(m.Library())}
	require.NoError(t, d.copyForward(sig))
	p := compileForward(t, d)
	var feeds []*tensor.Tensor
	for _, i := range p.feeds {
		feeds = append(feeds, xs[p.inputs[i].info.Key])
	}
	out, err := p.answer.Run(context.Background(), feeds)
	require.NoError(t, err)
	return out[0]
}

func compileForward(t *testing.T, d *draft) *program {
	t.Helper()
	d.graph.Prune(d.target)
	prefix := d.model.ReservePrefix()
	require.NoError(t, d.splice(prefix))
	p, err := d.callables(prefix, &wiring{fetches: []graphops.Output{d.target}})
	require.NoError(t, err)
	return p
}
