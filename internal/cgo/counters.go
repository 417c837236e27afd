package cgo

// #include "tfapi.h"
import "C"

// Counters are the C objects alive in this process, by kind. After every graph
// and session is closed all of them are zero.
type Counters struct {
	Tensors     int64 // TF_Tensor handles of feeds and fetches
	TensorBytes int64 // bytes of feed memory in use
	PooledBytes int64 // bytes of feed memory kept for the next Run; freed with the last session
	Buffers     int64 // TF_Buffer
	Graphs      int64 // TF_Graph that a Graph owns
	Sessions    int64 // TF_Session that a Session owns
	Statuses    int64 // TF_Status
	Calls       int64 // Runs on their way
}

// Alive counts the live C objects of the whole process.
func (l *Library) Alive() Counters {
	var n [C.TFX_KINDS]C.int64_t
	C.tfx_counts(&n[0])
	return Counters{
		Tensors:     int64(n[C.TFX_TENSORS]),
		TensorBytes: int64(n[C.TFX_TENSOR_BYTES]),
		PooledBytes: int64(n[C.TFX_POOLED_BYTES]),
		Buffers:     int64(n[C.TFX_BUFFERS]),
		Graphs:      int64(n[C.TFX_GRAPHS]),
		Sessions:    int64(n[C.TFX_SESSIONS]),
		Statuses:    int64(n[C.TFX_STATUSES]),
		Calls:       int64(n[C.TFX_CALLS]),
	}
}
