package tensorfile

import (
	"archive/zip"
	"io"
	"strings"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// maxDeflate is the most that deflate can shrink anything by: a match of 258
// bytes takes at least 2 bits (RFC 1951, 3.2.5), and 258*8/2 = 1032. A larger
// claim is a lie, and no memory is taken for it.
const maxDeflate = 1032

func readNPZ(r io.ReaderAt, size int64, b *budget) (map[string]*tensor.Tensor, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &Error{Reason: err.Error(), Err: err}
	}
	arrays := make(map[string]*tensor.Tensor, min(len(archive.File), 1024)) // the count is only a claim
	for _, f := range archive.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			return nil, refuse("the archive holds %q, which is not an .npy array", f.Name)
		}
		if arrays[name] != nil {
			return nil, refuse("the archive holds two arrays named %q", name)
		}
		t, err := readEntry(f, size, b)
		if err != nil {
			e := *at("", err).(*Error)
			e.Reason = "array " + name + ": " + e.Reason
			return nil, &e
		}
		arrays[name] = t
	}
	return arrays, nil
}

func readEntry(f *zip.File, size int64, b *budget) (*tensor.Tensor, error) {
	packed, claimed := f.CompressedSize64, f.UncompressedSize64
	switch {
	case packed > uint64(size):
		return nil, refuse("the archive claims more bytes than the file has")
	case f.Method == zip.Store && claimed != packed,
		f.Method == zip.Deflate && claimed > packed*maxDeflate:
		return nil, refuse("the archive claims %d bytes in %d packed ones, which cannot be", claimed, packed)
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return nil, refuse("it is packed by method %d; known are stored and deflated, as numpy writes them", f.Method)
	}
	if claimed > uint64(b.left)+maxNPYHeader {
		return nil, b.spent()
	}
	r, err := f.Open()
	if err != nil {
		return nil, &Error{Reason: err.Error(), Err: err}
	}
	defer r.Close()
	return readNPY(r, int64(claimed), b)
}
