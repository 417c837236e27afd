package savedmodel

import "github.com/tfexplain/tfexplain-go/internal/cgo"

// StatusError is a failure that TensorFlow reported, with its Code and message.
// Errors of this module keep it in their chain, for errors.As.
type StatusError = cgo.Error

// Code is the kind of a failure, as TensorFlow counts them
// (tensorflow/c/tf_status.h).
type Code = cgo.Code

// The codes that a model may give when it is loaded or run.
const (
	Cancelled          = cgo.Cancelled
	Unknown            = cgo.Unknown
	InvalidArgument    = cgo.InvalidArgument
	DeadlineExceeded   = cgo.DeadlineExceeded
	NotFound           = cgo.NotFound
	ResourceExhausted  = cgo.ResourceExhausted
	FailedPrecondition = cgo.FailedPrecondition
	Aborted            = cgo.Aborted
	OutOfRange         = cgo.OutOfRange
	Unimplemented      = cgo.Unimplemented
	Internal           = cgo.Internal
	Unavailable        = cgo.Unavailable
	DataLoss           = cgo.DataLoss
)
