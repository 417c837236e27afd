package cgo

/*
// The state of a switch, which is a bool name(), -1 if the library has none.
int tfx_switch_state(void *handle, const char *name);
// Sets a switch, which is a void name(bool), if the library has it.
void tfx_switch_set(void *handle, const char *name, int on);
*/
import "C"

// Switches of the whole process, by the names that C++ compilers give the functions.
// They are no part of the C API, so a library need not show them; TensorFlow's Python
// module calls those that set.
const (
	oneDNNEnabled       = "_ZN10tensorflow12IsMKLEnabledEv"              // tensorflow/core/util/util.h
	enableDeterminism   = "_ZN3tsl19EnableOpDeterminismEb"               // tsl/util/determinism.h
	determinismRequired = "_ZN3tsl21OpDeterminismRequiredEv"             // the same
	enableTF32          = "_ZN3tsl32enable_tensor_float_32_executionEb"  // tsl/platform/tensor_float_32_utils.h
	tf32Enabled         = "_ZN3tsl33tensor_float_32_execution_enabledEv" // the same
)

// OneDNN says whether TensorFlow uses oneDNN's kernels on the CPU, or that it does
// not tell: then ok is false.
func (l *Library) OneDNN() (used, ok bool) { return l.switched(oneDNNEnabled) }

// RequireDeterminism makes kernels give the same bits for the same inputs, in the
// whole process and for good; kernels that cannot give errors with the code
// Unimplemented. It is false if the library has no such switch, and nothing is
// changed then.
func (l *Library) RequireDeterminism() bool {
	if _, ok := l.switched(determinismRequired); !ok {
		return false
	}
	l.set(enableDeterminism, true)
	on, _ := l.switched(determinismRequired)
	return on
}

// SetTF32 says whether GPUs may multiply float32 with 10 bits of precision, in the
// whole process, from the next Run on. It changes nothing if the library has no such
// switch.
func (l *Library) SetTF32(on bool) { l.set(enableTF32, on) }

// TF32 says whether they may, or that the library does not tell: then ok is false.
func (l *Library) TF32() (on, ok bool) { return l.switched(tf32Enabled) }

func (l *Library) switched(name string) (on, ok bool) {
	c := C.CString(name)
	defer free(c)
	state := C.tfx_switch_state(l.handle, c)
	return state == 1, state >= 0
}

func (l *Library) set(name string, on bool) {
	c := C.CString(name)
	defer free(c)
	var v C.int
	if on {
		v = 1
	}
	C.tfx_switch_set(l.handle, c, v)
}
