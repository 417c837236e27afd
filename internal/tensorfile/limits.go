package tensorfile

import "math"

// Limits bounds what files may ask for. The zero value means the defaults.
type Limits struct {
	// MaxBytes bounds the memory of all arrays that one call returns, and of
	// each decoded picture. While arrays are converted a small multiple of it
	// is in use. 0 means DefaultMaxBytes.
	MaxBytes int64
}

// DefaultMaxBytes is 1 GiB: TensorFlow's messages end at 2 GiB (protobuf's
// limit), and an array that is converted exists twice.
const DefaultMaxBytes = 1 << 30

// MaxRank is numpy's own bound on the number of axes (NPY_MAXDIMS, since
// numpy 2.0). It bounds the depth of nested JSON lists too.
const MaxRank = 64

// bytesOfString is the memory of one empty string in a slice.
const bytesOfString = 16

// budget is what one call may still take.
type budget struct{ left, all int64 }

func (l Limits) budget() *budget {
	if l.MaxBytes <= 0 {
		l.MaxBytes = DefaultMaxBytes
	}
	return &budget{left: l.MaxBytes, all: l.MaxBytes}
}

// take asks for n things of the given size.
func (b *budget) take(n, size int64) error {
	if n < 0 || size < 0 || (size > 0 && n > math.MaxInt64/size) || n*size > b.left {
		return b.spent()
	}
	b.left -= n * size
	return nil
}

func (b *budget) spent() error {
	return refuse("it needs more than the limit of %d bytes; split it, or raise the limit", b.all)
}

// whole refuses a file that is larger than the limit before it is opened up.
func (b *budget) whole(size int64) error {
	if size > b.all {
		return refuse("its %d bytes are more than the limit of %d bytes; split it, or raise the limit", size, b.all)
	}
	return nil
}
