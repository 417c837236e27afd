package render

import (
	"errors"
	"image"
	"image/png"
	"io"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
)

// FileError says that a picture, or a page, could not be written.
type FileError struct {
	Path string
	Err  error // the cause, such as fs.ErrPermission
}

func (e *FileError) Error() string { return "render: " + e.Path + ": " + e.Err.Error() }

// Unwrap is the cause.
func (e *FileError) Unwrap() error { return e.Err }

// SavePNG writes a picture as a whole or not at all: into a temporary file in
// the same folder, which is then renamed. The error is a *FileError.
func SavePNG(path string, img image.Image) error {
	if missing(img) {
		return &FileError{Path: path, Err: errors.New("there is no picture to write")}
	}
	return fileError(path, tensorfile.ReplaceFile(path, func(w io.Writer) error { return png.Encode(w, img) }))
}

// fileError names the file that was asked for and the cause.
func fileError(path string, err error) error {
	if e, ok := errors.AsType[*tensorfile.Error](err); ok && e.Err != nil {
		err = e.Err
	}
	if err != nil {
		return &FileError{Path: path, Err: err}
	}
	return nil
}
