package tensorfile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Error says why a file could not be read as what was wanted, or not be
// written.
type Error struct {
	Path   string
	Given  string // what the file holds, empty when that is not known
	Wanted string // what was wanted, empty when anything would do
	Reason string // what is wrong and what would help
	Err    error  // the cause, when another package reported it
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("tensorfile: ")
	b.WriteString(e.Path)
	if e.Given != "" {
		b.WriteString(": given " + e.Given)
	}
	if e.Wanted != "" {
		if e.Given == "" {
			b.WriteString(":")
		} else {
			b.WriteString(",")
		}
		b.WriteString(" wanted " + e.Wanted)
	}
	b.WriteString(": " + e.Reason)
	return b.String()
}

// Unwrap is the cause, such as fs.ErrNotExist or a *tensor.RangeError.
func (e *Error) Unwrap() error { return e.Err }

// refuse is an *Error whose path the exported functions fill in.
func refuse(format string, args ...any) *Error {
	return &Error{Reason: fmt.Sprintf(format, args...)}
}

// at puts the path into an error on its way out.
func at(path string, err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if !errors.As(err, &e) {
		return &Error{Path: path, Reason: err.Error(), Err: err}
	}
	if e.Path == "" {
		named := *e
		named.Path = path
		return &named
	}
	return e
}

// describe is "float32[N 3]", with N and ? for sizes, and "any" for what else a
// Spec leaves open.
func describe(d tensor.DType, shape []int) string {
	s := "any shape"
	if shape != nil {
		var sizes []string
		for axis, n := range shape {
			switch {
			case n >= 0:
				sizes = append(sizes, strconv.Itoa(n))
			case axis == 0:
				sizes = append(sizes, "N")
			default:
				sizes = append(sizes, "?")
			}
		}
		s = "[" + strings.Join(sizes, " ") + "]"
	}
	if d == tensor.Invalid {
		return s
	}
	if shape == nil {
		return d.String() + " of " + s
	}
	return d.String() + s
}
