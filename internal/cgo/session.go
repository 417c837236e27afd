package cgo

// #include "tfapi.h"
import "C"

import (
	"context"
	"runtime"
	"sync"
	"unsafe"
)

// Session is a TF_Session. Runs may go on in any number of goroutines.
type Session struct {
	lib    *Library
	graph  *Graph
	handle *sessionHandle
	owner  Owner // of a borrowed session

	mu       sync.Mutex
	idle     sync.Cond // signals busy == 0
	busy     int       // uses of the TF_Session on their way
	closed   bool
	extendMu sync.Mutex // TensorFlow wants one Extend at a time
}

// sessionHandle is what must be deleted; apart from Session so that a cleanup
// does not keep the Session alive.
type sessionHandle struct {
	lib      *Library
	c        *C.TF_Session
	borrowed bool
	once     sync.Once
	err      error // what deleting gave
}

func (h *sessionHandle) delete() {
	h.once.Do(func() {
		if !h.borrowed {
			var f failure
			C.tfx_session_delete(h.lib.api, h.c, &f.c)
			h.err = f.err("close session")
		}
		if h.lib.Alive().Sessions == 0 {
			C.tfx_pool_trim()
		}
	})
}

// NewSession makes a session on a graph. config is a serialized ConfigProto,
// nil for TensorFlow's defaults.
func (l *Library) NewSession(g *Graph, config []byte) (*Session, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, ErrClosed
	}
	var f failure
	c := C.tfx_session_new(l.api, g.handle.c, unsafe.Pointer(unsafe.SliceData(config)), C.size_t(len(config)), &f.c)
	if err := f.err("open session"); err != nil {
		return nil, err
	}
	return l.session(c, g, false), nil
}

func (l *Library) session(c *C.TF_Session, g *Graph, borrowed bool) *Session {
	h := &sessionHandle{lib: l, c: c, borrowed: borrowed}
	s := &Session{lib: l, graph: g, handle: h}
	s.idle.L = &s.mu
	runtime.AddCleanup(s, (*sessionHandle).delete, h)
	return s
}

// LoadSavedModel loads the graph of a SavedModel folder that carries exactly
// these tags, restores its variables and runs its initializer. config is a
// serialized ConfigProto, or nil.
func (l *Library) LoadSavedModel(dir string, tags []string, config []byte) (*Session, *Graph, error) {
	path, err := cString(dir)
	if err != nil {
		return nil, nil, err
	}
	defer free(path)
	// One more than needed, so that there is a first element to point to.
	names := make([]*C.char, len(tags)+1)
	for i, t := range tags {
		if names[i], err = cString(t); err != nil {
			return nil, nil, err
		}
		defer free(names[i])
	}
	g := l.NewGraph()
	var f failure
	c := C.tfx_session_load(l.api, g.handle.c, path, &names[0], C.int(len(tags)),
		unsafe.Pointer(unsafe.SliceData(config)), C.size_t(len(config)), &f.c)
	if err := f.err("load " + dir); err != nil {
		g.Close()
		return nil, nil, err
	}
	return l.session(c, g, false), g, nil
}

// Owner is who may close a borrowed session.
type Owner interface {
	// Hold keeps the session open until Release; it fails once it is closed.
	Hold() error
	Release()
}

// Borrow wraps a TF_Graph and a TF_Session on it that another binding owns.
// Close never deletes them. Every use of the session is held at its owner; the
// Session keeps the owner alive, which must keep the graph alive.
func (l *Library) Borrow(graph, session unsafe.Pointer, owner Owner) (*Session, *Graph) {
	g := l.graph((*C.TF_Graph)(graph), true)
	s := l.session((*C.TF_Session)(session), g, true)
	s.owner = owner
	return s, g
}

// begin counts one use of the session, to be ended by end. The owner is asked
// without the lock: while it closes the session it waits for uses to end.
func (s *Session) begin(ctx context.Context) error {
	if s.owner != nil {
		if err := s.hold(ctx); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		if s.owner != nil {
			s.owner.Release()
		}
		return ErrClosed
	}
	s.busy++
	return nil
}

// hold asks the owner, who does not answer while it closes the session: that
// takes as long as the Runs on their way.
func (s *Session) hold(ctx context.Context) error {
	if ctx.Done() == nil {
		return s.owner.Hold()
	}
	answer := make(chan error, 1)
	go func() { answer <- s.owner.Hold() }()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		go func() {
			if <-answer == nil {
				s.owner.Release()
			}
		}()
		return ctx.Err()
	}
}

func (s *Session) end() {
	if s.owner != nil {
		s.owner.Release()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy--; s.busy == 0 {
		s.idle.Broadcast()
	}
}

// Extend makes the session take the nodes that its graph has got since, once,
// instead of a check under a lock in every Run. After the first Extend later
// nodes are only seen after another one.
func (s *Session) Extend() error {
	if err := s.begin(context.Background()); err != nil {
		return err
	}
	defer s.end()
	s.extendMu.Lock()
	defer s.extendMu.Unlock()
	var f failure
	C.tfx_session_extend(s.lib.api, s.handle.c, &f.c)
	return f.err("extend session")
}

// Close waits for the Runs on their way and deletes the session, unless it is
// borrowed. Runs that start later get ErrClosed. A second Close waits too and
// gives the same result.
func (s *Session) Close() error {
	s.mu.Lock()
	s.closed = true
	for s.busy > 0 {
		s.idle.Wait()
	}
	s.mu.Unlock()
	s.handle.delete()
	return s.handle.err
}
