package tensorfile

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Read reads the one array of a file and makes it what the input wants:
// converted to its type, and with a row axis of size 1 in front when the file
// holds a single row. Axes of size 1 are added or dropped where that is
// possible in one way only. An integer type takes whole numbers only. The
// error is an *Error.
func Read(path string, want Spec) (*tensor.Tensor, error) { return Limits{}.Read(path, want) }

// ReadNamed reads the arrays of an .npz file, or of a .json file that holds an
// object of nested lists, by name. The error is an *Error.
func ReadNamed(path string) (map[string]*tensor.Tensor, error) { return Limits{}.ReadNamed(path) }

// ReadRaw reads the one array of an .npy, .npz, .json or .csv file as it is.
// JSON and CSV numbers become int64 when all of them are integers, uint64 when
// one of those needs it, else float64. The error is an *Error.
func ReadRaw(path string) (*tensor.Tensor, error) { return Limits{}.ReadRaw(path) }

// Read is the function Read under these limits.
func (l Limits) Read(path string, want Spec) (*tensor.Tensor, error) {
	t, err := read(path, want, l.budget())
	return t, at(path, err)
}

// ReadNamed is the function ReadNamed under these limits.
func (l Limits) ReadNamed(path string) (map[string]*tensor.Tensor, error) {
	arrays, err := readNamed(path, l.budget())
	return arrays, at(path, err)
}

// ReadRaw is the function ReadRaw under these limits.
func (l Limits) ReadRaw(path string) (*tensor.Tensor, error) {
	if k := kindOf(path); k == isPNG || k == isJPEG {
		return nil, &Error{Path: path, Wanted: ".npy, .npz, .json or .csv", Reason: "a picture has no values of its own until the input's shape and scale are known"}
	}
	t, err := read(path, Spec{}, l.budget())
	return t, at(path, err)
}

// kind is what a file claims to be.
type kind string

const (
	isOther kind = ""
	isNPY   kind = "numpy array"
	isNPZ   kind = "zip archive"
	isJSON  kind = "text"
	isCSV   kind = "table"
	isPNG   kind = "PNG picture"
	isJPEG  kind = "JPEG picture"
)

// suffixes is what Read takes, for messages.
const suffixes = ".npy, .npz, .json, .csv, .png, .jpg or .jpeg"

func kindOf(path string) kind {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".npy":
		return isNPY
	case ".npz":
		return isNPZ
	case ".json":
		return isJSON
	case ".csv":
		return isCSV
	case ".png":
		return isPNG
	case ".jpg", ".jpeg":
		return isJPEG
	}
	return isOther
}

// kindIn tells binary files by their first bytes; isOther means none of them.
func kindIn(head []byte) kind {
	for _, m := range []struct {
		magic string
		is    kind
	}{
		{npyMagic, isNPY},
		{"PK\x03\x04", isNPZ},
		{"PK\x05\x06", isNPZ}, // without entries
		{"\x89PNG\r\n\x1a\n", isPNG},
		{"\xff\xd8\xff", isJPEG},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.is
		}
	}
	return isOther
}

// open opens a file whose content agrees with its suffix.
func open(path string) (*os.File, kind, int64, error) {
	want := kindOf(path)
	if want == isOther {
		return nil, want, 0, refuse("the suffix is not one of %s", suffixes)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, want, 0, &Error{Reason: cause(err), Err: err}
	}
	if !info.Mode().IsRegular() {
		return nil, want, 0, refuse("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, want, 0, &Error{Reason: cause(err), Err: err}
	}
	head := make([]byte, 8) // as long as the longest magic
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		f.Close()
		return nil, want, 0, &Error{Reason: cause(err), Err: err}
	}
	is := kindIn(head[:n])
	if is == isOther && (want == isJSON || want == isCSV) {
		is = want
	}
	if is != want {
		given := string(is)
		if is == isOther {
			given = "something else"
		}
		f.Close()
		return nil, want, 0, &Error{Given: given, Wanted: string(want), Reason: "the content is not what the suffix says; rename the file or write it again"}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, want, 0, &Error{Reason: cause(err), Err: err}
	}
	return f, want, info.Size(), nil
}

// cause is a file error without the path, which *Error already names.
func cause(err error) string {
	p, ok := errors.AsType[*os.PathError](err)
	switch {
	case ok && (p.Op == "stat" || p.Op == "open"):
		return p.Err.Error()
	case ok:
		return p.Op + ": " + p.Err.Error()
	}
	return err.Error()
}

func read(path string, want Spec, b *budget) (*tensor.Tensor, error) {
	f, is, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var t *tensor.Tensor
	switch is {
	case isNPY:
		t, err = readNPY(f, size, b)
	case isNPZ:
		var arrays map[string]*tensor.Tensor
		if arrays, err = readNPZ(f, size, b); err == nil {
			t, err = only(arrays)
		}
	case isJSON:
		t, err = readJSON(f, size, want.DType == tensor.String, b)
	case isCSV:
		t, err = readCSV(f, size, want.DType, b)
	default:
		return readImage(f, is, size, want, b)
	}
	if err != nil {
		return nil, err
	}
	return want.fit(t, is == isCSV)
}

func readNamed(path string, b *budget) (map[string]*tensor.Tensor, error) {
	if k := kindOf(path); k != isNPZ && k != isJSON {
		return nil, &Error{Wanted: ".npz or .json", Reason: "only these hold arrays by name"}
	}
	f, is, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if is == isNPZ {
		return readNPZ(f, size, b)
	}
	return readJSONObject(f, size, b)
}

// only is the single array of a file that could hold several.
func only(arrays map[string]*tensor.Tensor) (*tensor.Tensor, error) {
	if len(arrays) == 1 {
		for _, t := range arrays {
			return t, nil
		}
	}
	names := slices.Sorted(maps.Keys(arrays))
	return nil, &Error{Given: listed(names), Wanted: "one array", Reason: "one array must be chosen; put it into a file of its own"}
}

// listed names a few arrays in a message.
func listed(names []string) string {
	const few = 8 // enough to recognise a file by
	if len(names) == 0 {
		return "no arrays"
	}
	if len(names) > few {
		return strings.Join(names[:few], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}
