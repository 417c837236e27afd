package savedmodel

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

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
