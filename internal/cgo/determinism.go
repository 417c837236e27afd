package cgo

// int tfx_require_determinism(void *handle);
import "C"

// RequireDeterminism makes kernels give the same bits for the same inputs, in the
// whole process and for good; kernels that cannot give errors with the code
// Unimplemented. It is false if the library has no such switch, and nothing is
// changed then.
func (l *Library) RequireDeterminism() bool { return C.tfx_require_determinism(l.handle) != 0 }
