package savedmodel

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// caller is the prepared call of one signature with one set of inputs.
type caller struct {
	fed     []TensorInfo
	outputs []TensorInfo
	fetch   map[string]int // tensor name -> which result of callable
	call    *cgo.Callable  // nil when every output is an input
}

// Predict runs a signature of the model, as it was saved. Inputs are given by
// key or tensor name; those that have a default in the graph may be left out.
// Outputs are by key. An empty signature name is resolved as by Signature.
//
// The error is a *SignatureError, *UnsafeModelError, *KeyError, *CompositeError,
// *InputError, *OptionError, ErrClosed, one of ctx, or TensorFlow's (*StatusError).
// A cancelled call returns at once; what TensorFlow has begun it finishes unheard.
func (m *Model) Predict(ctx context.Context, signature string, inputs map[string]*tensor.Tensor) (map[string]*tensor.Tensor, error) {
	switch {
	case m == nil || m.session == nil:
		return nil, ErrClosed
	case ctx == nil:
		return nil, &OptionError{Field: "ctx", Given: "nil", Wanted: "a context, such as context.Background()"}
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	s, err := m.Signature(signature)
	if err != nil {
		return nil, err
	}
	byKey, err := m.checkInputs(s, inputs)
	if err != nil {
		return nil, err
	}
	c, err := m.caller(s, byKey)
	if err != nil {
		return nil, err
	}
	feeds := make([]*tensor.Tensor, len(c.fed))
	for i, t := range c.fed {
		feeds[i] = byKey[t.Key]
	}
	var results []*tensor.Tensor
	if c.call != nil {
		if results, err = c.call.Run(ctx, feeds); err != nil {
			return nil, err
		}
	}
	out := make(map[string]*tensor.Tensor, len(c.outputs))
	for _, t := range c.outputs {
		if i, ok := c.fetch[t.Name]; ok {
			out[t.Key] = results[i]
			continue
		}
		// TensorFlow refuses to fetch a tensor that is fed.
		i := slices.IndexFunc(c.fed, func(f TensorInfo) bool { return f.Name == t.Name })
		out[t.Key] = feeds[i].Clone()
	}
	return out, nil
}

// checkInputs brings the inputs under their keys and compares them with what
// the signature says about them.
func (m *Model) checkInputs(s *Signature, inputs map[string]*tensor.Tensor) (map[string]*tensor.Tensor, error) {
	byKey := make(map[string]*tensor.Tensor, len(inputs))
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		t, err := s.Input(name)
		if err != nil {
			return nil, err
		}
		if byKey[t.Key] != nil {
			return nil, &InputError{Signature: s.Name, Key: t.Key, Reason: "it is given twice, by its key and by its tensor's name"}
		}
		if reason := t.mismatch(inputs[name]); reason != "" {
			return nil, &InputError{Signature: s.Name, Key: t.Key, Reason: reason}
		}
		byKey[t.Key] = inputs[name]
	}
	for _, t := range s.Inputs {
		if byKey[t.Key] != nil {
			continue
		}
		if t.Composite != "" {
			return nil, s.composite("input", t)
		}
		if node := inputNode(t.Name); m.graph.nodes[node].GetOp() != "PlaceholderWithDefault" {
			return nil, &InputError{Signature: s.Name, Key: t.Key, Reason: fmt.Sprintf("it is missing; it takes %s", t.describe())}
		}
	}
	return byKey, nil
}

// mismatch says what is wrong with a tensor for this input; empty for nothing.
func (t TensorInfo) mismatch(given *tensor.Tensor) string {
	if given == nil {
		return fmt.Sprintf("the tensor is nil; it takes %s", t.describe())
	}
	fits := given.DType() == t.DType
	if t.KnownRank {
		fits = fits && len(given.Shape()) == len(t.Shape)
		for i := 0; fits && i < len(t.Shape); i++ {
			fits = t.Shape[i] < 0 || t.Shape[i] == given.Shape()[i]
		}
	}
	if fits {
		return ""
	}
	return fmt.Sprintf("it was given %v and takes %s", given, t.describe())
}

// describe is dtype and shape, such as "float32[? 28 28]".
func (t TensorInfo) describe() string {
	if !t.KnownRank {
		return t.DType.String() + " of any shape"
	}
	sizes := make([]string, len(t.Shape))
	for i, n := range t.Shape {
		sizes[i] = "?"
		if n >= 0 {
			sizes[i] = fmt.Sprint(n)
		}
	}
	return t.DType.String() + "[" + strings.Join(sizes, " ") + "]"
}

// caller prepares the call, once for each signature and set of fed inputs, so
// that TensorFlow prepares its executor once too.
func (m *Model) caller(s *Signature, given map[string]*tensor.Tensor) (*caller, error) {
	id := strings.Join(append([]string{s.Name}, slices.Sorted(maps.Keys(given))...), "\x00")
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.callers[id]; c != nil {
		return c, nil
	}
	c := &caller{outputs: s.Outputs, fetch: make(map[string]int)}
	var feeds, fetches []cgo.Endpoint
	fed := make(map[string]bool)
	for _, t := range s.Inputs {
		if given[t.Key] == nil {
			continue
		}
		if fed[t.Name] {
			return nil, &InputError{Signature: s.Name, Key: t.Key, Reason: "another input feeds the same tensor " + t.Name}
		}
		fed[t.Name] = true
		c.fed = append(c.fed, t)
		feeds = append(feeds, endpoint(t.Name))
	}
	for _, t := range s.Outputs {
		if t.Composite != "" {
			return nil, s.composite("output", t)
		}
		if _, ok := c.fetch[t.Name]; ok || fed[t.Name] {
			continue
		}
		c.fetch[t.Name] = len(fetches)
		fetches = append(fetches, endpoint(t.Name))
	}
	if len(fetches) > 0 {
		var err error
		if c.call, err = m.session.Callable(feeds, fetches, nil); err != nil {
			return nil, err
		}
	}
	m.callers[id] = c
	return c, nil
}

func endpoint(name string) cgo.Endpoint {
	node, index, _ := parseTensorName(name)
	return cgo.Endpoint{Node: node, Index: index}
}
