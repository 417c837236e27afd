package cgo

// #include "tfapi.h"
import "C"

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Endpoint names output Index of a node; Index -1 is its control output.
type Endpoint struct {
	Node  string
	Index int
}

// String is TensorFlow's way to write it: "node:0", or "^node".
func (e Endpoint) String() string {
	if e.Index < 0 {
		return "^" + e.Node
	}
	return fmt.Sprintf("%s:%d", e.Node, e.Index)
}

// Graph is a TF_Graph. Its methods may be called by several goroutines, one at
// a time is served.
type Graph struct {
	lib    *Library
	handle *graphHandle

	mu     sync.Mutex
	closed bool
}

// graphHandle is what must be deleted; apart from Graph so that a cleanup does
// not keep the Graph alive.
type graphHandle struct {
	lib      *Library
	c        *C.TF_Graph
	borrowed bool
	once     sync.Once
}

func (h *graphHandle) delete() {
	h.once.Do(func() {
		if !h.borrowed {
			C.tfx_graph_delete(h.lib.api, h.c)
		}
	})
}

// NewGraph makes an empty graph.
func (l *Library) NewGraph() *Graph {
	return l.graph(C.tfx_graph_new(l.api), false)
}

func (l *Library) graph(c *C.TF_Graph, borrowed bool) *Graph {
	h := &graphHandle{lib: l, c: c, borrowed: borrowed}
	g := &Graph{lib: l, handle: h}
	runtime.AddCleanup(g, (*graphHandle).delete, h)
	return g
}

// Close deletes the graph, unless it is borrowed. TensorFlow keeps it as long
// as a session uses it. A second Close does nothing.
func (g *Graph) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	g.handle.delete()
}

// Len is the number of operations in the graph, 0 once it is closed.
func (g *Graph) Len() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return 0
	}
	return int(C.tfx_graph_len(g.lib.api, g.handle.c))
}

// Has says whether the graph has a node of this name.
func (g *Graph) Has(node string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.closed && g.find(node) != nil
}

// find looks a node up; nil if there is none. g.mu is held.
func (g *Graph) find(node string) *C.TF_Operation {
	name, err := cString(node)
	if err != nil {
		return nil
	}
	defer free(name)
	return C.tfx_graph_find(g.lib.api, g.handle.c, name)
}

// resolve finds an endpoint and checks its index. g.mu is held.
func (g *Graph) resolve(op string, e Endpoint) (*C.TF_Operation, error) {
	found := g.find(e.Node)
	if found == nil {
		return nil, &NodeError{Op: op, Endpoint: e, Reason: "the graph has no such node"}
	}
	if n := int(C.tfx_num_outputs(g.lib.api, found)); e.Index >= n {
		return nil, &NodeError{Op: op, Endpoint: e, Reason: fmt.Sprintf("the node has %d outputs", n)}
	}
	return found, nil
}

// Output is what the graph knows about one output of a node.
type Output struct {
	DType     tensor.DType
	Shape     []int // -1 is an unknown dimension
	KnownRank bool  // false: Shape is empty and means nothing
}

// Outputs describes all outputs of a node, as TensorFlow inferred them.
func (g *Graph) Outputs(node string) ([]Output, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, ErrClosed
	}
	op := g.find(node)
	if op == nil {
		return nil, &NodeError{Op: "describe", Endpoint: Endpoint{Node: node}, Reason: "the graph has no such node"}
	}
	outputs := make([]Output, int(C.tfx_num_outputs(g.lib.api, op)))
	for i := range outputs {
		var err error
		if outputs[i], err = g.output(op, i); err != nil {
			return nil, err
		}
	}
	return outputs, nil
}

// output describes one output. g.mu is held.
func (g *Graph) output(op *C.TF_Operation, index int) (Output, error) {
	var dims [maxRank]C.int64_t
	var f failure
	rank := int(C.tfx_output_shape(g.lib.api, g.handle.c, op, C.int(index), &dims[0], maxRank, &f.c))
	if err := f.err("infer shape"); err != nil {
		return Output{}, err
	}
	o := Output{DType: g.outputType(op, index)}
	if rank < 0 {
		return o, nil
	}
	o.KnownRank = true
	o.Shape = make([]int, min(rank, maxRank))
	for d := range o.Shape {
		o.Shape[d] = int(dims[d])
	}
	return o, nil
}

// outputType is the dtype of an output as it is read. TensorFlow numbers the
// reference types of old graphs 100 above the plain ones (kDataTypeRefOffset
// in tensorflow/core/framework/types.h).
func (g *Graph) outputType(op *C.TF_Operation, index int) tensor.DType {
	const refOffset = 100
	t := tensor.DType(C.tfx_output_type(g.lib.api, op, C.int(index)))
	if t > refOffset {
		t -= refOffset
	}
	return t
}

// Def is the serialized GraphDef message of the whole graph.
func (g *Graph) Def() ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, ErrClosed
	}
	var f failure
	def := g.lib.take(C.tfx_graph_def(g.lib.api, g.handle.c, &f.c))
	return def, f.err("write graph")
}
