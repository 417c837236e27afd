package tensorfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// numpy itself reads what is written here. That the bytes are numpy's own is
// tested without numpy too; this covers the archive and JSON, and needs
// TFEXPLAIN_NUMPY to name a python with numpy.
func TestNumpyReadsWhatIsWritten(t *testing.T) {
	python := os.Getenv("TFEXPLAIN_NUMPY")
	if python == "" {
		t.Skip("TFEXPLAIN_NUMPY names no python")
	}
	dir := t.TempDir()
	var archive, text []Named
	for _, code := range append(codes, "U", "S") {
		x := fixture(t, code)
		require.NoError(t, WriteNPY(filepath.Join(dir, code+".npy"), x))
		archive = append(archive, Named{code, x})
		if code[0] != 'c' && code != "S" {
			text = append(text, Named{code, x})
		}
	}
	require.NoError(t, WriteNPY(filepath.Join(dir, "scalar.npy"), made(t, []float64{2.5})))
	require.NoError(t, WriteNPY(filepath.Join(dir, "empty.npy"), made(t, []float32{}, 0, 3)))
	require.NoError(t, WriteNPZ(filepath.Join(dir, "all.npz"), archive))
	require.NoError(t, WriteJSON(filepath.Join(dir, "all.json"), text))
	out, err := exec.Command(python, "testdata/make.py", "check", dir).CombinedOutput()
	require.NoError(t, err, string(out))
	t.Logf("%s", out)
}
