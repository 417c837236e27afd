package savedmodel

import "github.com/tfexplain/tfexplain-go/internal/cgo"

// StatusError is a failure that TensorFlow reported. Its fields are Code; Op, what
// was being done, such as "run"; and Message, TensorFlow's own text. Errors of this
// module keep it in their chain, for errors.As.
type StatusError = cgo.Error

// Code is the kind of a failure, as TensorFlow counts them
// (tensorflow/c/tf_status.h).
type Code = cgo.Code

// LibraryError says that no TensorFlow library was found that can be used. Its
// field Tried lists the places that were looked at: Source, Path, and Err, which
// says what was wrong there.
type LibraryError = cgo.NotFoundError

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
