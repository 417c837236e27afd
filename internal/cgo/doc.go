// Package cgo is TensorFlow's C API, loaded with dlopen.
//
// Nothing is linked at build time: Open finds a libtensorflow, asks it for
// every function by name and keeps them in a table of its own, so the package
// builds with Go and a C compiler alone, and works beside any other binding in
// the same process. It is the only package that imports "C".
//
//	lib, err := cgo.Open(cgo.Options{})
//	g := lib.NewGraph()
//	defer g.Close()
//	err = g.Import(graphDef, cgo.ImportOptions{})
//	s, err := lib.NewSession(g, nil)
//	defer s.Close()
//	c, err := s.Callable([]cgo.Endpoint{{Node: "x"}}, []cgo.Endpoint{{Node: "y"}}, nil)
//	out, err := c.Run(ctx, []*tensor.Tensor{x})
//
// # Memory
//
// Go never gives TensorFlow its own memory to keep. A Run copies each feed
// once into aligned C memory from a pool, which TensorFlow uses in place and
// gives back through a C function, and copies each fetch once into a Go slice.
// A Run costs four calls into C however many tensors it moves, and one more
// for each fed tensor of strings.
//
// Graphs and sessions have an explicit Close. One that is dropped without it
// is closed when the garbage collector finds it, as a net only. Alive counts
// the C objects that exist.
//
// # Signals
//
// The threads that TensorFlow starts for graphs and sessions of ours take no
// signals but those of faults: a handler on one of them can corrupt the heap
// (signals.c says why). So Go's CPU profile does not see them, only the calls
// that wait for them. Where another binding started them, that program should not
// be profiled.
//
// # Cancelling
//
// TensorFlow has no call to cancel one Run. A context's deadline is passed on
// as the Run's timeout, which TensorFlow checks between operations. A context
// that ends in any way makes Run return at once while the work goes on in the
// background and its outputs are dropped; Session.Close waits for such work.
package cgo
