package cgo

/*
#include "tfapi.h"
*/
import "C"

import (
	"context"
	"slices"
	"unsafe"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Bare is TF_SessionRun alone, with everything around it prepared: benchmarks
// compare calls with it. It is not safe for concurrent use.
type Bare struct {
	of   *Callable
	call *C.tfx_call
}

// Bare prepares Runs that are fed zeros, with the given size along each axis that
// the graph leaves open. Every feed's rank must be known. The caller closes it.
func (c *Callable) Bare(open int) (*Bare, error) {
	var feeds []*tensor.Tensor
	for _, p := range c.feeds {
		if !p.want.KnownRank {
			return nil, &ShapeError{Endpoint: p.at, Reason: "a bare Run needs feeds of known rank"}
		}
		shape := slices.Clone(p.want.Shape)
		for i, d := range shape {
			if d < 0 {
				shape[i] = open
			}
		}
		t, err := tensor.Zeros(p.want.DType, shape...)
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, t)
	}
	if err := c.session.begin(context.Background()); err != nil {
		return nil, err
	}
	call, err := c.prepare(context.Background(), feeds, false)
	if err != nil {
		c.session.end()
		return nil, err
	}
	b := &Bare{of: c, call: call}
	if C.tfx_bare_feed(c.session.lib.api, call) == 0 {
		b.Close()
		return nil, errMemory("prepare a bare run")
	}
	return b, nil
}

// Run calls TF_SessionRun and leaves the outputs where they are.
func (b *Bare) Run() error {
	s := b.of.session
	C.tfx_bare_run(s.lib.api, s.handle.c, b.call, unsafe.SliceData(b.of.inputs), unsafe.SliceData(b.of.outputs))
	if b.call.err.code == 0 {
		return nil
	}
	return &Error{Code: Code(b.call.err.code), Op: "run", Message: C.GoString(b.call.err.message)}
}

// Close frees the feeds and outputs.
func (b *Bare) Close() { b.of.release(b.call) }
