package cgo

// #include "tfapi.h"
import "C"

import (
	"bytes"
	"path/filepath"
	"unsafe"
)

// take copies a TF_Buffer's bytes and deletes it. A nil buffer has none.
func (l *Library) take(b *C.TF_Buffer) []byte {
	if b == nil {
		return nil
	}
	defer C.tfx_buffer_delete(l.api, b)
	return copyBuffer(b)
}

func copyBuffer(b *C.TF_Buffer) []byte {
	return bytes.Clone(unsafe.Slice((*byte)(b.data), int(b.length)))
}

// LoadOps loads a library of ops and kernels, as tf.load_op_library does. Its code
// runs at once, and stays in the process. A name without a folder is that of a file
// here, not of one on the loader's path.
func (l *Library) LoadOps(path string) error {
	whole, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	file, err := cString(whole)
	if err != nil {
		return err
	}
	defer free(file)
	var f failure
	C.tfx_load_ops(l.api, file, &f.c)
	return f.err("load ops of " + path)
}

// OpList is the serialized OpList message of every op the library knows.
func (l *Library) OpList() ([]byte, error) {
	b := C.tfx_op_list(l.api)
	if b == nil {
		return nil, &Error{Code: Internal, Op: "list ops", Message: "TF_GetAllOpList returned nothing"}
	}
	return l.take(b), nil
}
