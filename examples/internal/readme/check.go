package readme

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what the commands print into the README")

// Check runs the README.md of the package under test in the module's root folder,
// two levels up, and compares; -update writes the README anew. Pairs of texts are
// replaced before a command runs, and back in what it prints: a port, for
// instance.
func Check(t *testing.T, replace ...string) {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	steps, err := sessions(lines)
	require.NoError(t, err)

	const mark = "-- end of output"
	back := make([]string, len(replace))
	for i := 0; i < len(replace); i += 2 {
		back[i], back[i+1] = replace[i+1], replace[i]
	}
	printed := bash(t, "../..", strings.NewReplacer(replace...).Replace(script(steps, mark)))
	got := outputs(strings.NewReplacer(back...).Replace(printed), mark, len(steps))
	if *update {
		require.NotContains(t, got, []string(nil), "a command failed")
		require.NoError(t, os.WriteFile("README.md", []byte(strings.Join(rewrite(lines, steps, got), "\n")), 0o644))
		return
	}
	for i, s := range steps {
		require.NotNil(t, got[i], "this failed: %s", s.command)
		require.NoError(t, match(s.output, got[i]), "$ %s\n(go test -update writes what is printed into the README)", s.command)
	}
}

// bash runs a script until its first failure and returns what it printed. What it
// left in the background ends with it.
func bash(t *testing.T, dir, script string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // the first build of a binding takes minutes
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", script)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second // for those that hold the pipes open
	err := cmd.Run()
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // nobody is left, usually
	}
	if err != nil || t.Failed() {
		t.Logf("bash: %v\n%s", err, stderr.String())
	}
	return stdout.String()
}
