package savedmodel

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

var (
	errNotFolder  = errors.New("it is a file, not a folder")
	errNotRegular = errors.New("it is not a regular file")
	errOutside    = errors.New("it is a link that leads out of the folder")
	errNotLocal   = errors.New("the name leads out of the folder")
)

// FolderError says that a model's folder cannot be used: it is missing
// (errors.Is fs.ErrNotExist), is a file, or cannot be read.
type FolderError struct {
	Path string
	Err  error
}

func (e *FolderError) Error() string {
	switch {
	case errors.Is(e.Err, fs.ErrNotExist):
		return fmt.Sprintf("savedmodel: there is no folder %q; give the folder that holds %s", e.Path, modelFile)
	case errors.Is(e.Err, errNotFolder):
		return fmt.Sprintf("savedmodel: %q is a file; %s", e.Path, folderHelp(e.Path))
	}
	return fmt.Sprintf("savedmodel: the folder %q cannot be used: %v", e.Path, e.Err)
}

// folderHelp says how to come from a file to a folder of a SavedModel.
func folderHelp(file string) string {
	switch {
	case filepath.Base(file) == modelFile:
		return fmt.Sprintf("give its folder, %q", filepath.Dir(file))
	case slices.Contains([]string{".keras", ".h5", ".hdf5"}, filepath.Ext(file)):
		return fmt.Sprintf("export it in Python as a SavedModel and give that folder: keras.models.load_model(%q).export(\"folder\")", file)
	case filepath.Ext(file) == ".pb":
		return fmt.Sprintf("give a folder that holds %s; a frozen graph must first be written as one (tf.compat.v1.saved_model.simple_save)", modelFile)
	}
	return "give the folder that holds " + modelFile
}

// Unwrap is the cause.
func (e *FolderError) Unwrap() error { return e.Err }

// NoModelError says that a folder has no saved_model.pb.
type NoModelError struct {
	Dir   string
	Found []string // other forms of models in it, as far as known
}

func (e *NoModelError) Error() string {
	msg := fmt.Sprintf("savedmodel: %q has no %s", e.Dir, modelFile)
	for _, f := range e.Found {
		switch {
		case f == "saved_model.pbtxt":
			return msg + ", but saved_model.pbtxt: the text form is not supported; load the model in Python and save it again with tf.saved_model.save"
		case f == "saved_model.cpb":
			return msg + ", but saved_model.cpb: the chunked form of graphs beyond 2 GiB is not supported; keep large constants in variables"
		case strings.HasSuffix(f, "/"+modelFile):
			return fmt.Sprintf("%s, but there is %s: give that folder", msg, f)
		}
	}
	if len(e.Found) > 0 {
		return fmt.Sprintf("%s, but %s, which is another form; export the model as a SavedModel (Keras: model.export(folder))", msg, strings.Join(e.Found, ", "))
	}
	return msg + "; give the folder of a SavedModel (Keras: model.export(folder))"
}

// FileError says that a file could not be read.
type FileError struct {
	File string
	Err  error
}

func (e *FileError) Error() string {
	return fmt.Sprintf("savedmodel: %s cannot be read: %v", e.File, e.Err)
}

// Unwrap is the cause.
func (e *FileError) Unwrap() error { return e.Err }

// TooLargeError says that a file is, or would become, larger than the limit.
type TooLargeError struct {
	File         string
	What         string // "bytes" or "messages"
	Given, Limit int64
}

func (e *TooLargeError) Error() string {
	if e.What == "bytes" {
		return fmt.Sprintf("savedmodel: %s has %d bytes; TensorFlow reads at most %d: keep large constants in variables", e.File, e.Given, e.Limit)
	}
	return fmt.Sprintf("savedmodel: %s holds more than %d %s; for a graph that is really so large, raise Limits.MaxGraphNodes", e.File, e.Limit, e.What)
}

// CorruptError says that saved_model.pb is not a complete, valid file.
type CorruptError struct {
	File    string
	Offset  int64  // of the byte where reading stopped making sense, as far as known
	Message string // the kind of part it is in: "NodeDef"; empty for the file
	Reason  string
}

func (e *CorruptError) Error() string {
	where := ""
	if e.Message != "" {
		where = fmt.Sprintf(" at byte %d (in a %s)", e.Offset, e.Message)
	}
	return fmt.Sprintf("savedmodel: %s is damaged or no SavedModel%s: %s; copy or export the model again", e.File, where, e.Reason)
}

// TagError says that no graph of the file has the wanted tags.
type TagError struct {
	Dir       string
	Given     []string
	Available [][]string
}

func (e *TagError) Error() string {
	sets := make([]string, len(e.Available))
	for i, s := range e.Available {
		sets[i] = tagSet(s)
	}
	return fmt.Sprintf("savedmodel: %q has no graph with the tags %s; it has %s: choose one with Options.Tags", e.Dir, tagSet(e.Given), strings.Join(sets, ", "))
}

func tagSet(tags []string) string { return "{" + quoted(tags) + "}" }

// VariablesError says that files of the weights are missing although the model
// restores variables.
type VariablesError struct {
	Dir       string
	Missing   []string // relative to Dir
	Variables []string // what the model restores, as far as known
	Err       error
}

func (e *VariablesError) Error() string {
	what := "variables"
	if n := len(e.Variables); n > 0 {
		what = fmt.Sprintf("%d variables (%s)", n, short(e.Variables))
	}
	return fmt.Sprintf("savedmodel: the model in %q restores %s but %s cannot be read (%v); copy the whole folder of the model", e.Dir, what, quoted(e.Missing), e.Err)
}

// Unwrap is the cause.
func (e *VariablesError) Unwrap() error { return e.Err }

// ShardError says that TensorFlow could not restore the weights from a file.
// Err is TensorFlow's error with its code.
type ShardError struct {
	Dir  string
	File string // relative to Dir; "variables" when it is not known which of them
	Err  error
}

func (e *ShardError) Error() string {
	return fmt.Sprintf("savedmodel: the weights in %q cannot be restored from %s, which is damaged or belongs to another model; copy or export the model again: %v", e.Dir, e.File, e.Err)
}

// Unwrap is the cause.
func (e *ShardError) Unwrap() error { return e.Err }

// AssetError says that a file that the model's init op reads cannot be used.
type AssetError struct {
	Dir  string
	File string // relative to Dir/assets
	Err  error
}

func (e *AssetError) Error() string {
	if errors.Is(e.Err, errNotLocal) {
		return fmt.Sprintf("savedmodel: the model in %q names the asset %q, which leads out of its folder; only load models from a source that you trust", e.Dir, e.File)
	}
	return fmt.Sprintf("savedmodel: the model in %q needs the file assets/%s (%v); copy the whole folder of the model", e.Dir, e.File, e.Err)
}

// Unwrap is the cause.
func (e *AssetError) Unwrap() error { return e.Err }

// OpLibraryError says that a file of Options.OpLibraries cannot be loaded.
type OpLibraryError struct {
	File string
	Err  error
}

func (e *OpLibraryError) Error() string {
	return fmt.Sprintf("savedmodel: the op library %q cannot be loaded: %v; it must be a shared library that was built for this TensorFlow", e.File, e.Err)
}

// Unwrap is the cause.
func (e *OpLibraryError) Unwrap() error { return e.Err }

// OutsideError says that a file of the model is a link to one outside its
// folder, or is no file.
type OutsideError struct {
	Dir  string
	File string // relative to Dir
	Err  error
}

func (e *OutsideError) Error() string {
	return fmt.Sprintf("savedmodel: the file %s of the model in %q is refused: %v; copy the files into one folder, or, if you trust who made the model, set Options.TrustModel", e.File, e.Dir, e.Err)
}

// Unwrap is the cause.
func (e *OutsideError) Unwrap() error { return e.Err }

func quoted(s []string) string {
	q := make([]string, len(s))
	for i := range s {
		q[i] = fmt.Sprintf("%q", s[i])
	}
	return strings.Join(q, ", ")
}

// short joins the first few of a list.
func short(s []string) string {
	const most = 5
	if len(s) <= most {
		return strings.Join(s, ", ")
	}
	return fmt.Sprintf("%s, ... and %d more", strings.Join(s[:most], ", "), len(s)-most)
}
