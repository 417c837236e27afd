package binding

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// Session is a session of another binding. It keeps the session and its graph
// alive. Its methods make it a savedmodel.Owner.
type Session struct {
	binding string
	kept    []any           // graph, session and what owns them
	c       *unsafe.Pointer // the session's field; nil in it once it is closed
	wg      *sync.WaitGroup // of Runs on their way; Close waits for it
	mu      *sync.Mutex     // guards c and the start of a Run
}

// StructError says that a binding's struct is not one that this package knows.
type StructError struct {
	Binding string // module and versions whose structs are known
	Type    string // the struct
	Given   string // its fields
	Wanted  string
}

func (e *StructError) Error() string {
	return fmt.Sprintf("%s has the fields {%s}, but {%s} were expected: this adapter knows %s; use that version, or load the model with savedmodel.Load",
		e.Type, e.Given, e.Wanted, e.Binding)
}

const (
	graphFields   = "c *TF_Graph"
	sessionFields = "c *TF_Session; wg sync.WaitGroup; mu sync.Mutex"
)

// Borrow takes a graph and its session, pointers to the binding's structs, and
// keeps them and their owner alive. binding names the module and the version
// whose structs are known. The error is a *StructError, or that of Hold.
func Borrow(binding string, graph, session, owner any) (savedmodel.Borrowed, error) {
	g, err := Fields(binding, graph, graphFields)
	if err != nil {
		return savedmodel.Borrowed{}, err
	}
	f, err := Fields(binding, session, sessionFields)
	if err != nil {
		return savedmodel.Borrowed{}, err
	}
	s := &Session{binding: binding, kept: []any{graph, session, owner},
		c: (*unsafe.Pointer)(f[0]), wg: (*sync.WaitGroup)(f[1]), mu: (*sync.Mutex)(f[2])}
	if err := s.Hold(); err != nil {
		return savedmodel.Borrowed{}, err
	}
	defer s.Release()
	return savedmodel.Borrowed{Graph: *(*unsafe.Pointer)(g[0]), Session: *s.c, Owner: s}, nil
}

// Hold counts as one of the binding's own Runs until Release. The error is a
// *ClosedError.
func (s *Session) Hold() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *s.c == nil {
		return &ClosedError{Binding: s.binding}
	}
	s.wg.Add(1)
	return nil
}

// Release ends one Hold.
func (s *Session) Release() { s.wg.Done() }

// ClosedError says that the application has closed the session of its model.
type ClosedError struct{ Binding string }

func (e *ClosedError) Error() string {
	return e.Binding + ": the application has closed the session of this model; close the Model that is attached to it first"
}

// Is matches savedmodel.ErrClosed.
func (e *ClosedError) Is(target error) bool { return target == savedmodel.ErrClosed }

// Fields are the addresses of the fields of *p, which must be the wanted ones:
// names and types, separated by "; ". The error is a *StructError.
func Fields(binding string, p any, wanted string) ([]unsafe.Pointer, error) {
	v := reflect.ValueOf(p)
	e := &StructError{Binding: binding, Type: fmt.Sprintf("%T", p), Wanted: wanted}
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		e.Given = "no struct"
		return nil, e
	}
	v = v.Elem()
	var fields []unsafe.Pointer
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if i > 0 {
			e.Given += "; "
		}
		e.Given += f.Name + " " + typeName(f.Type)
		fields = append(fields, v.Field(i).Addr().UnsafePointer())
	}
	if e.Given != wanted {
		return nil, e
	}
	return fields, nil
}

// typeName is the name of a field's type; a C struct goes by its name in C.
func typeName(t reflect.Type) string {
	if t.Kind() != reflect.Pointer {
		return t.String()
	}
	return "*" + strings.TrimPrefix(t.Elem().Name(), "_Ctype_struct_")
}
