package main

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// object reads the JSON that a command printed.
func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &v), text)
	return v
}

func TestBenchJSON(t *testing.T) {
	needLibrary(t)
	got := tfx("bench", "--model", mlp, "--method", "grad*input", "--target", "logits", "--batch-size", "4", "--calls", "5", "--json")
	require.Equal(t, 0, got.code, got.stderr)
	v := object(t, got.stdout)
	require.Equal(t, []string{"calls", "compile_ms", "first_ms", "graph_ops_end", "graph_ops_start", "load_ms", "method", "model",
		"p50_ms", "p90_ms", "p99_ms", "rows", "rows_per_s", "rss_end_bytes", "rss_start_bytes"}, slices.Sorted(maps.Keys(v)))
	require.Equal(t, "grad*input", v["method"])
	require.Equal(t, mlp, v["model"])
	require.EqualValues(t, 4, v["rows"])
	require.EqualValues(t, 5, v["calls"])
	require.Positive(t, v["graph_ops_start"])
	require.Equal(t, v["graph_ops_start"], v["graph_ops_end"], "the graph must not grow")
	require.Positive(t, v["rss_end_bytes"])
	require.Positive(t, v["p50_ms"])
	require.LessOrEqual(t, v["p50_ms"], v["p99_ms"])
}

func TestBenchText(t *testing.T) {
	needLibrary(t)
	got := tfx("bench", "--model", mlp, "--method", "gradient", "--target", "logits", "--calls", "2")
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "2 calls of 1 rows")
}

func TestDoctor(t *testing.T) {
	needLibrary(t)
	got := tfx("doctor", "--json")
	require.Equal(t, 0, got.code, got.stderr)
	v := object(t, got.stdout)
	require.Equal(t, []string{"advice", "devices", "found", "onednn", "path", "source", "tried", "version"}, slices.Sorted(maps.Keys(v)))
	require.Equal(t, true, v["found"])
	require.NotEmpty(t, v["devices"])
	require.Empty(t, v["advice"])

	got = tfx("doctor")
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "TensorFlow 2.")
	require.Contains(t, got.stdout, "CPU:0")
	require.Contains(t, got.stdout, "\n  oneDNN kernels: o")

	for choice, says := range map[string]string{"0": "oneDNN kernels: off (TF_ENABLE_ONEDNN_OPTS=0)\n", "1": "oneDNN kernels: on (TF_ENABLE_ONEDNN_OPTS=1)\n"} {
		got = process(t, []string{"TF_ENABLE_ONEDNN_OPTS=" + choice}, "doctor")
		require.Equal(t, 0, got.code, got.stderr)
		require.Contains(t, got.stdout, says)
	}
}

func TestDoctorFindsNothing(t *testing.T) {
	got := process(t, []string{libraryVariable + "/nonexistent"}, "doctor", "--json")
	require.Equal(t, 1, got.code)
	require.Equal(t, "tfexplain: no usable TensorFlow library\n", got.stderr)
	v := object(t, got.stdout)
	require.Equal(t, []string{"advice", "devices", "error", "found", "tried"}, slices.Sorted(maps.Keys(v)))
	require.Equal(t, false, v["found"])
	require.NotEmpty(t, v["tried"])
	require.NotEmpty(t, v["advice"])

	got = process(t, []string{libraryVariable + "/nonexistent"}, "doctor")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stdout, "/nonexistent")
	require.Contains(t, got.stdout, "what to do")
}

func TestInspect(t *testing.T) {
	needLibrary(t)
	got := tfx("inspect", "--model", mlp, "--signature", "serving_default", "--target", "probs", "--json")
	require.Equal(t, 0, got.code, got.stderr)
	var r modelReport
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &r))
	require.Equal(t, []string{"serve"}, r.Tags)
	require.Equal(t, "2.18.1", r.TensorFlowVersion)
	require.Len(t, r.Signatures, 1)
	s := r.Signatures[0]
	require.Equal(t, []tensorReport{{Key: "pixels", DType: "float32", Shape: []int{-1, 64}}}, s.Inputs)
	require.Len(t, s.Outputs, 2)
	require.Len(t, s.Targets, 1)
	require.Empty(t, s.Targets[0].Refused)
	require.Contains(t, s.Targets[0].Ops, opReport{Op: "Softmax", Count: 1, Kind: "normalize"})

	got = tfx("inspect", "--model", mlp, "--method", "gradient")
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "input   pixels  float32[N 64]")
	require.Contains(t, got.stdout, "MatMul")
	for line := range strings.Lines(got.stdout) {
		require.Equal(t, strings.TrimRight(line, " \n")+"\n", line, "no blanks at the end")
	}
}

func TestInspectRefused(t *testing.T) {
	needLibrary(t)
	var got ran
	for _, args := range [][]string{
		{"--model", zoo + "models/tf1_raw_while", "--method", "saliency"},
		{"--model", zoo + "models/tf1_raw_while", "--method", "deeplift"},
		{"--model", mlp, "--target", "probs", "--method", "elrp", "--param", "canonical=true"},
	} {
		got = tfx(append([]string{"inspect"}, args...)...)
		require.Equal(t, 3, got.code)
		require.Contains(t, got.stdout, "    refused: ")
		require.Equal(t, "tfexplain: the method cannot pass through the ops listed as refused\n", got.stderr)
	}
	require.Contains(t, got.stdout, "refused: Softmax (node ")
	require.Contains(t, got.stdout, "(--param canonical=false)", "flags, not the library's names")

	got = tfx("inspect", "--model", mlp, "--method", "deeplift")
	require.Equal(t, 0, got.code, got.stderr)
}

func TestMethods(t *testing.T) {
	got := tfx("methods", "--json")
	require.Equal(t, 0, got.code)
	var list []methodJSON
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &list))
	require.Equal(t, "saliency", list[0].Name)
	require.False(t, list[0].Baseline)
	text := tfx("methods").stdout
	joined := strings.Join(strings.Fields(text), " ")
	forward := 0
	for _, m := range list {
		require.NotEmpty(t, m.About)
		require.NotEmpty(t, m.Rows, m.Name)
		require.Regexp(t, `(?m)^`+regexp.QuoteMeta(m.Name)+`( \(also .*\))?$`, text)
		require.Contains(t, joined, m.About+" rows: "+m.Rows)
		require.Equal(t, !slices.Contains([]string{"saliency", "gradient", "grad*input", "elrp", "smoothgrad", "vargrad"}, m.Name), m.Baseline, m.Name)
		require.False(t, m.Complete && !m.Baseline, m.Name)
		for _, p := range m.Params {
			require.Contains(t, joined, p.Name+" "+p.Default+" "+p.About)
		}
		if m.Forward {
			forward++
			require.Greater(t, strings.Index(text, "\n"+m.Name), strings.Index(text, "NEED NO GRADIENT"))
		}
	}
	require.Equal(t, 5, forward)
	for line := range strings.Lines(text) {
		require.LessOrEqual(t, len(strings.TrimSuffix(line, "\n")), 80, line)
	}
}

func TestWrap(t *testing.T) {
	require.Equal(t, "  a b", wrap(" a  b ", 2, 4))
	long := strings.Repeat("x", 100)
	require.Equal(t, "a\n    "+long+"\n    b", wrap("a "+long+" b", 0, 4), "a word is not broken")
	require.Equal(t, strings.Repeat("1234 ", 15)+"12345\n 6", wrap(strings.Repeat("1234 ", 15)+"12345 6", 0, 1), "80 columns are filled")
}

func TestVersion(t *testing.T) {
	got := tfx("version")
	require.Equal(t, 0, got.code)
	require.Regexp(t, `^tfexplain \S+ \(go1\.\S+, \w+/\w+\)\n$`, got.stdout)
}

func TestHelp(t *testing.T) {
	got := tfx("--help")
	require.Equal(t, 0, got.code)
	require.Empty(t, got.stderr)
	for _, command := range []string{"explain", "evaluate", "inspect", "methods", "doctor", "bench", "version"} {
		require.Contains(t, got.stdout, "  "+command)
		help := tfx(command, "--help")
		require.Equal(t, 0, help.code)
		require.Empty(t, help.stderr)
		if command != "version" {
			require.Contains(t, help.stdout, "Examples:")
		}
	}
	require.Contains(t, tfx("explain", "-h").stdout, "strongest 5 % of")
}

func TestInspectCoverage(t *testing.T) {
	needLibrary(t)
	got := tfx("inspect", "--model", zoo+"models/tf1_raw_while", "--json")
	require.Equal(t, 0, got.code, got.stderr)
	var r modelReport
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &r))
	require.Empty(t, r.Method)
	target := r.Signatures[0].Targets[0]
	require.Len(t, target.Methods, len(methodList()), "a row for every method")
	for i, m := range target.Methods {
		require.Equal(t, methodList()[i].Name, m.Method)
		require.Equal(t, len(m.Refused) == 0, m.Works, m.Method)
		require.Equal(t, methodList()[i].Forward, m.Works, "%s: nothing stands in the way of methods that only ask for answers", m.Method)
	}

	got = tfx("inspect", "--model", zoo+"models/tf1_raw_while")
	require.Equal(t, 0, got.code, "no method was asked for")
	require.Contains(t, got.stdout, "\n      smoothgrad, vargrad: refused by Enter 2, Exit, Merge, NextIteration\n")
	require.Regexp(t, `(?m)^    occlusion, .*, kernelshap: work$`, got.stdout)

	got = tfx("inspect", "--model", zoo+"models/ops_binary", "--signature", "select")
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "    all 14 methods work\n")
}

func TestPrintCoverage(t *testing.T) {
	softmax, exit := refusalReport{Op: "Softmax"}, refusalReport{Op: "Exit"}
	var out strings.Builder
	printCoverage(&out, []coverage{
		{Method: "gradient", Works: true},
		{Method: "saliency", Works: true},
		{Method: "elrp", Refused: []refusalReport{softmax, exit, softmax}, Fallbacks: []refusalReport{softmax, softmax}},
		{Method: "deeplift", Refused: []refusalReport{softmax}, Fallbacks: []refusalReport{softmax}},
		{Method: "ig", Refused: []refusalReport{exit}},
	})
	require.Equal(t, `    gradient, saliency: work
    elrp: refused by Softmax 2, Exit; a gradient fallback is possible at Softmax
      2
    deeplift: refused by Softmax; a gradient fallback is possible
    ig: refused by Exit
`, out.String())
}

func TestInspectInsideTheModel(t *testing.T) {
	needLibrary(t)
	got := tfx("inspect", "--model", words8+"model", "--target", "conv1d", "--json")
	require.Equal(t, 0, got.code, got.stderr)
	var r modelReport
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &r))
	var with []string
	for _, s := range r.Signatures {
		with = append(with, s.Name)
	}
	require.Equal(t, []string{"flat", "onehot", "tokens", "words"}, with, "the signatures that have such a layer")

	got = tfx("inspect", "--model", words8+"model", "--signature", "tables", "--explain", "embed_b", "--method", "deeplift")
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "between embed_b (embed_b) and it")
}
