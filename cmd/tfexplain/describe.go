package main

import (
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// describe is the dtype and shape of an input or output, such as
// "float32[N 28 28]". An open size is "?", the first one "N": it counts rows.
func describe(t savedmodel.TensorInfo) string {
	if t.Composite != "" {
		return t.Composite + " " + t.DType.String()
	}
	if !t.KnownRank {
		return t.DType.String() + " of any shape"
	}
	text := sizes(t.Shape, " ")
	if rest, open := strings.CutPrefix(text, "?"); open {
		text = "N" + rest
	}
	return t.DType.String() + "[" + text + "]"
}

// describeRow is the shape of one row.
func describeRow(t savedmodel.TensorInfo) string {
	switch {
	case !t.KnownRank:
		return "of any shape"
	case len(t.Shape) < 2:
		return "a single number"
	}
	return sizes(t.Shape[1:], "x")
}

func sizes(shape []int, separator string) string {
	words := make([]string, len(shape))
	for i, n := range shape {
		words[i] = "?"
		if n >= 0 {
			words[i] = strconv.Itoa(n)
		}
	}
	return strings.Join(words, separator)
}
