package main

import (
	"encoding/json"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// evaluated is the JSON of evaluate.
type evaluated struct {
	Model, Target string
	Rows          int
	Methods       []struct {
		Method  string
		Metrics map[string]struct {
			Mean, Max    *float64
			Sizes        []int
			Means, Curve []float64
			Undefined    []int
			Rows         json.RawMessage
		}
	}
}

func (e evaluated) rows(t *testing.T, method int, metric string) (v []float64) {
	t.Helper()
	require.NoError(t, json.Unmarshal(e.Methods[method].Metrics[metric].Rows, &v))
	return v
}

// evaluate runs the command on the flags and reads its JSON.
func evaluate(t *testing.T, flags ...string) (evaluated, ran) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "table.json")
	got := tfx(append([]string{"evaluate", "--out", out}, flags...)...)
	require.Equal(t, 0, got.code, got.stderr)
	raw, err := os.ReadFile(out)
	require.NoError(t, err)
	var e evaluated
	require.NoError(t, json.Unmarshal(raw, &e), string(raw))
	return e, got
}

// Whatever is explained, completeness is the delta that explain gives, and the
// first point of the deletion curve is the explained number.
func TestEvaluateAsksWhatExplainAsks(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	base := filepath.Join(dir, "base.npy")
	writeNPY(t, base, ramp(t, 3, 64))
	for _, flags := range [][]string{
		nil,
		{"--class", "argmax"},
		{"--class", "3"},
		{"--class", "3", "--versus", "8"},
		{"--target-index", "7"},
		{"--ys", golden + "ys_real.npy"},
		{"--class", "argmax", "--baseline", "mean"},
		{"--class", "argmax", "--baseline", base},
	} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			asked := append([]string{"--model", mlp, "--target", "logits", "--input", golden + "x_pixels.npy"}, flags...)
			out := filepath.Join(t.TempDir(), "out.json")
			got := tfx(append([]string{"explain", "--method", "deeplift", "gradient", "--out", out}, asked...)...)
			require.Equal(t, 0, got.code, got.stderr)
			want := named(t, out)

			e, _ := evaluate(t, append([]string{"--methods", "deeplift,gradient", "--metrics", "completeness", "max-sensitivity", "--metrics", "deletion"}, asked...)...)
			require.Equal(t, mlp, e.Model)
			require.Equal(t, "logits", e.Target)
			require.Equal(t, 3, e.Rows)
			f, f0 := floats(t, want["deeplift.target_value"]), floats(t, want["deeplift.baseline_value"])
			for method, name := range []string{"deeplift", "gradient"} {
				require.Equal(t, name, e.Methods[method].Method)
				r := floats(t, want[name+".attributions.pixels"])
				for row, miss := range e.rows(t, method, "completeness") {
					delta := sum(r[row*64:row*64+64]) - (f[row] - f0[row])
					require.InDelta(t, math.Abs(delta), miss, 1e-4, "float32 sums of 64 products and values up to 10")
				}
				curve := e.Methods[method].Metrics["deletion"].Curve
				require.InDelta(t, sum(f)/3, curve[0], 1e-4)
				require.InDelta(t, sum(f0)/3, curve[64], 1e-4)
				require.NotNil(t, e.Methods[method].Metrics["max-sensitivity"])
			}
			require.Less(t, *e.Methods[0].Metrics["completeness"].Max, 1e-4, "DeepLIFT adds up")
			require.Greater(t, *e.Methods[1].Metrics["completeness"].Max, 0.1, "a gradient does not")
		})
	}
}

// The table has the numbers of the JSON; the picture is there.
func TestEvaluateTableAndPicture(t *testing.T) {
	needLibrary(t)
	picture := filepath.Join(t.TempDir(), "curves.png")
	e, got := evaluate(t, "--model", mlp, "--target", "logits", "--class", "argmax", "--methods", "grad*input", "deeplift",
		"--input", golden+"x_pixels.npy", "--subsets", "20", "--out", picture)
	lines := strings.Split(got.stdout, "\n")
	require.Equal(t, []string{"method", "r(n=1)", "r(n=51)", "r(all", "n)", "deletion", "insertion", "infidelity", "max-sensitivity", "completeness"}, strings.Fields(lines[0]))
	for i, m := range e.Methods {
		cells := strings.Fields(lines[1+i])
		require.Equal(t, m.Method, cells[0])
		sens := m.Metrics["sensitivity-n"]
		require.Equal(t, 1, sens.Sizes[0])
		require.Equal(t, 51, sens.Sizes[len(sens.Sizes)-1])
		require.Len(t, sens.Undefined, len(sens.Sizes))
		for k, v := range []float64{sens.Means[0], sens.Means[len(sens.Means)-1], *sens.Mean, *m.Metrics["deletion"].Mean, *m.Metrics["insertion"].Mean, *m.Metrics["infidelity"].Mean} {
			require.Equal(t, number(v), cells[1+k])
		}
		require.Greater(t, sens.Means[0], 0.8, "as in the picture of the documentation")
	}
	require.Contains(t, got.stdout, "higher is better: r(n=1), r(n=51), r(all n), insertion\nlower is better: deletion, infidelity, max-sensitivity, completeness\n")
	require.Contains(t, got.stdout, "wrote "+picture+"\n")
	require.Empty(t, got.stderr)

	f, err := os.Open(picture)
	require.NoError(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	require.NoError(t, err)
	require.Equal(t, 373, img.Bounds().Dy(), "280 points at 96 dots per inch")
}

// The batch size changes nothing beyond float32 rounding; a seed changes what
// is drawn.
func TestEvaluateBatchSizeAndSeed(t *testing.T) {
	needLibrary(t)
	ask := func(flags ...string) float64 {
		e, got := evaluate(t, append([]string{"--model", mlp, "--target", "logits", "--class", "4", "--methods", "grad*input", "--metrics", "sensitivity-n",
			"--subsets", "10", "--input", golden + "x_pixels.npy", "--quiet"}, flags...)...)
		require.Empty(t, got.stdout)
		return *e.Methods[0].Metrics["sensitivity-n"].Mean
	}
	first := ask()
	require.InDelta(t, first, ask("--batch-size", "7"), 1e-5, "a correlation of float32 answers")
	require.InDelta(t, first, ask("--batch-size", "1"), 1e-5)
	require.NotEqual(t, first, ask("--seed", "1"))
}

// Channels are removed together, and several inputs of all types at once; ids
// cannot move a little.
func TestEvaluateInputs(t *testing.T) {
	needLibrary(t)
	cnn := zoo + "golden/digits_cnn/x_image.npy"
	e, _ := evaluate(t, "--model", zoo+"models/digits_cnn", "--target", "logits", "--methods", "grad*input", "--metrics", "deletion", "--group-channels", "--input", cnn)
	require.Len(t, e.Methods[0].Metrics["deletion"].Curve, 65)

	tab := zoo + "golden/tabular_multi/logits/"
	for _, explained := range []string{"num", "cat", "num cat"} {
		t.Run(explained, func(t *testing.T) {
			e, got := evaluate(t, append([]string{"--model", zoo + "models/tabular_multi", "--target", "logits", "--methods", "grad*input", "--subsets", "20",
				"--input", "num=" + tab + "x_num.npy", "cat=" + tab + "x_cat.npy", "city=" + cities(t, tab+"x_city.json"), "--explain"}, strings.Fields(explained)...)...)
			require.Equal(t, explained != "cat", strings.Contains(got.stdout, "max-sensitivity"))
			require.NotEmpty(t, e.Methods[0].Metrics["deletion"].Curve)
		})
	}
	e, got := evaluate(t, "--model", zoo+"models/transformer_tokens_k3", "--target", "logits", "--methods", "grad*input", "--input", zoo+"golden/transformer_tokens_k3/x_tokens.npy")
	require.NotContains(t, got.stdout, "max-sensitivity")
	tokens := npy(t, zoo+"golden/transformer_tokens_k3/x_tokens.npy").Shape()[1]
	require.Len(t, e.Methods[0].Metrics["deletion"].Curve, tokens+1, "a feature is a token, not a number of its embedding")
}

// cities are the zoo's strings as the command reads them.
func cities(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	var s struct {
		Shape []int
		Data  []string
	}
	require.NoError(t, json.Unmarshal(raw, &s))
	var rows [][]string
	width := len(s.Data) / s.Shape[0]
	for row := range s.Shape[0] {
		rows = append(rows, s.Data[row*width:(row+1)*width])
	}
	raw, err = json.Marshal(rows)
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "city.json")
	require.NoError(t, os.WriteFile(out, raw, 0o600))
	return out
}

// Attributions that do not vary have no correlation, and the table says so.
func TestEvaluateUndefined(t *testing.T) {
	needLibrary(t)
	black := filepath.Join(t.TempDir(), "black.npy")
	nothing, err := tensor.Zeros(tensor.Float32, 2, 64)
	require.NoError(t, err)
	writeNPY(t, black, nothing)
	e, got := evaluate(t, "--model", mlp, "--target", "logits", "--methods", "grad*input", "--metrics", "sensitivity-n", "--input", black)
	require.Nil(t, e.Methods[0].Metrics["sensitivity-n"].Mean)
	sizes := len(e.Methods[0].Metrics["sensitivity-n"].Sizes)
	require.Contains(t, got.stdout, "grad*input  -       -        -\n")
	require.Contains(t, got.stdout, fmt.Sprintf("grad*input: r is not defined in %d of %d rows and sizes\n", 2*sizes, 2*sizes))
}

// The plain gradient that stood in for a rule is named.
func TestEvaluateFallback(t *testing.T) {
	needLibrary(t)
	asked := []string{"--model", mlp, "--target", "probs", "--methods", "elrp", "--param", "canonical=true", "--metrics", "completeness", "--input", golden + "x_pixels.npy"}
	require.Equal(t, 3, tfx(append([]string{"evaluate"}, asked...)...).code)
	_, got := evaluate(t, append(asked, "--allow-gradient-fallback", "Softmax")...)
	require.Regexp(t, `\nelrp took the plain gradient, where it has no rule, at Softmax \(node \S+\)\n`, got.stdout)
}

func TestEvaluateUsage(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "t.json")
	read := filepath.Join(dir, "x.json")
	require.NoError(t, os.WriteFile(read, []byte("["+strings.Repeat("0.5,", 63)+"1]"), 0o600))
	good := []string{"evaluate", "--model", mlp, "--target", "logits", "--methods", "gradient", "--input", golden + "x_pixels.npy"}
	for _, tt := range []struct {
		flags []string
		want  string
	}{
		{[]string{"--metrics", "roc"}, "--metrics roc: wanted some of sensitivity-n, deletion, insertion, infidelity, max-sensitivity, completeness"},
		{[]string{"--metrics", "deletion,deletion"}, "--metrics deletion is given twice"},
		{[]string{"--batch-size", "0"}, "--batch-size 0: wanted at least 1 row"},
		{[]string{"--subsets", "1"}, "--subsets 1: wanted at least 2; fewer have no correlation"},
		{[]string{"--radius", "0"}, "--radius 0: wanted a number above 0"},
		{[]string{"--out", filepath.Join(dir, "t.npz")}, "the suffix says what is written; wanted one of .json, .png"},
		{[]string{"--metrics", "deletion", "--out", filepath.Join(dir, "t.png")}, "the picture shows the curves of sensitivity-n; add it to --metrics"},
		{[]string{"--methods", "magic"}, "--method magic: wanted one of saliency"},
		{[]string{"--baselines", "x.npy"}, "unknown flag --baselines"},
		{[]string{"--out", read, "--input", read}, "is also read as an input; choose another name"},
	} {
		got := tfx(append(good, tt.flags...)...)
		require.Equal(t, 2, got.code, got.stderr)
		require.Contains(t, got.stderr, tt.want)
		require.Empty(t, got.stdout)
		require.NoFileExists(t, out)
	}
}
