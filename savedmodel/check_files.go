package savedmodel

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

const (
	variablesFolder = "variables"
	assetsFolder    = "assets"
	indexFile       = "variables.index"
)

// shardName is the name of a file of weights: which one of how many.
var shardName = regexp.MustCompile(`^variables\.data-(\d{5,})-of-(\d{5,})$`)

// checkVariables looks for the files that TensorFlow will restore from. Without
// an index it silently restores nothing, and every later call would fail. A
// model that restores no variables needs no such folder.
func (m *Meta) checkVariables() error {
	folder := filepath.Join(m.dir, variablesFolder)
	names, known := m.restoredVariables()
	if _, err := os.Stat(filepath.Join(folder, indexFile)); err != nil {
		if len(names) == 0 && known && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		e := &VariablesError{Dir: m.dir, Missing: []string{variablesFolder + "/" + indexFile}, Variables: names, Err: err}
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			e.Missing = []string{variablesFolder}
		}
		return e
	}
	if missing := missingShards(folder); len(missing) > 0 {
		return &VariablesError{Dir: m.dir, Missing: missing, Variables: names, Err: fs.ErrNotExist}
	}
	return nil
}

// missingShards lists the files of weights that are not there, going by the
// total that the names of the others state. The list ends after ten.
func missingShards(folder string) []string {
	have := shards(folder)
	if len(have) == 0 {
		return []string{variablesFolder + "/variables.data-00000-of-00001"}
	}
	total := 0
	for _, name := range have {
		n, _ := strconv.Atoi(shardName.FindStringSubmatch(name)[2])
		total = max(total, n)
	}
	var missing []string
	for i := 0; i < total && len(missing) < 10; i++ {
		name := fmt.Sprintf("variables.data-%05d-of-%05d", i, total)
		if !slices.Contains(have, name) {
			missing = append(missing, variablesFolder+"/"+name)
		}
	}
	return missing
}

func shards(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if shardName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

// checkAssets looks for the files that the init op reads. Their names come
// from the model and are joined to its folder by TensorFlow, so one that leads
// out of the folder is refused.
func (m *Meta) checkAssets() error {
	for _, a := range m.assets {
		name := a.GetFilename()
		if !filepath.IsLocal(name) {
			return &AssetError{Dir: m.dir, File: name, Err: errNotLocal}
		}
		if _, err := os.Stat(filepath.Join(m.dir, assetsFolder, name)); err != nil {
			return &AssetError{Dir: m.dir, File: name, Err: err}
		}
	}
	return nil
}

// assetsCollection is where TensorFlow 1 keeps the list of assets.
const assetsCollection = "saved_model_assets"

// readAssets finds the list of assets where TensorFlow looks for it
// (tensorflow/cc/saved_model/loader_util.cc, GetAssetFileDefs).
func readAssets(file string, m *tfproto.MetaGraphDef) ([]*tfproto.AssetFileDef, error) {
	if list := m.GetAssetFileDef(); len(list) > 0 {
		return list, nil
	}
	var list []*tfproto.AssetFileDef
	for _, v := range m.GetCollectionDef()[assetsCollection].GetAnyList().GetValue() {
		a := &tfproto.AssetFileDef{}
		if err := proto.Unmarshal(v.GetValue(), a); err != nil {
			return nil, &CorruptError{File: file, Message: "AssetFileDef", Reason: err.Error()}
		}
		list = append(list, a)
	}
	return list, nil
}

// checkInside refuses links that lead out of the model's folder, and devices and
// pipes in the place of files: TensorFlow would read whatever is there, or wait
// for ever. A link to another place in the folder is fine.
func (m *Meta) checkInside() error {
	root, err := filepath.EvalSymlinks(m.dir)
	if err != nil {
		return &FolderError{Path: m.dir, Err: err}
	}
	for _, file := range m.readFiles() {
		path, err := filepath.EvalSymlinks(filepath.Join(root, file))
		if errors.Is(err, fs.ErrNotExist) { // TensorFlow looks for it and goes on
			continue
		}
		if err == nil {
			err = checkFile(root, path)
		}
		if err != nil {
			return &OutsideError{Dir: m.dir, File: file, Err: err}
		}
	}
	return nil
}

// readFiles are the files that TensorFlow's loader opens, relative to the
// folder.
func (m *Meta) readFiles() []string {
	files := []string{modelFile, "fingerprint.pb", filepath.Join("debug", "saved_model_debug_info.pb"),
		filepath.Join(variablesFolder, indexFile)}
	for _, name := range shards(filepath.Join(m.dir, variablesFolder)) {
		files = append(files, filepath.Join(variablesFolder, name))
	}
	for _, a := range m.assets {
		files = append(files, filepath.Join(assetsFolder, a.GetFilename()))
	}
	return files
}

// checkFile looks at a file whose path has no links in it any more.
func checkFile(root, path string) error {
	inside, err := filepath.Rel(root, path)
	if err != nil || !filepath.IsLocal(inside) {
		return errOutside
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errNotRegular
	}
	return nil
}
