package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden file")

// A report of made-up numbers: every kind of cell, and goals that are met, missed
// and not measured.
func golden(t *testing.T) report {
	r, err := readReport("testdata/performance.json")
	require.NoError(t, err)
	return r
}

func TestDocument(t *testing.T) {
	r := golden(t)
	got := r.document()
	file := filepath.Join("testdata", "performance.md")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestReportRoundTrip(t *testing.T) {
	r := golden(t)
	file := filepath.Join(t.TempDir(), "r.json")
	require.NoError(t, r.write(file))
	again, err := readReport(file)
	require.NoError(t, err)
	require.Equal(t, r, again)
}

func TestGoals(t *testing.T) {
	r := golden(t)
	type verdict struct {
		verdict string
		met     int
		worst   measured
	}
	want := map[string]verdict{
		"grad*input, of Python's default settings":             {"not met", 1, measured{"lstm, 1 rows", 1.25}},
		"grad*input, of our forward pass":                      {"met", 2, measured{"digits, 1 rows", 2}},
		"DeepLIFT, of our grad*input (digits, mlp, resnet)":    {"met", 1, measured{"digits, 1 rows", 1.25}},
		"epsilon-LRP, of our grad*input (digits, mlp, resnet)": {"not met", 0, measured{"digits, 1 rows", 1.5}},
		"IG-50, of Python's batched IG":                        {"not measured", 0, measured{}},
		"a call of one row, beyond TF_SessionRun":              {"met", 1, measured{"digits/grad*input", 18}},
		"its allocations":                                      {"not met", 0, measured{"digits/grad*input", 40}},
		"process start to the first explanation, digits":       {"met", 1, measured{"digits", 0.75}},
		"New, resnet": {"not measured", 0, measured{}},
		"resident memory after load, of Python's": {"met", 2, measured{"lstm", 0.6}},
	}
	for _, g := range r.goals() {
		require.Equal(t, want[g.name], verdict{g.verdict(), g.met(), g.worst()}, g.name)
		delete(want, g.name)
	}
	require.Empty(t, want)
}

func TestParseOverheads(t *testing.T) {
	got, err := parseOverheads(`goos: linux
cpu: AMD EPYC
BenchmarkOverhead/digits/grad*input-2         	    1000	   2463556 ns/op	        17.74 beyond-us	       655.8 explain-us	       638.1 session-us	    5466 B/op	      40 allocs/op
BenchmarkOverhead/mlp-64-24-16-10/deeplift    	    1000	    301424 ns/op	        12.5 beyond-us	       107.3 explain-us	        94.8 session-us	    3378 B/op	      58 allocs/op
PASS
`)
	require.NoError(t, err)
	require.Equal(t, []overhead{
		{"digits/grad*input", 655.8, 638.1, 17.74, 40},
		{"mlp-64-24-16-10/deeplift", 107.3, 94.8, 12.5, 58},
	}, got)
	for _, text := range []string{"PASS\n", "BenchmarkOverhead/x-2 10 5 ns/op\n", "BenchmarkOverhead/x-2 10 five session-us\n"} {
		_, err := parseOverheads(text)
		require.Error(t, err, text)
	}
}

func TestProcessor(t *testing.T) {
	name, vectors := processor("processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu avx2 fma avx512f avx512fp16\n\nprocessor\t: 1\nmodel name\t: AMD EPYC\nflags\t\t: fpu avx2 fma avx512f\n")
	require.Equal(t, "AMD EPYC", name)
	require.Equal(t, []string{"avx2", "fma", "avx512f"}, vectors)
}

func TestEnvironment(t *testing.T) {
	t.Setenv(onednnVariable, "0")
	require.Contains(t, environment(ours), onednnVariable+"=0")
	require.NotContains(t, environment(python), onednnVariable+"=0")
	require.NotContains(t, environment(onednn), onednnVariable+"=0")
	require.Contains(t, environment(onednn), onednnVariable+"=1")
}

func TestParse(t *testing.T) {
	o, err := parse([]string{"-models", "resnet,lstm", "-methods", "forward,grad*input", "-batch", "32"}, os.Stderr)
	require.NoError(t, err)
	require.Equal(t, []string{"resnet", "lstm"}, o.models)
	require.Equal(t, []string{"forward", "grad*input"}, o.methods)
	require.Equal(t, []int{32}, o.rows)
	for _, args := range [][]string{{"-models", "vgg"}, {"-methods", ""}, {"-batch", "0"}, {"-batch", "1,x"}, {"resnet"}} {
		_, err := parse(args, os.Stderr)
		require.Error(t, err, args)
	}
}
