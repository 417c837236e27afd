package metrics

import (
	"hash"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// block is the elements of a tensor of any type, shared with it, to be copied.
type block struct {
	bytes []byte
	width int // bytes of an element
	words []string
}

func blockOf(t *tensor.Tensor) block {
	if words, err := tensor.Data[string](t); err == nil {
		return block{words: words}
	}
	return block{bytes: t.Bytes(), width: t.DType().Size()}
}

// copy copies n elements of from, starting at start, to where at is.
func (b block) copy(at int, from block, start, n int) {
	if b.words != nil {
		copy(b.words[at:at+n], from.words[start:start+n])
		return
	}
	copy(b.bytes[at*b.width:(at+n)*b.width], from.bytes[start*b.width:(start+n)*b.width])
}

// hash adds n elements, starting at start, to a hash.
func (b block) hash(h hash.Hash, start, n int) {
	if b.words == nil {
		h.Write(b.bytes[start*b.width : (start+n)*b.width]) // a hash has no errors
		return
	}
	for _, word := range b.words[start : start+n] {
		h.Write([]byte(word))
		h.Write([]byte{0})
	}
}
