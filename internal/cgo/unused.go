package cgo

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// unusedMappings lists the entries of an input map that no node of the GraphDef
// has as an input.
//
// TensorFlow can list them too, but only after it has added the nodes, and the
// names in its list dangle: TF_ImportGraphDefResults keeps them in a vector of
// strings that moves as it grows (seen in 2.18 and 2.21).
func unusedMappings(def []byte, inputs map[Endpoint]Endpoint) []Endpoint {
	unused := map[Endpoint]bool{}
	for e := range inputs {
		unused[e] = true
	}
	// GraphDef.node is field 1, NodeDef.input field 3.
	eachField(def, 1, func(node []byte) bool {
		eachField(node, 3, func(input []byte) bool {
			delete(unused, parseInput(string(input)))
			return len(unused) > 0
		})
		return len(unused) > 0
	})
	return slices.SortedFunc(maps.Keys(unused), func(a, b Endpoint) int {
		return strings.Compare(a.String(), b.String())
	})
}

// eachField calls visit with every value of one length-delimited field of a
// message, as long as visit wants more. It stops where the message is broken;
// TensorFlow reports that itself.
func eachField(message []byte, field protowire.Number, visit func([]byte) bool) {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return
		}
		message = message[n:]
		if n = protowire.ConsumeFieldValue(number, kind, message); n < 0 {
			return
		}
		if number == field && kind == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(message)
			if !visit(value) {
				return
			}
		}
		message = message[n:]
	}
}

// parseInput reads an input of a NodeDef: "node", "node:1" or "^node".
func parseInput(input string) Endpoint {
	if node, control := strings.CutPrefix(input, "^"); control {
		return Endpoint{node, -1}
	}
	if colon := strings.LastIndexByte(input, ':'); colon >= 0 {
		if index, err := strconv.Atoi(input[colon+1:]); err == nil {
			return Endpoint{input[:colon], index}
		}
	}
	return Endpoint{input, 0}
}
