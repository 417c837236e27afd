package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const libraryVariable = "TFEXPLAIN_LIBTENSORFLOW="

func TestNoLibrary(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.npz")
	for _, args := range [][]string{with(out), {"inspect", "--model", mlp}, {"bench", "--model", mlp, "--method", "gradient", "--target", "logits"}} {
		got := process(t, []string{libraryVariable + "/nonexistent"}, args...)
		require.Equal(t, 1, got.code)
		require.Contains(t, got.stderr, "tfexplain: no usable libtensorflow was found")
		require.Contains(t, got.stderr, "scripts/libtensorflow.sh")
		require.Contains(t, got.stderr, "/nonexistent")
	}
	require.NoFileExists(t, out)
}

func TestInspectWithoutLibraryShowsSignatures(t *testing.T) {
	got := process(t, []string{libraryVariable + "/nonexistent"}, "inspect", "--model", mlp)
	require.Contains(t, got.stdout, "pixels  float32[N 64]")
}

func TestStderrIsQuiet(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	got := process(t, nil, with(out)...)
	require.Equal(t, 0, got.code)
	require.Empty(t, got.stderr)
}

func TestMutedCrashIsSeen(t *testing.T) {
	got := process(t, []string{asCommand + "=crash"})
	require.NotZero(t, got.code)
	require.Contains(t, got.stderr, "SIGABRT")
}

func TestInterrupted(t *testing.T) {
	needLibrary(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := filepath.Join(t.TempDir(), "out.npz")
	var stdout, stderr bytes.Buffer
	require.Equal(t, 1, run(ctx, with(out), &stdout, &stderr))
	require.Equal(t, "tfexplain: interrupted; nothing was written\n", stderr.String())
	require.NoFileExists(t, out)
}
