package cgo

// #include "tfapi.h"
import "C"

import (
	"fmt"
	"math"
	"strings"
	"unsafe"
)

// ImportOptions say how a GraphDef is added to a graph.
type ImportOptions struct {
	Prefix string // put before every name, with a slash; must be unused; "" for none

	// InputMap replaces inputs: each key is an endpoint as the GraphDef names
	// it, without Prefix, each value one that is in the graph already.
	InputMap map[Endpoint]Endpoint
}

// UnusedMappingError lists input mappings that no node of the GraphDef used.
type UnusedMappingError struct{ Unused []Endpoint }

func (e *UnusedMappingError) Error() string {
	names := make([]string, len(e.Unused))
	for i, u := range e.Unused {
		names[i] = u.String()
	}
	return "tensorflow: import graph: the input map has entries that nothing in the GraphDef uses: " + strings.Join(names, ", ")
}

// maxProto is protobuf's limit on the size of a message, 2 GiB.
const maxProto = math.MaxInt32

// Import adds the nodes and functions of a serialized GraphDef, and lets
// TensorFlow check them and infer their shapes. TensorFlow's errors, an *Error,
// name the node. Entries of the map that no node uses are an
// *UnusedMappingError, entries that lead to a missing node a *NodeError. When
// Import fails the graph is as it was.
func (g *Graph) Import(def []byte, o ImportOptions) error {
	if len(def) > maxProto {
		return &Error{Code: InvalidArgument, Op: "import graph",
			Message: fmt.Sprintf("the GraphDef has %d bytes, at most %d are possible; keep large constants in variables", len(def), maxProto)}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return ErrClosed
	}
	if unused := unusedMappings(def, o.InputMap); len(unused) > 0 {
		return &UnusedMappingError{Unused: unused}
	}
	options, err := g.importOptions(o)
	if err != nil {
		return err
	}
	defer C.tfx_import_options_delete(g.lib.api, options)
	var f failure
	C.tfx_import(g.lib.api, g.handle.c, unsafe.Pointer(unsafe.SliceData(def)), C.size_t(len(def)), options, &f.c)
	return f.err("import graph")
}

func (g *Graph) importOptions(o ImportOptions) (*C.TF_ImportGraphDefOptions, error) {
	prefix, err := cString(o.Prefix)
	if err != nil {
		return nil, err
	}
	defer free(prefix)
	options := C.tfx_import_options(g.lib.api, prefix)
	for from, to := range o.InputMap {
		if err := g.mapInput(options, from, to); err != nil {
			C.tfx_import_options_delete(g.lib.api, options)
			return nil, err
		}
	}
	return options, nil
}

func (g *Graph) mapInput(options *C.TF_ImportGraphDefOptions, from, to Endpoint) error {
	if from.Index < 0 || to.Index < 0 {
		return &NodeError{Op: "map input to", Endpoint: to, Reason: fmt.Sprintf("only tensors can be mapped, and %v or this is a control edge", from)}
	}
	op, err := g.resolve("map input to", to)
	if err != nil {
		return err
	}
	name, err := cString(from.Node)
	if err != nil {
		return err
	}
	defer free(name)
	C.tfx_import_map(g.lib.api, options, name, C.int(from.Index), op, C.int(to.Index))
	return nil
}
