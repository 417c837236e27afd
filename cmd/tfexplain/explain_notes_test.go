package main

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Who named no inputs is told which are not explained, also in the report.
func TestNotExplained(t *testing.T) {
	needLibrary(t)
	in := write(t, filepath.Join(t.TempDir(), "in.json"), `{"num": [[0.5, -1.25, 3, 0.1]], "cat": [3], "city": ["oslo"]}`)
	args := []string{"--model", zoo + "models/tabular_multi", "--target", "logits", "--class", "1", "--method", "deeplift", "--input", in}
	page, stdout := reported(t, args...)
	require.Contains(t, stdout, "not explained, but held at the values given: cat, city; to explain them, too: --explain cat city num\n")
	require.Contains(t, page, "<dt>not explained</dt><dd>cat, city, held at the values given</dd>")
	page, stdout = reported(t, append(args, "--explain", "num")...)
	require.NotContains(t, stdout+page, "not explained")
}

func TestClassNote(t *testing.T) {
	of := func(c explainCmd, shape ...int) string {
		return c.classNote(savedmodel.TensorInfo{Key: "y", DType: tensor.Float32, KnownRank: true, Shape: shape})
	}
	require.Equal(t, "explained is the sum of all 3 entries of y; --class argmax explains the one that the model chose", of(explainCmd{}, -1, 3))
	require.Equal(t, "explained is the sum of all entries of y, float32[N 2 2 3]; --target-index explains one, --ys a mixture", of(explainCmd{}, -1, 2, 2, 3))
	require.Contains(t, of(explainCmd{}, -1, -1, -1, 3), "entries of y, float32[N ? ? 3];")
	for _, shape := range [][]int{nil, {}, {-1}, {-1, 1}, {-1, -1}, {-1, 1, 1}} {
		require.Empty(t, of(explainCmd{}, shape...), "%v", shape)
	}
	require.Empty(t, of(explainCmd{questionFlags: questionFlags{TargetIndex: "0"}}, -1, 3))
	argmax := explainCmd{questionFlags: questionFlags{Class: values{"argmax"}}}
	require.Equal(t, "y has one entry for each row, which is class 0 whatever its value", of(argmax, -1, 1))
	require.Empty(t, of(argmax, -1, 2))
	require.Empty(t, of(argmax, -1, -1))
}

func TestNotFinite(t *testing.T) {
	result := func(base ...float64) methodRun { return methodRun{result: &tfexplain.Result{BaselineTarget: base}} }
	e := explanation{summary: &summary{target: []float64{1, math.NaN(), math.Inf(-1)}, methods: []methodSummary{{name: "deeplift"}, {name: "shapley"}}},
		runs: []methodRun{result(0, 0, 0), result(math.NaN(), 0, 0)}}
	require.Equal(t, []string{
		"f(x) is NaN or infinite in 2 of 3 rows: that is the model's answer; is there NaN in the input?",
		"shapley: f(x0) is NaN or infinite in 1 of 3 rows: that is the model's answer at the baseline; choose another (--baseline)",
	}, notFinite([]explanation{e, e}))
	e.target, e.runs = []float64{1, 2, 3}, e.runs[:1]
	require.Empty(t, notFinite([]explanation{e}))
}
