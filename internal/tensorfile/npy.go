package tensorfile

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// readNPY reads one array from a reader that claims to hold size bytes.
func readNPY(r io.Reader, size int64, b *budget) (*tensor.Tensor, error) {
	h, used, err := readNPYHeader(r)
	if err != nil {
		return nil, err
	}
	given := describe(h.dtype, h.shape)
	n, err := tensor.Count(h.shape)
	if err != nil {
		return nil, &Error{Given: given, Reason: err.Error(), Err: err}
	}
	if h.size > 0 && int64(n) > (size-used)/int64(h.size) {
		return nil, &Error{Given: given, Reason: "the header claims more bytes than there are; the file was cut off or is damaged"}
	}
	if int64(n)*int64(h.size) != size-used {
		return nil, &Error{Given: given, Reason: "there are more bytes than the header claims; only one array may be in the file"}
	}
	if h.dtype == tensor.String {
		err = b.take(int64(n), bytesOfString+2*int64(h.size)) // as read, and as text
	} else {
		err = b.take(int64(n), int64(h.size))
	}
	if err != nil {
		return nil, err
	}
	t, err := h.readData(r, n)
	if err != nil {
		return nil, err
	}
	// Reading on is what makes a zip reader compare its checksum.
	if k, err := r.Read(make([]byte, 1)); k != 0 || (err != nil && !errors.Is(err, io.EOF)) {
		return nil, &Error{Given: given, Reason: "the data is damaged", Err: err}
	}
	return t, nil
}

func (h npyHeader) readData(r io.Reader, n int) (*tensor.Tensor, error) {
	if h.dtype == tensor.String {
		raw := make([]byte, n*h.size)
		if err := readAll(r, raw); err != nil {
			return nil, err
		}
		texts, err := h.texts(h.cOrder(raw), n)
		if err != nil {
			return nil, err
		}
		return wrap(tensor.New(texts, h.shape...))
	}
	t, err := wrap(tensor.Zeros(h.dtype, h.shape...))
	if err != nil {
		return nil, err
	}
	raw := t.Bytes()
	if err := readAll(r, raw); err != nil {
		return nil, err
	}
	copy(raw, h.cOrder(raw))
	if h.big != bigMachine() {
		part := h.size
		if h.dtype == tensor.Complex64 || h.dtype == tensor.Complex128 {
			part /= 2 // real and imaginary part each
		}
		swapBytes(raw, part)
	}
	if h.dtype == tensor.Bool {
		for i, v := range raw { // Go knows only these two
			if v != 0 {
				raw[i] = 1
			}
		}
	}
	return t, nil
}

func wrap(t *tensor.Tensor, err error) (*tensor.Tensor, error) {
	if err != nil {
		return nil, &Error{Reason: err.Error(), Err: err}
	}
	return t, nil
}

func readAll(r io.Reader, raw []byte) error {
	if _, err := io.ReadFull(r, raw); err != nil {
		return &Error{Reason: "the data ends early or is damaged: " + cause(err), Err: err}
	}
	return nil
}

func bigMachine() bool { return binary.NativeEndian.Uint16([]byte{0, 1}) == 1 }

func swapBytes(raw []byte, size int) {
	if size < 2 {
		return
	}
	for ; len(raw) >= size; raw = raw[size:] {
		slices.Reverse(raw[:size])
	}
}

// cOrder returns the elements with the last axis fastest: raw itself when
// they are so already.
func (h npyHeader) cOrder(raw []byte) []byte {
	axes := 0
	for _, d := range h.shape {
		if d > 1 {
			axes++
		}
	}
	if !h.fortran || axes < 2 || len(raw) == 0 {
		return raw
	}
	out := make([]byte, 0, len(raw))
	stride := make([]int, len(h.shape)) // in elements
	n := 1
	for i, d := range h.shape {
		stride[i], n = n, n*d
	}
	index, from := make([]int, len(h.shape)), 0
	for {
		out = append(out, raw[from*h.size:(from+1)*h.size]...)
		axis := len(index) - 1
		for ; axis >= 0; axis-- {
			index[axis]++
			from += stride[axis]
			if index[axis] < h.shape[axis] {
				break
			}
			from -= index[axis] * stride[axis]
			index[axis] = 0
		}
		if axis < 0 {
			return out
		}
	}
}

// texts cuts n strings out of raw. numpy pads with zeros, so zeros at the end
// do not belong to the text.
func (h npyHeader) texts(raw []byte, n int) ([]string, error) {
	ends := make([]int, n)
	var b strings.Builder
	b.Grow(len(raw))
	for i := range n {
		cell := raw[i*h.size : (i+1)*h.size]
		if h.unicode {
			if err := h.addRunes(&b, cell); err != nil {
				return nil, err
			}
		} else {
			end := len(cell)
			for end > 0 && cell[end-1] == 0 {
				end--
			}
			b.Write(cell[:end])
		}
		ends[i] = b.Len()
	}
	all, from := b.String(), 0
	out := make([]string, n)
	for i, end := range ends {
		out[i] = all[from:end]
		from = end
	}
	return out, nil
}

func (h npyHeader) addRunes(b *strings.Builder, cell []byte) error {
	zeros := 0
	for ; len(cell) > 0; cell = cell[4:] {
		code := binary.LittleEndian.Uint32(cell)
		if h.big {
			code = binary.BigEndian.Uint32(cell)
		}
		if code == 0 {
			zeros++
			continue
		}
		if code > utf8.MaxRune || !utf8.ValidRune(rune(code)) {
			return refuse("the text holds %#x, which is not a character", code)
		}
		for ; zeros > 0; zeros-- { // they were inside the text
			b.WriteByte(0)
		}
		b.WriteRune(rune(code))
	}
	return nil
}
