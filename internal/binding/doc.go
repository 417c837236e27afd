// Package binding takes what other Go bindings of TensorFlow have loaded.
//
// github.com/wamuir/graft and the one in github.com/galeone/tensorflow are
// descendants of TensorFlow's own binding: their Graph and Session keep the C
// pointer in an unexported field, and a Session counts its Runs in a WaitGroup
// that Close waits for. Borrow reads those fields, after comparing the structs
// with the ones it knows, and a Session keeps to the same protocol.
//
// The package imports neither of them, because no program can hold both.
package binding
