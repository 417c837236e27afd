package savedmodel_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// examples/customrule loads one that is right.
func TestOpLibrariesThatCannotBeLoaded(t *testing.T) {
	text := filepath.Join(t.TempDir(), "ops.so")
	require.NoError(t, os.WriteFile(text, []byte("no library"), 0o666))
	for name, file := range map[string]string{
		"missing":    filepath.Join(t.TempDir(), "none.so"),
		"a text":     text,
		"not here":   "libm.so.6", // on the loader's path, not in this folder
		"a NUL byte": "a\x00b",
		"no name":    "",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := savedmodel.Load("testdata/paper_m3", savedmodel.Options{OpLibraries: []string{file}})
			var wrong *savedmodel.OpLibraryError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, file, wrong.File)
			require.ErrorContains(t, err, "shared library")
			if name == "missing" {
				var status *savedmodel.StatusError // what TensorFlow said, for those who ask
				require.ErrorAs(t, err, &status)
				require.Equal(t, savedmodel.NotFound, status.Code)
			}
		})
	}
}
