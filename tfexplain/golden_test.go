package tfexplain

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/savedmodel"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// What is spliced into a session, as text: a change of a rule shows here.
func TestGoldenGraphs(t *testing.T) {
	for _, c := range []struct {
		name, model string
		method      Method
		opts        Options
	}{
		{"paper_m1_gradient", "paper_m1", Gradient{}, Options{}},
		{"mlp_relu_gradinput", "digits_mlp_relu", GradientInput{}, Options{Target: "logits"}},
		{"mlp_relu_elrp", "digits_mlp_relu", EpsilonLRP{}, Options{Target: "logits"}},
		{"mlp_relu_deeplift_probs", "digits_mlp_relu", DeepLIFT{}, Options{Target: "probs"}},
		{"cnn_gradient", "digits_cnn", Gradient{}, Options{Target: "logits"}},
		{"cnn_deeplift", "digits_cnn", DeepLIFT{}, Options{Target: "logits"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := savedmodel.Load(filepath.Join("../testdata/zoo/models", c.model), savedmodel.Options{})
			require.NoError(t, err)
			defer func() { require.NoError(t, m.Close()) }()
			c.opts.Rules = rules.Standard() // whatever kernels this machine has
			d, err := newDraft(context.Background(), m, c.method, c.opts)
			require.NoError(t, err)
			text := "# inlined\n" + d.graph.String()
			w, err := d.wire("golden/")
			require.NoError(t, err)
			d.graph.Prune(d.kept(w)...)
			text += "\n# spliced\n" + d.graph.String()
			file := filepath.Join("testdata", "graphs", c.name+".txt")
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(string(want), text), "run go test ./tfexplain -run TestGoldenGraphs -update if the change is meant")
		})
	}
}
