package cgo

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// inChild runs the calling test in a process of its own, where no TensorFlow
// is loaded, with more environment. It returns true in that process.
func inChild(t *testing.T, mode string, env ...string) bool {
	t.Helper()
	const variable = "TFEXPLAIN_TEST_CHILD"
	if os.Getenv(variable) == mode {
		return true
	}
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, "-test.v", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), append(env, variable+"="+mode, "TF_CPP_MIN_LOG_LEVEL=", pathVariable+"=")...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: "+t.Name(), "the child ran the test")
	return false
}

// fakeLibrary compiles a library that has these functions, none of which must
// be called but TF_Version. The last parts of its version are the log level and
// the choice of oneDNN that were in the environment when it was loaded.
func fakeLibrary(t *testing.T, path, majorMinor string, functions []string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "char *getenv(const char *);\nstatic char version[] = \"%s.?.?\";\n", majorMinor)
	b.WriteString("__attribute__((constructor)) static void start(void) {\n")
	for i, name := range []string{"TF_CPP_MIN_LOG_LEVEL", oneDNNVariable} {
		fmt.Fprintf(&b, "  char *v%d = getenv(\"%s\"); version[%d] = v%d ? *v%d : '-';\n", i, name, len(majorMinor)+1+2*i, i, i)
	}
	b.WriteString("}\n")
	b.WriteString("const char *TF_Version(void) { return version; }\n")
	for _, f := range functions {
		if f != "TF_Version" {
			fmt.Fprintf(&b, "void %s(void) {}\n", f)
		}
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	source := filepath.Join(t.TempDir(), "fake.c")
	require.NoError(t, os.WriteFile(source, []byte(b.String()), 0o644))
	out, err := exec.Command("cc", "-shared", "-fPIC", "-w", "-o", path, source).CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

func TestLoadErrors(t *testing.T) {
	if !inChild(t, "errors") {
		return
	}
	require.NoError(t, os.Unsetenv("TF_CPP_MIN_LOG_LEVEL"))
	require.NoError(t, os.Unsetenv(oneDNNVariable))
	dir := t.TempDir()

	text := filepath.Join(dir, "libtensorflow.so")
	require.NoError(t, os.WriteFile(text, []byte("not a library"), 0o644))
	_, err := Open(Options{Path: text})
	var load *LoadError
	require.ErrorAs(t, err, &load)
	require.ErrorContains(t, err, text)

	_, err = Open(Options{Path: "nul\x00byte"})
	var notFound *NotFoundError
	require.ErrorAs(t, err, &notFound)

	few := fakeLibrary(t, filepath.Join(dir, "few", "libtensorflow.so.2"), "2.21", []string{"TF_NewStatus"})
	_, err = Open(Options{Path: few})
	var symbols *SymbolError
	require.ErrorAs(t, err, &symbols)
	require.Contains(t, symbols.Missing, "TF_SessionRun")
	require.NotContains(t, symbols.Missing, "TF_NewStatus")
	require.ErrorContains(t, err, "TF_ExtendSession")

	// An old version; the log level is set before the library starts.
	old := fakeLibrary(t, filepath.Join(dir, "old", "libtensorflow.so.2"), "2.17", functionNames())
	var version *VersionError
	_, err = Open(Options{Path: filepath.Dir(old)})
	require.ErrorAs(t, err, &version)
	require.Equal(t, "2.17.2.-", version.Version)
	t.Setenv("TF_CPP_MIN_LOG_LEVEL", "0")
	_, err = Open(Options{Path: old, OneDNN: true})
	require.ErrorAs(t, err, &version)
	require.Equal(t, "2.17.0.1", version.Version, "the user's own log level is kept")

	// One process holds one TensorFlow, which every later search finds.
	good := fakeLibrary(t, filepath.Join(dir, "good", "libtensorflow_cc.so.2"), "2.18", functionNames())
	other := fakeLibrary(t, filepath.Join(dir, "other", "libtensorflow_cc.so.2"), "2.18", functionNames())
	t.Setenv(oneDNNVariable, "0")
	l, err := Open(Options{Path: good, OneDNN: true}) // the user's own choice is kept
	require.NoError(t, err)
	require.Equal(t, good, l.Path())
	require.Equal(t, "Options.Path", l.Source())
	require.Equal(t, "2.18.0.0", l.Version())
	require.Len(t, l.Tried(), 2)
	_, err = Open(Options{Path: other})
	var loaded *OtherLibraryError
	require.ErrorAs(t, err, &loaded)
	require.Equal(t, good, loaded.Loaded)
	l.Close()
	l.Close()
	again, err := Open(Options{})
	require.NoError(t, err, "the library stays after Close")
	require.Equal(t, "already loaded", again.Source())
	require.Equal(t, good, again.Path())
	require.Equal(t, "2.18.0.0", l.Version())
}

func TestLoaderPath(t *testing.T) {
	dir := t.TempDir()
	if !inChild(t, "loader", "LD_LIBRARY_PATH="+dir, "FAKE="+fakeLibrary(t, filepath.Join(dir, "libtensorflow.so.2"), "2.19", functionNames()), "XDG_CACHE_HOME="+dir) {
		return
	}
	l, err := Open(Options{})
	require.NoError(t, err)
	require.Equal(t, "loader", l.Source())
	require.Equal(t, os.Getenv("FAKE"), l.Path())
}

func TestLinkedLibrary(t *testing.T) {
	dir := t.TempDir()
	fake := fakeLibrary(t, filepath.Join(dir, "libtensorflow.so.2"), "2.20", functionNames())
	if !inChild(t, "linked", "LD_PRELOAD="+fake, "FAKE="+fake) {
		return
	}
	require.NoError(t, os.Setenv(pathVariable, filepath.Join(dir, "gone")))
	l, err := Open(Options{})
	require.NoError(t, err, "a library in the process comes before all others")
	require.Equal(t, "already loaded", l.Source())
	require.Equal(t, os.Getenv("FAKE"), l.Path())
	l.Close()
}
