package tensorfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// ReplaceFile writes a file as a whole or not at all: into a temporary file in
// the same folder, which takes the name once everything is on disk. What had
// the name before stays until then. The error is an *Error.
func ReplaceFile(path string, write func(io.Writer) error) error {
	if err := replaceFile(path, write); err != nil {
		var e *Error
		if !errors.As(err, &e) {
			err = &Error{Reason: cause(err), Err: err}
		}
		return at(path, err)
	}
	return nil
}

func replaceFile(path string, write func(io.Writer) error) (err error) {
	f, err := temporary(path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close() // it may be closed already; err says what matters
			_ = os.Remove(f.Name())
		}
	}()
	b := bufio.NewWriterSize(f, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// temporary opens a new file beside path with the permissions of an ordinary
// new file, which os.CreateTemp does not give.
func temporary(path string) (*os.File, error) {
	const tries = 100 // two names of 64 random bits do not meet by chance
	for range tries {
		name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".tfexplain-%016x.tmp", rand.Uint64()))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
	return nil, refuse("no temporary name is free in its folder")
}
