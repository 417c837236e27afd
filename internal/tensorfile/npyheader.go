package tensorfile

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// The format is numpy's NEP 1 (numpy.lib.format): the magic, two bytes of
// version, the length of the header (2 bytes in version 1, else 4, little
// endian), and the header, a Python dict in Latin-1 or, in version 3, UTF-8.
const npyMagic = "\x93NUMPY"

// maxNPYHeader is numpy's own bound (max_header_size of numpy.load). Plain
// arrays, the only ones read here, need about 100 bytes.
const maxNPYHeader = 10000

type npyHeader struct {
	dtype   tensor.DType
	unicode bool // strings of 4-byte code points instead of bytes
	size    int  // bytes of one element in the file
	big     bool // big endian
	fortran bool // first axis fastest
	shape   []int
}

// readNPYHeader also returns how many bytes it took.
func readNPYHeader(r io.Reader) (npyHeader, int64, error) {
	var pre [8]byte
	if _, err := io.ReadFull(r, pre[:]); err != nil || string(pre[:6]) != npyMagic {
		return npyHeader{}, 0, refuse("it does not begin like a numpy array")
	}
	major, wide := pre[6], 4
	switch major {
	case 1:
		wide = 2
	case 2, 3:
	default:
		return npyHeader{}, 0, refuse("the numpy format version is %d.%d, known are 1.0, 2.0 and 3.0", major, pre[7])
	}
	var length [4]byte
	if _, err := io.ReadFull(r, length[:wide]); err != nil {
		return npyHeader{}, 0, refuse("it ends inside the header")
	}
	n := binary.LittleEndian.Uint32(length[:]) // the unused bytes are zero
	if n > maxNPYHeader {
		return npyHeader{}, 0, refuse("the header claims %d bytes, numpy's own limit is %d", n, maxNPYHeader)
	}
	dict := make([]byte, n)
	if _, err := io.ReadFull(r, dict); err != nil {
		return npyHeader{}, 0, refuse("it ends inside the header")
	}
	h, err := parseNPYDict(string(dict))
	return h, int64(len(pre)+wide) + int64(n), err
}

// pyDict scans the little of Python that a header uses.
type pyDict struct{ rest string }

func (p *pyDict) skip() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

func (p *pyDict) accept(token string) bool {
	p.skip()
	rest, ok := strings.CutPrefix(p.rest, token)
	p.rest = rest
	return ok
}

func (p *pyDict) text() (string, bool) {
	p.skip()
	if p.rest == "" || (p.rest[0] != '\'' && p.rest[0] != '"') {
		return "", false
	}
	s, rest, ok := strings.Cut(p.rest[1:], p.rest[:1])
	p.rest = rest
	return s, ok
}

func (p *pyDict) integer() (int, bool) {
	p.skip()
	end := 0
	for end < len(p.rest) && p.rest[end] >= '0' && p.rest[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(p.rest[:end], 10, 0)
	p.rest = p.rest[end:]
	p.accept("L") // a long of Python 2
	return int(n), err == nil
}

func (p *pyDict) tuple() ([]int, bool) {
	if !p.accept("(") {
		return nil, false
	}
	shape := []int{}
	for !p.accept(")") {
		n, ok := p.integer()
		if !ok {
			return nil, false
		}
		shape = append(shape, n)
		if !p.accept(",") {
			return shape, p.accept(")")
		}
	}
	return shape, true
}

func parseNPYDict(dict string) (npyHeader, error) {
	var h npyHeader
	p, seen := &pyDict{rest: dict}, map[string]bool{}
	damaged := refuse("the numpy header is damaged: %.100q", dict)
	if !p.accept("{") {
		return h, damaged
	}
	for !p.accept("}") {
		key, ok := p.text()
		if !ok || seen[key] || !p.accept(":") {
			return h, damaged
		}
		seen[key] = true
		switch key {
		case "descr":
			if p.skip(); strings.HasPrefix(p.rest, "[") {
				return h, refuse("it is a structured array; save one field of it")
			}
			var descr string
			if descr, ok = p.text(); ok {
				if err := h.parseDescr(descr); err != nil {
					return h, err
				}
			}
		case "fortran_order":
			h.fortran = p.accept("True")
			ok = h.fortran || p.accept("False")
		case "shape":
			h.shape, ok = p.tuple()
		default:
			ok = false
		}
		if !ok {
			return h, damaged
		}
		if !p.accept(",") && !strings.HasPrefix(strings.TrimSpace(p.rest), "}") {
			return h, damaged
		}
	}
	if p.skip(); len(seen) != 3 || p.rest != "" {
		return h, damaged
	}
	if len(h.shape) > MaxRank {
		return h, refuse("it has %d axes, the limit is %d", len(h.shape), MaxRank)
	}
	return h, nil
}

// parseDescr reads a dtype such as "<f4": byte order, kind, bytes (for U:
// characters).
func (h *npyHeader) parseDescr(descr string) error {
	unknown := refuse("the numpy type %.20q is not one of bool, integers, floats, complex, U and S", descr)
	if len(descr) < 3 {
		return unknown
	}
	n, err := strconv.ParseUint(descr[2:], 10, 31)
	if err != nil {
		return unknown
	}
	h.size, h.big = int(n), descr[0] == '>'
	switch kind := descr[1]; kind {
	case 'U':
		if n > (1<<31-1)/4 {
			return unknown
		}
		h.dtype, h.unicode, h.size = tensor.String, true, int(n)*4
	case 'S':
		h.dtype = tensor.String
	default:
		h.dtype = numberType(fmt.Sprintf("%c%d", kind, n))
	}
	// | says that the byte order has no meaning, which a file of larger
	// elements cannot say.
	if h.dtype == tensor.Invalid || !strings.ContainsRune("<>|", rune(descr[0])) ||
		(descr[0] == '|' && h.size > 1 && descr[1] != 'S') {
		return unknown
	}
	return nil
}

// numberType maps numpy's kind and size to a type.
func numberType(code string) tensor.DType {
	switch code {
	case "b1":
		return tensor.Bool
	case "i1":
		return tensor.Int8
	case "i2":
		return tensor.Int16
	case "i4":
		return tensor.Int32
	case "i8":
		return tensor.Int64
	case "u1":
		return tensor.Uint8
	case "u2":
		return tensor.Uint16
	case "u4":
		return tensor.Uint32
	case "u8":
		return tensor.Uint64
	case "f2":
		return tensor.Float16
	case "f4":
		return tensor.Float32
	case "f8":
		return tensor.Float64
	case "c8":
		return tensor.Complex64
	case "c16":
		return tensor.Complex128
	}
	return tensor.Invalid
}

// codeOf is numpy's name of a type in little endian, for writing.
func codeOf(d tensor.DType) string {
	for _, code := range []string{"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"} {
		if numberType(code) == d {
			if d.Size() == 1 {
				return "|" + code
			}
			return "<" + code
		}
	}
	return ""
}
