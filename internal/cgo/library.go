package cgo

/*
#cgo linux LDFLAGS: -ldl -lpthread
#include <stdlib.h>
#include "tfapi.h"
*/
import "C"

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// Library is a loaded TensorFlow. It stays in the process until the end.
type Library struct {
	api    *C.tfx_api // the table of functions; like the library, it stays in memory
	path   string
	source string
	tried  []Candidate

	close  sync.Once
	handle unsafe.Pointer // of dlopen; nil if the process itself brought TensorFlow
}

// Path is the file that was loaded.
func (l *Library) Path() string { return l.path }

// Source says which place of the search it came from; see Candidate.
func (l *Library) Source() string { return l.source }

// Version is TensorFlow's version, such as "2.21.0".
func (l *Library) Version() string { return C.GoString(C.tfx_version(l.api)) }

// Tried lists the places that were looked at, the one that was used last.
func (l *Library) Tried() []Candidate { return slices.Clone(l.tried) }

// Close gives the handle of the library back. TensorFlow cannot be unloaded,
// so graphs and sessions go on working.
func (l *Library) Close() {
	l.close.Do(func() {
		if l.handle != nil {
			C.tfx_dlclose(l.handle)
		}
	})
}

// SymbolError says that a library lacks functions of the C API.
type SymbolError struct {
	Path    string
	Missing []string
}

func (e *SymbolError) Error() string {
	return fmt.Sprintf("it lacks %d functions of the C API: %s", len(e.Missing), strings.Join(e.Missing, ", "))
}

// VersionError says that a library is older than the oldest supported one.
type VersionError struct{ Path, Version string }

func (e *VersionError) Error() string {
	return fmt.Sprintf("it is TensorFlow %s, but 2.18 or newer is needed", e.Version)
}

// OtherLibraryError says that the process has another TensorFlow loaded.
type OtherLibraryError struct{ Path, Loaded string }

func (e *OtherLibraryError) Error() string {
	return fmt.Sprintf("%s is loaded already, and one process can hold only one TensorFlow", e.Loaded)
}

// LoadError is what the dynamic loader said about a file.
type LoadError struct{ Path, Message string }

func (e *LoadError) Error() string { return e.Message }

// logLevel keeps TensorFlow's information and warning messages off stderr
// (TF_CPP_MIN_LOG_LEVEL: 0 all, 1 no INFO, 2 no WARNING either).
const logLevel = "2"

// oneDNNVariable is read by TensorFlow when it starts; see Options.OneDNN.
const oneDNNVariable = "TF_ENABLE_ONEDNN_OPTS"

// load opens one file and checks it. oneDNN is as in Options.
func load(path string, oneDNN bool) (*Library, error) {
	if loaded := loadedPath(); loaded != "" && !sameFile(loaded, path) {
		return nil, &OtherLibraryError{Path: path, Loaded: loaded}
	}
	file, err := cString(path)
	if err != nil {
		return nil, err
	}
	defer free(file)
	level := C.CString(logLevel)
	defer free(level)
	var on *C.char // NULL: TensorFlow decides
	if oneDNN {
		on = C.CString(oneDNNVariable)
		defer free(on)
	}
	// dlopen and dlerror belong to one thread; the C function does both.
	var message *C.char
	handle := C.tfx_dlopen(file, level, on, &message)
	if handle == nil {
		defer free(message)
		return nil, &LoadError{Path: path, Message: C.GoString(message)}
	}
	l, err := resolve(handle, path)
	if err != nil {
		C.tfx_dlclose(handle)
		return nil, err
	}
	C.tfx_pin(file)
	if loaded := loadedPath(); !strings.Contains(path, "/") && loaded != "" {
		l.path = loaded // where the loader found a bare name
	}
	return l, nil
}

// resolve looks all functions up; handle nil asks the process itself.
func resolve(handle unsafe.Pointer, path string) (*Library, error) {
	api := (*C.tfx_api)(C.calloc(1, C.sizeof_tfx_api))
	if api == nil {
		return nil, errMemory("open " + path)
	}
	C.tfx_resolve(handle, api)
	var missing []string
	for i, name := range functionNames() {
		if unsafe.Slice((*unsafe.Pointer)(unsafe.Pointer(api)), i+1)[i] == nil {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		C.free(unsafe.Pointer(api))
		return nil, &SymbolError{Path: path, Missing: missing}
	}
	l := &Library{api: api, path: path, handle: handle}
	if v := l.Version(); !supported(v) {
		C.free(unsafe.Pointer(api))
		return nil, &VersionError{Path: path, Version: v}
	}
	return l, nil
}

// functionNames lists the functions that a library must have, in the order of
// the table.
func functionNames() []string {
	names := make([]string, int(C.tfx_function_count()))
	for i := range names {
		names[i] = C.GoString(C.tfx_function_name(C.int(i)))
	}
	return names
}

// supported says whether a version is 2.18 or newer.
func supported(version string) bool {
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return false
	}
	return major > 2 || major == 2 && minor >= 18
}

// linkedPath is the library that the program was linked with, "" if none.
func linkedPath() (path string, ok bool) {
	p := C.tfx_linked_path()
	if p == nil {
		return "", false
	}
	defer free(p)
	return C.GoString(p), true
}

// loadedPath is a libtensorflow that anything in this process has loaded.
func loadedPath() string {
	for _, name := range []string{"libtensorflow_cc.so", "libtensorflow.so"} {
		prefix := C.CString(name)
		p := C.tfx_loaded_path(prefix)
		free(prefix)
		if p != nil {
			defer free(p)
			return C.GoString(p)
		}
	}
	return ""
}
