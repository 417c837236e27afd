package cgo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// pathVariable names a libtensorflow, a file or a folder.
const pathVariable = "TFEXPLAIN_LIBTENSORFLOW"

// The places where a library may be found, in the order of the search.
const (
	sourceLoaded  = "already loaded"
	sourceOption  = "Options.Path"
	sourceCache   = "cache"
	sourceLoader  = "loader"
	sourceVirtual = "VIRTUAL_ENV"
	sourcePython  = "python"
)

// Options say which libtensorflow to open.
type Options struct {
	Path string // a file or folder; "" searches

	// OneDNN switches TensorFlow's oneDNN kernels on, unless the environment says
	// (TF_ENABLE_ONEDNN_OPTS) or a library is in the process already: TensorFlow
	// reads the variable once.
	OneDNN bool
}

// Candidate is one place that was tried.
type Candidate struct {
	Source string // "already loaded", "Options.Path", "TFEXPLAIN_LIBTENSORFLOW", "cache", "loader", "VIRTUAL_ENV", "python"
	Path   string // what was looked at there
	Err    error  // why it was not used; nil for the one that was
}

// NotFoundError says that no usable libtensorflow was found, and lists every
// place that was tried. It unwraps to the errors of all of them.
type NotFoundError struct{ Tried []Candidate }

func (e *NotFoundError) Error() string {
	var b strings.Builder
	b.WriteString("no usable libtensorflow was found: run scripts/libtensorflow.sh, or set " + pathVariable + " to a libtensorflow file or folder. Tried:")
	for _, c := range e.Tried {
		b.WriteString("\n  " + c.Source + ": ")
		if c.Path != "" {
			b.WriteString(c.Path + ": ")
		}
		b.WriteString(c.Err.Error())
	}
	return b.String()
}

// Unwrap gives the reason of every place tried.
func (e *NotFoundError) Unwrap() []error {
	errs := make([]error, len(e.Tried))
	for i, c := range e.Tried {
		errs[i] = c.Err
	}
	return errs
}

// Open finds and loads libtensorflow. It looks for one that is in the process
// already; at Options.Path, else TFEXPLAIN_LIBTENSORFLOW, and nowhere else if
// one of them is given; in the cache folder that scripts/libtensorflow.sh
// fills; on the dynamic loader's own path; in the tensorflow package of
// $VIRTUAL_ENV and of the python3 on PATH. The error is a *NotFoundError.
func Open(o Options) (*Library, error) {
	s := &search{load: func(path string) (*Library, error) { return load(path, o.OneDNN) }, loaded: loadedPath}
	l := s.run(o)
	if l == nil {
		return nil, &NotFoundError{Tried: s.tried}
	}
	l.tried = s.tried
	return l, nil
}

// OpenLoaded takes the libtensorflow that is in the process already, and no
// other: only that one can use graphs and sessions of another binding.
func OpenLoaded() (*Library, error) {
	s := &search{load: func(path string) (*Library, error) { return load(path, false) }, loaded: loadedPath}
	l := s.inProcess(false)
	if l == nil {
		return nil, &NotFoundError{Tried: s.tried}
	}
	l.tried = s.tried
	return l, nil
}

// search is one search; the two functions stand for the dynamic loader.
type search struct {
	load   func(path string) (*Library, error)
	loaded func() string
	tried  []Candidate
}

func (s *search) run(o Options) *Library {
	given, source := o.Path, sourceOption
	if given == "" {
		given, source = os.Getenv(pathVariable), pathVariable
	}
	if l := s.inProcess(given != ""); l != nil {
		return l
	}
	if given != "" {
		return s.given(source, given)
	}
	for _, place := range []func() *Library{s.cache, s.loader, s.virtualEnv, s.python} {
		if l := place(); l != nil {
			return l
		}
	}
	return nil
}

// try loads a file and notes what came of it.
func (s *search) try(source, path string) *Library {
	l, err := s.load(path)
	s.note(source, path, err)
	if err != nil {
		return nil
	}
	l.source = source
	return l
}

func (s *search) note(source, path string, err error) {
	s.tried = append(s.tried, Candidate{Source: source, Path: path, Err: err})
}

// inProcess looks for a library that the program was linked with, and, unless
// the user names one, for any that was loaded since.
func (s *search) inProcess(named bool) *Library {
	if path, ok := linkedPath(); ok {
		l, err := resolve(nil, path)
		s.note(sourceLoaded, path, err)
		if err == nil {
			l.source = sourceLoaded
			return l
		}
		return nil
	}
	if path := s.loaded(); path != "" && !named {
		return s.try(sourceLoaded, path)
	}
	s.note(sourceLoaded, "", errors.New("the program was not linked with TensorFlow"))
	return nil
}

func (s *search) given(source, path string) *Library {
	file, err := libraryIn(path)
	if err != nil {
		s.note(source, path, err)
		return nil
	}
	return s.try(source, file)
}

func (s *search) loader() *Library {
	for _, name := range libraryNames() {
		if l := s.try(sourceLoader, name); l != nil {
			return l
		}
	}
	return nil
}

// libraryNames are the file names of the C library: in Python packages, and in
// the packages that TensorFlow published for C until 2.18.
func libraryNames() []string {
	return []string{"libtensorflow_cc.so.2", "libtensorflow.so.2", "libtensorflow.so"}
}

// libraryIn finds the library file that a path means: the file itself, or one
// in the folder, its tensorflow folder or its lib folder.
func libraryIn(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", reason(err)
	}
	if !info.IsDir() {
		return filepath.Abs(path) // without a slash the loader would search for it
	}
	for _, sub := range []string{"", "tensorflow", "lib"} {
		for _, name := range libraryNames() {
			file := filepath.Join(path, sub, name)
			if info, err := os.Stat(file); err == nil && !info.IsDir() {
				return filepath.Abs(file)
			}
		}
	}
	return "", fmt.Errorf("the folder, its tensorflow folder and its lib folder hold none of %s", strings.Join(libraryNames(), ", "))
}

// reason drops the path from a file error; the candidate names it already.
func reason(err error) error {
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

func sameFile(a, b string) bool {
	ia, errA := os.Stat(a)
	ib, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(ia, ib)
}
