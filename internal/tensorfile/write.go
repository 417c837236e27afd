package tensorfile

import (
	"archive/zip"
	"io"
	"time"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Named is one array of a file that holds several.
type Named struct {
	Name   string
	Tensor *tensor.Tensor
}

// WriteNPY writes a numpy array: little endian, C order, format version 1.
// numpy has no bfloat16, so that is written as float32, which holds it exactly.
// Strings become numpy's unicode type (U), or its bytes type (S) when one of
// them is not UTF-8. The error is an *Error.
func WriteNPY(path string, t *tensor.Tensor) error {
	return ReplaceFile(path, func(w io.Writer) error { return writeNPY(w, t) })
}

// WriteNPZ writes arrays as numpy.savez does: a zip archive, not compressed,
// in the given order. The same arrays give the same bytes. The error is an
// *Error.
func WriteNPZ(path string, arrays []Named) error {
	if err := checkNames(arrays); err != nil {
		return at(path, err)
	}
	return ReplaceFile(path, func(w io.Writer) error {
		archive := zip.NewWriter(w)
		for _, a := range arrays {
			entry, err := archive.CreateHeader(&zip.FileHeader{
				Name:     a.Name + ".npy",
				Method:   zip.Store,
				Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC), // the first day of zip, as numpy writes it
			})
			if err != nil {
				return err
			}
			if err := writeNPY(entry, a.Tensor); err != nil {
				return err
			}
		}
		return archive.Close()
	})
}

func checkNames(arrays []Named) error {
	seen := map[string]bool{}
	for i, a := range arrays {
		switch {
		case a.Name == "":
			return refuse("array %d has no name", i)
		case seen[a.Name]:
			return refuse("two arrays are named %q", a.Name)
		case a.Tensor == nil:
			return refuse("array %q is nil", a.Name)
		}
		seen[a.Name] = true
	}
	return nil
}
