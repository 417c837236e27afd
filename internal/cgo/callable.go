package cgo

/*
#include "tfapi.h"
*/
import "C"

import (
	"context"
	"fmt"
	"math"
	"time"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Callable is one fixed list of feeds, fetches and targets, looked up once.
// TensorFlow prepares each list once, at its first Run, and keeps it.
type Callable struct {
	session *Session
	feeds   []port
	fetches []Endpoint

	// C structs in Go memory; they point to TF_Operations only.
	inputs  []C.TF_Output
	outputs []C.TF_Output
	targets []*C.TF_Operation
}

// Fetches is how many tensors a Run gives.
func (c *Callable) Fetches() int { return len(c.fetches) }

// port is a feed: where it goes and what fits there.
type port struct {
	at   Endpoint
	want Output
}

// Callable looks up endpoints and target nodes. The errors name the node that
// is missing (*NodeError) or whose type Go cannot hold (*DTypeError).
func (s *Session) Callable(feeds, fetches []Endpoint, targets []string) (*Callable, error) {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, ErrClosed
	}
	c := &Callable{session: s, fetches: append([]Endpoint(nil), fetches...)}
	for _, at := range feeds {
		op, want, err := g.dataPort("feed", at)
		if err != nil {
			return nil, err
		}
		c.feeds = append(c.feeds, port{at, want})
		c.inputs = append(c.inputs, C.TF_Output{oper: op, index: C.int(at.Index)})
	}
	for _, at := range fetches {
		op, _, err := g.dataPort("fetch", at)
		if err != nil {
			return nil, err
		}
		c.outputs = append(c.outputs, C.TF_Output{oper: op, index: C.int(at.Index)})
	}
	for _, node := range targets {
		op, err := g.resolve("run", Endpoint{node, -1})
		if err != nil {
			return nil, err
		}
		c.targets = append(c.targets, op)
	}
	return c, nil
}

// dataPort resolves an endpoint whose data goes through Go. g.mu is held.
func (g *Graph) dataPort(use string, at Endpoint) (*C.TF_Operation, Output, error) {
	if at.Index < 0 {
		return nil, Output{}, &NodeError{Op: use, Endpoint: at, Reason: "a control output carries no data; name the node as a target"}
	}
	op, err := g.resolve(use, at)
	if err != nil {
		return nil, Output{}, err
	}
	o, err := g.output(op, at.Index)
	if err != nil {
		return nil, Output{}, err
	}
	if !o.DType.Holdable() {
		return nil, Output{}, &DTypeError{Op: use, Endpoint: at, Given: o.DType, Wanted: "a type with Go elements"}
	}
	return op, o, nil
}

// check says whether a tensor may be fed. TensorFlow itself checks a feed's
// shape only where a kernel happens to.
func (p *port) check(t *tensor.Tensor) error {
	if t == nil {
		return &NodeError{Op: "feed", Endpoint: p.at, Reason: "the tensor is nil"}
	}
	if t.DType() != p.want.DType {
		return &DTypeError{Op: "feed", Endpoint: p.at, Given: t.DType(), Wanted: p.want.DType.String()}
	}
	shape := t.Shape()
	if len(shape) > maxRank {
		return &ShapeError{Endpoint: p.at, Given: shape, Reason: fmt.Sprintf("TensorFlow knows at most %d dimensions", maxRank)}
	}
	if !p.want.KnownRank {
		return nil
	}
	fits := len(shape) == len(p.want.Shape)
	for d := 0; fits && d < len(shape); d++ {
		fits = p.want.Shape[d] < 0 || p.want.Shape[d] == shape[d]
	}
	if !fits {
		return &ShapeError{Endpoint: p.at, Given: shape, Wanted: p.want.Shape,
			Reason: fmt.Sprintf("it does not fit %v, where -1 is any size", p.want.Shape)}
	}
	return nil
}

// Run feeds the tensors, in the order of the Callable's feeds, and returns the
// fetches in theirs. The feeds may be changed as soon as Run returns.
//
// A context that is done, or becomes so, makes Run return ctx.Err() at once.
// Its deadline is also passed to TensorFlow; if TensorFlow reports it first,
// the error is both context.DeadlineExceeded and an *Error. Other failures of
// TensorFlow are an *Error; after Close of the session the error is ErrClosed.
func (c *Callable) Run(ctx context.Context, feeds []*tensor.Tensor) ([]*tensor.Tensor, error) {
	outputs := make([]*tensor.Tensor, len(c.fetches))
	if err := c.RunInto(ctx, feeds, outputs); err != nil {
		return nil, err
	}
	return outputs, nil
}

// RunInto is Run with the fetches written into outputs, which has room for
// all of them. A tensor that is there and has the fetch's type and shape is
// filled; others, and nil, are replaced. After an error any of them may have
// been.
func (c *Callable) RunInto(ctx context.Context, feeds, outputs []*tensor.Tensor) error {
	_, err := c.run(ctx, feeds, outputs, false)
	return err
}

// RunTraced is Run with TensorFlow's full trace switched on. It also returns
// the serialized RunMetadata message, with the time each node took.
func (c *Callable) RunTraced(ctx context.Context, feeds []*tensor.Tensor) (outputs []*tensor.Tensor, metadata []byte, err error) {
	outputs = make([]*tensor.Tensor, len(c.fetches))
	metadata, err = c.run(ctx, feeds, outputs, true)
	if err != nil {
		return nil, nil, err
	}
	return outputs, metadata, nil
}

func (c *Callable) run(ctx context.Context, feeds, outputs []*tensor.Tensor, trace bool) (metadata []byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(outputs) != len(c.fetches) {
		return nil, &Error{Code: InvalidArgument, Op: "run",
			Message: fmt.Sprintf("there is room for %d tensors, but %d are fetched", len(outputs), len(c.fetches))}
	}
	if len(feeds) != len(c.feeds) {
		return nil, &Error{Code: InvalidArgument, Op: "run",
			Message: fmt.Sprintf("%d tensors were given for %d feeds", len(feeds), len(c.feeds))}
	}
	for i := range feeds {
		if err := c.feeds[i].check(feeds[i]); err != nil {
			return nil, err
		}
	}
	if err := c.session.begin(ctx); err != nil {
		return nil, err
	}
	call, err := c.prepare(ctx, feeds, trace)
	if err != nil {
		c.session.end()
		return nil, err
	}
	if ctx.Done() == nil {
		c.execute(call, trace)
		return c.finish(ctx, call, outputs)
	}
	if c.aside(ctx, call, trace) {
		return c.finish(ctx, call, outputs)
	}
	return nil, ctx.Err()
}

// aside executes a call in a goroutine of its own and says whether it was done
// before the context was. If not, the call is released when it is.
func (c *Callable) aside(ctx context.Context, call *C.tfx_call, trace bool) bool {
	executed := make(chan struct{})
	go func() {
		c.execute(call, trace)
		close(executed)
	}()
	select {
	case <-executed:
		return true
	case <-ctx.Done():
		go func() {
			<-executed
			c.release(call)
		}()
		return false
	}
}

// prepare copies the feeds and the options into C memory.
func (c *Callable) prepare(ctx context.Context, feeds []*tensor.Tensor, trace bool) (*C.tfx_call, error) {
	ndims := 0
	for _, t := range feeds {
		ndims += len(t.Shape())
	}
	call := C.tfx_call_new(C.int(len(feeds)), C.int(len(c.fetches)), C.int64_t(ndims))
	if call == nil {
		return nil, errMemory("run")
	}
	if err := c.fill(call, feeds); err != nil {
		C.tfx_call_free(c.session.lib.api, call)
		return nil, err
	}
	setOptions(ctx, call, trace)
	return call, nil
}

func (c *Callable) fill(call *C.tfx_call, feeds []*tensor.Tensor) error {
	api := c.session.lib.api
	into := unsafe.Slice(call.feeds, len(feeds))
	var dims *C.int64_t
	for i, t := range feeds {
		if i == 0 {
			dims = into[0].dims
		}
		into[i].dims = dims
		describe(&into[i], t)
		dims = (*C.int64_t)(unsafe.Add(unsafe.Pointer(dims), len(t.Shape())*int(unsafe.Sizeof(*dims))))
	}
	if C.tfx_call_reserve(call) == 0 {
		return errMemory("copy feeds")
	}
	for i, t := range feeds {
		if t.DType() != tensor.String {
			copy(unsafe.Slice((*byte)(into[i].data), int(into[i].bytes)), t.Bytes())
			continue
		}
		s, err := tensor.Data[string](t)
		if err != nil {
			return err
		}
		text, ends := join(s)
		C.tfx_call_strings(api, call, C.int(i), (*C.char)(unsafe.Pointer(&text[0])), &ends[0])
	}
	return nil
}

func errMemory(op string) error {
	return &Error{Code: ResourceExhausted, Op: op, Message: "there is not enough memory; feed fewer rows at a time"}
}

// setOptions writes the RunOptions message (tensorflow/core/protobuf/config.proto).
func setOptions(ctx context.Context, call *C.tfx_call, trace bool) {
	const traceLevelField, fullTrace, timeoutField = 1, 3, 2
	b := unsafe.Slice((*byte)(&call.options[0]), len(call.options))[:0]
	if trace {
		b = protowire.AppendVarint(protowire.AppendTag(b, traceLevelField, protowire.VarintType), fullTrace)
	}
	if deadline, ok := ctx.Deadline(); ok {
		b = protowire.AppendVarint(protowire.AppendTag(b, timeoutField, protowire.VarintType), milliseconds(time.Until(deadline)))
	}
	call.options_length = C.size_t(len(b))
}

// milliseconds rounds up, to 1 at least: TensorFlow takes 0 as no timeout.
func milliseconds(d time.Duration) uint64 {
	return uint64(max(1, math.Ceil(float64(d)/float64(time.Millisecond))))
}

func (c *Callable) execute(call *C.tfx_call, trace bool) {
	traced := C.int(0)
	if trace {
		traced = 1
	}
	s := c.session
	C.tfx_call_run(s.lib.api, s.handle.c, call, unsafe.SliceData(c.inputs), unsafe.SliceData(c.outputs),
		unsafe.SliceData(c.targets), C.int(len(c.targets)), traced)
}

// release frees the call and ends its use of the session.
func (c *Callable) release(call *C.tfx_call) {
	C.tfx_call_free(c.session.lib.api, call)
	c.session.end()
}

// finish copies the outputs of an executed call out, or its error, and
// releases it.
func (c *Callable) finish(ctx context.Context, call *C.tfx_call, outputs []*tensor.Tensor) (metadata []byte, err error) {
	defer c.release(call)
	if call.err.code != 0 {
		return nil, runError(ctx, Code(call.err.code), C.GoString(call.err.message))
	}
	fetches := unsafe.Slice(call.fetches, len(outputs))
	for i := range outputs {
		if refilled(outputs[i], &fetches[i]) {
			continue
		}
		if outputs[i], err = fetched(c.fetches[i], &fetches[i]); err != nil {
			return nil, err
		}
	}
	if call.metadata != nil {
		metadata = copyBuffer(call.metadata)
	}
	return metadata, nil
}

// runError is TensorFlow's error; where the context's deadline is what it
// tells of, it matches context.DeadlineExceeded as well.
func runError(ctx context.Context, code Code, message string) error {
	err := &Error{Code: code, Op: "run", Message: message}
	if code != DeadlineExceeded {
		return err
	}
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		return fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	}
	return err
}
