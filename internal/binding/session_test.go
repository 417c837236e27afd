//lint:file-ignore U1000 the fields are read by reflection

package binding

import (
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// The structs of the bindings as they are, and as they might become. A C type
// goes by the name that cgo gives it.
type (
	_Ctype_struct_TF_Graph   struct{ _ int }
	_Ctype_struct_TF_Session struct{ _ int }

	graph   struct{ c *_Ctype_struct_TF_Graph }
	session struct {
		c  *_Ctype_struct_TF_Session
		wg sync.WaitGroup
		mu sync.Mutex
	}

	graphWithMore struct {
		c    *_Ctype_struct_TF_Graph
		name string
	}
	sessionMoved struct {
		mu sync.Mutex
		wg sync.WaitGroup
		c  *_Ctype_struct_TF_Session
	}
	sessionLocked struct {
		c  *_Ctype_struct_TF_Session
		wg sync.WaitGroup
		mu sync.RWMutex
	}
	sessionOfGraph struct {
		c  *_Ctype_struct_TF_Graph
		wg sync.WaitGroup
		mu sync.Mutex
	}
)

func TestBorrow(t *testing.T) {
	g, s := &graph{&_Ctype_struct_TF_Graph{}}, &session{c: &_Ctype_struct_TF_Session{}}
	b, err := Borrow("known v1", g, s, nil)
	require.NoError(t, err)
	require.Equal(t, unsafe.Pointer(g.c), b.Graph)
	require.Equal(t, unsafe.Pointer(s.c), b.Session)

	require.NoError(t, b.Owner.Hold())
	require.NoError(t, b.Owner.Hold())
	b.Owner.Release()
	closing := make(chan bool)
	go func() { // as the bindings close a session
		s.mu.Lock()
		defer s.mu.Unlock()
		s.wg.Wait()
		s.c = nil
		close(closing)
	}()
	select {
	case <-closing:
		t.Fatal("closed while it was held")
	default:
	}
	b.Owner.Release()
	<-closing
	var closed *ClosedError
	require.ErrorAs(t, b.Owner.Hold(), &closed)
	require.ErrorContains(t, closed, "known v1")
	_, err = Borrow("known v1", g, s, nil)
	require.ErrorAs(t, err, &closed)
}

func TestUnknownStructs(t *testing.T) {
	g, s := &graph{}, &session{}
	for name, c := range map[string]struct {
		graph, session any
		given          string
	}{
		"graph with more":   {&graphWithMore{}, s, "c *TF_Graph; name string"},
		"fields moved":      {g, &sessionMoved{}, "mu sync.Mutex; wg sync.WaitGroup; c *TF_Session"},
		"other lock":        {g, &sessionLocked{}, "c *TF_Session; wg sync.WaitGroup; mu sync.RWMutex"},
		"other pointer":     {g, &sessionOfGraph{}, "c *TF_Graph; wg sync.WaitGroup; mu sync.Mutex"},
		"nil":               {g, (*session)(nil), "no struct"},
		"untyped nil":       {nil, s, "no struct"},
		"not a pointer":     {graph{}, s, "no struct"},
		"pointer to number": {new(int), s, "no struct"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Borrow("known v1", c.graph, c.session, nil)
			var unknown *StructError
			require.ErrorAs(t, err, &unknown)
			require.Equal(t, c.given, unknown.Given)
			require.ErrorContains(t, err, "known v1")
		})
	}
}
