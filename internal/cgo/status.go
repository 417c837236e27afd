package cgo

/*
#include <stdlib.h>
#include "tfapi.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// Code is TensorFlow's TF_Code, the kind of a failure.
type Code int

// The codes of tensorflow/c/tf_status.h.
const (
	OK                 Code = 0
	Cancelled          Code = 1
	Unknown            Code = 2
	InvalidArgument    Code = 3
	DeadlineExceeded   Code = 4
	NotFound           Code = 5
	AlreadyExists      Code = 6
	PermissionDenied   Code = 7
	ResourceExhausted  Code = 8
	FailedPrecondition Code = 9
	Aborted            Code = 10
	OutOfRange         Code = 11
	Unimplemented      Code = 12
	Internal           Code = 13
	Unavailable        Code = 14
	DataLoss           Code = 15
	Unauthenticated    Code = 16
)

// String gives TensorFlow's name, such as "INVALID_ARGUMENT".
func (c Code) String() string {
	names := [...]string{"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
		"ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
		"OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"}
	if c < 0 || int(c) >= len(names) {
		return fmt.Sprintf("CODE(%d)", int(c))
	}
	return names[c]
}

// Error is a failure that TensorFlow reported.
type Error struct {
	Code    Code
	Op      string // what was being done, such as "import graph"
	Message string // TensorFlow's own text
}

func (e *Error) Error() string { return fmt.Sprintf("tensorflow: %s: %v: %s", e.Op, e.Code, e.Message) }

// Is matches another *Error of the same Code whose Message is empty, so that
// errors.Is(err, &Error{Code: NotFound}) asks for the kind of a failure.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Message == "" && t.Code == e.Code
}

// ErrClosed says that a session or graph was used after Close.
var ErrClosed = errors.New("tensorflow: the session or graph is closed; open it again to go on")

// NodeError says that an endpoint cannot be used as it was meant to.
type NodeError struct {
	Op       string // what was being done, such as "feed"
	Endpoint Endpoint
	Reason   string
}

func (e *NodeError) Error() string {
	return fmt.Sprintf("tensorflow: %s %v: %s", e.Op, e.Endpoint, e.Reason)
}

// failure collects what a C function reports. Its memory is freed by err.
type failure struct{ c C.tfx_error }

// err is the failure as an error, nil if there was none.
func (f *failure) err(op string) error {
	if f.c.code == 0 {
		return nil
	}
	e := &Error{Code: Code(f.c.code), Op: op, Message: C.GoString(f.c.message)}
	C.free(unsafe.Pointer(f.c.message))
	f.c = C.tfx_error{}
	return e
}

// cString copies s to C. No name in TensorFlow holds a NUL byte; one that does
// would otherwise be cut short and mean another name.
func cString(s string) (*C.char, error) {
	if i := strings.IndexByte(s, 0); i >= 0 {
		return nil, fmt.Errorf("tensorflow: %q holds a NUL byte at %d; names and paths cannot", s, i)
	}
	return C.CString(s), nil
}

func free(s *C.char) { C.free(unsafe.Pointer(s)) }
