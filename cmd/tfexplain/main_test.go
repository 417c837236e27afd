package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// asCommand makes the test binary the command itself, for what only a process
// of its own can show.
const asCommand = "TFEXPLAIN_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	switch os.Getenv(asCommand) {
	case "":
	case "crash":
		muteStderr()
		_ = syscall.Kill(os.Getpid(), syscall.SIGABRT)
		select {} // until the signal arrives
	default:
		main()
	}
	os.Exit(m.Run())
}

const (
	zoo    = "../../testdata/zoo/"
	mlp    = zoo + "models/digits_mlp_relu"
	golden = zoo + "golden/digits_mlp_relu/logits/"
	digits = "../../testdata/digits/"
)

// outcome of one command.
type ran struct {
	code           int
	stdout, stderr string
}

// tfx runs the command in this process.
func tfx(args ...string) ran {
	var out, err bytes.Buffer
	code := run(context.Background(), args, &out, &err)
	return ran{code, out.String(), err.String()}
}

// process runs the command in a process of its own.
func process(t *testing.T, env []string, args ...string) ran {
	t.Helper()
	var out, err bytes.Buffer
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	c.Env = commandEnv(env...)
	c.Stdout, c.Stderr = &out, &err
	var exit *exec.ExitError
	if e := c.Run(); e != nil {
		require.ErrorAs(t, e, &exit)
	}
	return ran{c.ProcessState.ExitCode(), out.String(), err.String()}
}

// commandEnv is the environment in which this test binary is the command, with what
// TensorFlow says left as it is for most users.
func commandEnv(more ...string) []string {
	plain := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, logLevel+"=") })
	return append(append(plain, asCommand+"=1"), more...)
}

// needLibrary fails a test that runs a model where there is no TensorFlow.
func needLibrary(t *testing.T) {
	t.Helper()
	if _, err := cgo.Open(cgo.Options{}); err != nil {
		t.Fatal(err)
	}
}

// floats reads one array of a result or golden file.
func floats(t *testing.T, x *tensor.Tensor) []float64 {
	t.Helper()
	require.NotNil(t, x)
	v, err := x.Float64s()
	require.NoError(t, err)
	return v
}

func npy(t *testing.T, path string) *tensor.Tensor {
	t.Helper()
	x, err := tensorfile.ReadRaw(path)
	require.NoError(t, err)
	return x
}

func writeNPY(t *testing.T, path string, x *tensor.Tensor) {
	t.Helper()
	require.NoError(t, tensorfile.WriteNPY(path, x))
}

func named(t *testing.T, path string) map[string]*tensor.Tensor {
	t.Helper()
	arrays, err := tensorfile.ReadNamed(path)
	require.NoError(t, err)
	return arrays
}
