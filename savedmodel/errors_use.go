package savedmodel

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
)

// ErrClosed says that a Model was used after its Close or without Load, or that the
// application has closed the session of an attached one.
var ErrClosed = cgo.ErrClosed

// OptionError says that an option, or the context of a call, cannot be used.
type OptionError struct {
	Field  string
	Given  string
	Wanted string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("savedmodel: option %s is %s; it takes %s", e.Field, e.Given, e.Wanted)
}

// DeviceError says that Options.Device does not exist.
type DeviceError struct {
	Given     string
	Available []string
}

func (e *DeviceError) Error() string {
	return fmt.Sprintf("savedmodel: there is no device %q; there are %s: choose one with Options.Device", e.Given, quoted(e.Available))
}

// BorrowError says that a graph and session cannot be borrowed.
type BorrowError struct {
	Reason string
	Err    error // further facts, or nil
}

func (e *BorrowError) Error() string {
	msg := "savedmodel: the model cannot be attached: " + e.Reason
	if e.Err != nil {
		msg += ": " + e.Err.Error()
	}
	return msg
}

// Unwrap is the cause.
func (e *BorrowError) Unwrap() error { return e.Err }

// OtherModelError says that the session was not loaded from the folder.
type OtherModelError struct {
	Dir  string
	Node string // a node or function of the folder's graph that the session lacks, or has as another op
}

func (e *OtherModelError) Error() string {
	return fmt.Sprintf("savedmodel: %q is not what the session was loaded from: its %q is not in the session; give the folder (and Options.Tags) that the application loaded", e.Dir, e.Node)
}

// SignatureError says that the model has no such signature.
type SignatureError struct {
	Given     string // empty when none was named and there is no default
	Available []string
}

func (e *SignatureError) Error() string {
	switch {
	case len(e.Available) == 0:
		return "savedmodel: the model has no signatures; save it with signatures= (tf.saved_model.save) or with Keras' model.export"
	case e.Given == "":
		return fmt.Sprintf("savedmodel: the model has several signatures and none is called serving_default; name one of %s", quoted(e.Available))
	}
	return fmt.Sprintf("savedmodel: the model has no signature %q; it has %s", e.Given, quoted(e.Available))
}

// KeyError says that a signature has no such input or output.
type KeyError struct {
	Signature string
	Kind      string // "input" or "output"
	Given     string
	Available []string // keys
}

func (e *KeyError) Error() string {
	if len(e.Available) == 0 {
		return fmt.Sprintf("savedmodel: signature %q has no %ss, so none called %q", e.Signature, e.Kind, e.Given)
	}
	return fmt.Sprintf("savedmodel: signature %q has no %s %q; its %ss are %s", e.Signature, e.Kind, e.Given, e.Kind, quoted(e.Available))
}

// CompositeError says that an input or output is not one dense tensor.
type CompositeError struct {
	Signature string
	Kind      string // "input" or "output"
	Key       string
	Composite string   // "sparse" or "composite"
	Parts     []string // names of its tensors
}

func (e *CompositeError) Error() string {
	return fmt.Sprintf("savedmodel: %s %q of signature %q is a %s tensor made of %s; only dense tensors can be used: save a signature that takes or gives dense ones",
		e.Kind, e.Key, e.Signature, e.Composite, quoted(e.Parts))
}

// InputError says that an input of a call is missing or does not fit.
type InputError struct {
	Signature string
	Key       string
	Reason    string
}

func (e *InputError) Error() string {
	return fmt.Sprintf("savedmodel: input %q of signature %q: %s", e.Key, e.Signature, e.Reason)
}
