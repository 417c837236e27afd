package savedmodel

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

func TestVariablesFiles(t *testing.T) {
	const shard = "variables.data-00000-of-00001"
	for _, c := range []struct {
		name    string
		change  func(folder string) error
		missing []string // nil: nothing is
	}{
		{"folder", os.RemoveAll, []string{"variables"}},
		{"index", func(f string) error { return os.Remove(filepath.Join(f, indexFile)) }, []string{"variables/variables.index"}},
		{"everything in it", func(f string) error {
			if err := os.RemoveAll(f); err != nil {
				return err
			}
			return os.Mkdir(f, 0o700)
		}, []string{"variables/variables.index"}},
		{"the only shard", func(f string) error { return os.Remove(filepath.Join(f, shard)) }, []string{"variables/" + shard}},
		{"some of three shards", func(f string) error {
			return os.Rename(filepath.Join(f, shard), filepath.Join(f, "variables.data-00001-of-00003"))
		}, []string{"variables/variables.data-00000-of-00003", "variables/variables.data-00002-of-00003"}},
		{"most of 99999 shards", func(f string) error {
			return os.Rename(filepath.Join(f, shard), filepath.Join(f, "variables.data-00009-of-99999"))
		}, []string{
			"variables/variables.data-00000-of-99999", "variables/variables.data-00001-of-99999", "variables/variables.data-00002-of-99999",
			"variables/variables.data-00003-of-99999", "variables/variables.data-00004-of-99999", "variables/variables.data-00005-of-99999",
			"variables/variables.data-00006-of-99999", "variables/variables.data-00007-of-99999", "variables/variables.data-00008-of-99999",
			"variables/variables.data-00010-of-99999"}},
		{"nothing of two", func(f string) error {
			if err := os.WriteFile(filepath.Join(f, "variables.data-00000-of-00002"), nil, 0o600); err != nil {
				return err
			}
			return os.Rename(filepath.Join(f, shard), filepath.Join(f, "variables.data-00001-of-00002"))
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copyModel(t, "tf1_variables")
			require.NoError(t, c.change(filepath.Join(dir, variablesFolder)))
			m, err := Read(dir, Options{}) // which needs none of them
			require.NoError(t, err)
			err = m.checkVariables()
			if c.missing == nil {
				require.NoError(t, err)
				return
			}
			_, loadErr := Load(dir, Options{})
			require.Equal(t, err, loadErr)
			var e *VariablesError
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, fs.ErrNotExist)
			require.Equal(t, c.missing, e.Missing)
			require.Equal(t, []string{"dense/b1", "dense/b2", "dense/w1", "dense/w2"}, e.Variables)
		})
	}
}

func TestVariablesUnknown(t *testing.T) {
	dir := changed(t, "tf1_variables", func(m *tfproto.MetaGraphDef) {
		for _, n := range m.GraphDef.Node {
			if n.Name == "save/RestoreV2" {
				n.Input[1] = "save/StringJoin" // names that are computed
			}
		}
	})
	require.NoError(t, os.RemoveAll(filepath.Join(dir, variablesFolder)))
	m, err := Read(dir, Options{})
	require.NoError(t, err)
	names, known := m.restoredVariables()
	require.Empty(t, names)
	require.False(t, known)
	require.ErrorContains(t, m.checkVariables(), `restores variables but "variables" cannot be read`)
}

func TestAssets(t *testing.T) {
	dir := copyModel(t, "tabular_multi")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "assets")))
	_, err := Load(dir, Options{})
	var e *AssetError
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.Equal(t, "vocabulary.txt", e.File)

	for _, name := range []string{"../saved_model.pb", "/etc/hostname", "a/../../b", ""} {
		_, err := Load(changed(t, "tabular_multi", func(m *tfproto.MetaGraphDef) { m.AssetFileDef[0].Filename = name }), Options{})
		require.ErrorAs(t, err, &e)
		require.Equal(t, name, e.File)
		require.ErrorContains(t, err, "leads out of its folder")
	}
}
