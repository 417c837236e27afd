package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseAnswer(t *testing.T) {
	a, err := parseAnswer([]byte(`{"seconds": 0.5, "rss": 4096, "values": [1, -2]}`))
	require.NoError(t, err)
	require.Equal(t, answer{Seconds: 0.5, RSS: 4096, Values: []float64{1, -2}}, a)

	var missing *missingError
	_, err = parseAnswer([]byte(`{"error": "StagingError: in user code:\n\n  File x\n\n  LookupError: no entry for: shap_X\n"}`))
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "LookupError: no entry for: shap_X", missing.reason)

	for _, line := range []string{"", "Using TensorFlow backend", `{"rss": 1}`, `{"seconds": 0}`, `{"seconds": "1"}`} {
		_, err = parseAnswer([]byte(line))
		require.ErrorContains(t, err, "a worker wrote", line)
	}
}

func TestWorker(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	w, err := startWorker(exec.Command("sh", "-c", `read line; echo "$line" >&2; echo '{"seconds": 1}'; read line; echo '{"error": "no"}'`), log)
	require.NoError(t, err)
	a, err := w.call(request{Model: "m", Method: "ig", Rows: 2, Repeat: 3, Window: []int{4, 4}})
	require.NoError(t, err)
	require.Equal(t, 1., a.Seconds)
	_, err = w.call(request{})
	require.ErrorContains(t, err, "no")
	_, err = w.call(request{})
	require.ErrorContains(t, err, log, "the process has ended")
	require.NoError(t, w.close())
	text, err := os.ReadFile(log)
	require.NoError(t, err)
	require.JSONEq(t, `{"model": "m", "method": "ig", "x": "", "rows": 2, "repeat": 3, "window": [4, 4]}`, string(text))
}

// Our own worker, on the digit model.
func TestServe(t *testing.T) {
	t.Chdir("..")
	m := models("")[0]
	file := filepath.Join(t.TempDir(), "x.npy")
	require.NoError(t, writeInput(m, 3, file))
	cases := []struct {
		method string
		values int // how many, of two rows
		fails  string
	}{
		{method: "load"},
		{method: "new deeplift"},
		{method: "forward", values: 2 * 10},
		{method: "grad*input", values: 2 * 784},
		{method: "occlusion", values: 2 * 784},
		{method: "guess", fails: `"guess"`},
	}
	var in, out bytes.Buffer
	ask := json.NewEncoder(&in)
	for _, c := range cases {
		require.NoError(t, ask.Encode(request{Model: m.dir, Method: c.method, X: file, Rows: 2, Repeat: 2, Window: m.window, Values: c.values > 0}))
	}
	in.WriteString("{\n")
	require.NoError(t, serve(context.Background(), &in, &out))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, len(cases)+1)
	for i, c := range cases {
		a, err := parseAnswer([]byte(lines[i]))
		if c.fails != "" {
			require.ErrorContains(t, err, c.fails)
			continue
		}
		require.NoError(t, err, c.method)
		require.Greater(t, a.RSS, int64(50<<20), "TensorFlow alone is more")
		require.Len(t, a.Values, c.values, c.method)
	}
	_, err := parseAnswer([]byte(lines[len(cases)]))
	require.ErrorContains(t, err, "JSON")
}
