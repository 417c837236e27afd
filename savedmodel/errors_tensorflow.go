package savedmodel

import "github.com/tfexplain/tfexplain-go/internal/cgo"

// StatusError is a failure that TensorFlow reported: Code says of which kind, Op
// what was being done, Message is TensorFlow's own text. errors.Is with a
// *StatusError that has a Code and no Message asks for the kind.
type StatusError = cgo.Error

// Code is the kind of a failure, TensorFlow's TF_Code.
type Code = cgo.Code

// The codes of tensorflow/c/tf_status.h.
const (
	CodeCancelled          = cgo.Cancelled
	CodeUnknown            = cgo.Unknown
	CodeInvalidArgument    = cgo.InvalidArgument
	CodeDeadlineExceeded   = cgo.DeadlineExceeded
	CodeNotFound           = cgo.NotFound
	CodeAlreadyExists      = cgo.AlreadyExists
	CodePermissionDenied   = cgo.PermissionDenied
	CodeResourceExhausted  = cgo.ResourceExhausted
	CodeFailedPrecondition = cgo.FailedPrecondition
	CodeAborted            = cgo.Aborted
	CodeOutOfRange         = cgo.OutOfRange
	CodeUnimplemented      = cgo.Unimplemented
	CodeInternal           = cgo.Internal
	CodeUnavailable        = cgo.Unavailable
	CodeDataLoss           = cgo.DataLoss
	CodeUnauthenticated    = cgo.Unauthenticated
)

// ErrClosed says that a Model was used after its Close, or that an attached
// model's application has closed the session.
var ErrClosed = cgo.ErrClosed
