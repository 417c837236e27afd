package savedmodel

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	modelFile = "saved_model.pb"

	// maxModelBytes is the largest protocol buffer there is; TensorFlow
	// refuses to parse a larger one.
	maxModelBytes = 2<<30 - 1
)

// readModelFile checks that dir is the folder of a SavedModel and reads its
// saved_model.pb. The size is checked before memory is taken.
func readModelFile(dir string) ([]byte, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, &FolderError{Path: dir, Err: err}
	}
	if !info.IsDir() {
		return nil, &FolderError{Path: dir, Err: errNotFolder}
	}
	path := filepath.Join(dir, modelFile)
	info, err = os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &NoModelError{Dir: dir, Found: otherForms(dir)}
	}
	if err != nil {
		return nil, &FileError{File: path, Err: err}
	}
	if !info.Mode().IsRegular() {
		return nil, &FileError{File: path, Err: errNotRegular}
	}
	if info.Size() > maxModelBytes {
		return nil, &TooLargeError{File: path, What: "bytes", Given: info.Size(), Limit: maxModelBytes}
	}
	if info.Size() == 0 {
		return nil, &CorruptError{File: path, Reason: "the file is empty"}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &FileError{File: path, Err: err}
	}
	defer f.Close()
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, &FileError{File: path, Err: err}
	}
	return data, nil
}

// otherForms lists what a folder holds instead of saved_model.pb, where that
// helps: other forms of models, and a version folder as served models have.
func otherForms(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var found []string
	for _, e := range entries {
		name := e.Name()
		switch ext := filepath.Ext(name); {
		case strings.HasPrefix(name, "saved_model."),
			ext == ".keras", ext == ".h5", ext == ".tflite", ext == ".onnx", ext == ".pb", ext == ".pbtxt":
			found = append(found, name)
		case e.IsDir():
			if _, err := os.Stat(filepath.Join(dir, name, modelFile)); err == nil {
				found = append(found, name+"/"+modelFile)
			}
		}
		if len(found) == 10 {
			break
		}
	}
	return found
}
