package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSessionFlags(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	for _, c := range []struct{ flag, value, says string }{
		{"--gpu-memory", "2", "--gpu-memory 2: wanted 0 (the default) to 1"},
		{"--threads", "-1", "--threads -1: wanted 0"},
		{"--device", "second gpu", `--device "second gpu": wanted a name such as`},
		{"--device", "/cpu:77", `there is no device "/cpu:77"; there are "/job:localhost/replica:0/task:0/device:CPU:0"`},
	} {
		got := tfx(with(out, c.flag, c.value)...)
		require.Equal(t, exitUsage, got.code, got.stderr)
		require.Contains(t, got.stderr, c.says)
	}
	require.NoFileExists(t, out)
}

// Two processes write the same bytes, and compiling changes rounding only.
func TestDeterministicProcesses(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	var files [][]byte
	for _, name := range []string{"a.npz", "b.npz"} {
		path := filepath.Join(dir, name)
		got := process(t, nil, append(with(path, "--method", "smoothgrad"), "--deterministic", "--device", "cpu")...)
		require.Equal(t, exitFine, got.code, got.stderr)
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		files = append(files, raw)
	}
	require.Equal(t, files[0], files[1])

	plain, compiled := filepath.Join(dir, "plain.npz"), filepath.Join(dir, "xla.npz")
	require.Equal(t, exitFine, tfx(with(plain)...).code)
	require.Equal(t, exitFine, tfx(append(with(compiled), "--xla")...).code)
	want, got := named(t, plain)["attributions.pixels"], named(t, compiled)["attributions.pixels"]
	require.InDeltaSlice(t, floats(t, want), floats(t, got), 1e-5) // float32
}
