package tensorfile

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func writeNPY(w io.Writer, t *tensor.Tensor) error {
	if t == nil {
		return refuse("the tensor is nil")
	}
	if len(t.Shape()) > MaxRank {
		return refuse("the tensor has %d axes, numpy allows %d", len(t.Shape()), MaxRank)
	}
	if t.DType() == tensor.String {
		return writeTexts(w, t)
	}
	if t.DType() == tensor.BFloat16 {
		var err error
		if t, err = wrap(t.Convert(tensor.Float32)); err != nil {
			return err
		}
	}
	if err := writeNPYHeader(w, codeOf(t.DType()), t.Shape()); err != nil {
		return err
	}
	raw := t.Bytes()
	if bigMachine() {
		part := t.DType().Size()
		if t.DType() == tensor.Complex64 || t.DType() == tensor.Complex128 {
			part /= 2
		}
		raw = slices.Clone(raw)
		swapBytes(raw, part)
	}
	_, err := w.Write(raw)
	return err
}

// writeNPYHeader pads so that the data begins at a multiple of 64, as NEP 1
// asks for.
func writeNPYHeader(w io.Writer, descr string, shape []int) error {
	var dims strings.Builder
	for i, d := range shape {
		if i > 0 {
			dims.WriteByte(' ')
		}
		fmt.Fprintf(&dims, "%d,", d)
	}
	tuple := dims.String()
	if len(shape) > 1 {
		tuple = strings.TrimSuffix(tuple, ",")
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, tuple)
	const before = len(npyMagic) + 2 + 2 // version and length
	pad := 63 - (before+len(dict))%64
	dict += strings.Repeat(" ", pad) + "\n"
	head := binary.LittleEndian.AppendUint16([]byte(npyMagic+"\x01\x00"), uint16(len(dict)))
	_, err := w.Write(append(head, dict...))
	return err
}

// writeTexts gives every text the room of the longest, as numpy does: as unicode,
// or as bytes where one of them is not UTF-8.
func writeTexts(w io.Writer, t *tensor.Tensor) error {
	texts, err := tensor.Data[string](t)
	if err != nil {
		return err
	}
	unicode := true
	for i, s := range texts {
		if strings.HasSuffix(s, "\x00") {
			return refuse("text %d ends in a zero byte, which numpy would take for padding", i)
		}
		unicode = unicode && utf8.ValidString(s)
	}
	longest := 0
	for _, s := range texts {
		if unicode {
			longest = max(longest, utf8.RuneCountInString(s))
		} else {
			longest = max(longest, len(s))
		}
	}
	if longest > 0 && int64(len(texts)) > math.MaxInt32/4/int64(longest) {
		return refuse("%d texts of up to %d characters each are too much for numpy's fixed-width strings; shorten the longest", len(texts), longest)
	}
	longest = max(longest, 1) // numpy has no width 0 in arrays of its own making
	descr, cell, put := fmt.Sprintf("|S%d", longest), make([]byte, longest), putBytes
	if unicode {
		descr, cell, put = fmt.Sprintf("<U%d", longest), make([]byte, 4*longest), putRunes
	}
	if err := writeNPYHeader(w, descr, t.Shape()); err != nil {
		return err
	}
	for _, s := range texts {
		clear(cell[put(cell, s):])
		if _, err := w.Write(cell); err != nil {
			return err
		}
	}
	return nil
}

// putBytes writes a text into a cell and says how much of it that takes.
func putBytes(cell []byte, s string) int { return copy(cell, s) }

// putRunes is putBytes with four bytes for a character.
func putRunes(cell []byte, s string) int {
	used := 0
	for _, r := range s {
		binary.LittleEndian.PutUint32(cell[used:], uint32(r))
		used += 4
	}
	return used
}
