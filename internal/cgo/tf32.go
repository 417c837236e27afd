package cgo

// void tfx_set_tf32(void *handle, int on);
// int tfx_tf32(void *handle);
import "C"

// SetTF32 says whether GPUs may multiply float32 with 10 bits of precision, in the
// whole process, from the next Run on. It changes nothing if the library has no such
// switch.
func (l *Library) SetTF32(on bool) {
	var v C.int
	if on {
		v = 1
	}
	C.tfx_set_tf32(l.handle, v)
}

// TF32 says whether they may, or that the library does not tell: then ok is false.
func (l *Library) TF32() (on, ok bool) {
	v := C.tfx_tf32(l.handle)
	return v == 1, v >= 0
}
