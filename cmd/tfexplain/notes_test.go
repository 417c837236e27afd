package main

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Who named no inputs is told which are not explained, also in the report.
func TestNotExplained(t *testing.T) {
	needLibrary(t)
	in := write(t, filepath.Join(t.TempDir(), "in.json"), `{"num": [[0.5, -1.25, 3, 0.1]], "cat": [3], "city": ["oslo"]}`)
	args := []string{"--model", zoo + "models/tabular_multi", "--target", "logits", "--class", "1", "--method", "deeplift", "--input", in}
	page, stdout := reported(t, args...)
	require.Contains(t, stdout, "not explained, but held at the values given: cat, city; --explain cat city num explains all\n")
	require.Contains(t, page, "<dt>not explained</dt><dd>cat, city, held at the values given</dd>")
	page, stdout = reported(t, append(args, "--explain", "num")...)
	require.NotContains(t, stdout+page, "not explained")
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
