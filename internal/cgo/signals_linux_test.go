package cgo_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Only Go's own threads may take a profiler's signal.
func TestTensorFlowsThreadsTakeNoSignals(t *testing.T) {
	l := open(t)
	s, _ := start(t, l, placeholder("x", tensor.Float32), identity("same", "x", tensor.Float32))
	c, err := s.Callable(at("x"), at("same"), nil)
	require.NoError(t, err)
	_, err = c.Run(context.Background(), []*tensor.Tensor{value(t, []float32{1})})
	require.NoError(t, err)
	taking, blocking := threadsBy(t, syscall.SIGPROF)
	require.NotZero(t, taking)
	require.LessOrEqual(t, taking, pprof.Lookup("threadcreate").Count())
	require.NotZero(t, blocking)
}

// threadsBy counts the threads of this process that take a signal and those
// that block it.
func threadsBy(t *testing.T, signal syscall.Signal) (taking, blocking int) {
	t.Helper()
	files, err := filepath.Glob("/proc/self/task/*/status")
	require.NoError(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			continue // the thread has ended since
		}
		_, after, found := strings.Cut(string(raw), "SigBlk:\t")
		require.True(t, found, f)
		hex, _, _ := strings.Cut(after, "\n")
		mask, err := strconv.ParseUint(hex, 16, 64)
		require.NoError(t, err)
		if mask>>(signal-1)&1 == 0 {
			taking++
		} else {
			blocking++
		}
	}
	return taking, blocking
}
