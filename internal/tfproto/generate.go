// Package tfproto holds the few TensorFlow messages that tfexplain reads and
// writes: graphs, functions, op definitions, saved models and session options.
//
// The messages are declared in tensorflow.proto with TensorFlow's field
// numbers and a package name of our own; see there for why.
package tfproto

//go:generate protoc --go_out=. --go_opt=paths=source_relative tensorflow.proto
