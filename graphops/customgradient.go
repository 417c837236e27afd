package graphops

import (
	"fmt"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// CustomGradients are the gradient functions that a model carries for its
// custom gradients (tf.custom_gradient), by the op type that they are registered
// under.
type CustomGradients map[string]customGradient

// customGradient is one of them. The function's arguments are the adjoints of an
// IdentityN's outputs, then what it captured.
type customGradient struct {
	function string
	captures []capture
	// gives says for each input of the IdentityN whether the function has a
	// result for it. Nil: for the last ones.
	gives []bool
	why   string // it cannot be used; empty if it can
}

// capture names a tensor of a function, or a constant of the top graph.
type capture struct{ function, tensor string }

// FindCustomGradients reads which functions of a model's library are gradients,
// and, in its object graph, what they capture and give.
func FindCustomGradients(library *tfproto.FunctionDefLibrary, objects *tfproto.SavedObjectGraph) CustomGradients {
	all := CustomGradients{}
	for _, r := range library.GetRegisteredGradients() {
		f := objects.GetConcreteFunctions()[r.GetGradientFunc()]
		g := customGradient{function: r.GetGradientFunc(), gives: tensorsOf(f.GetOutputSignature())}
		for _, id := range f.GetBoundInputs() {
			of := captureOf(objects.GetNodes(), int(id))
			if of.tensor == "" {
				g.why = "its gradient function captures a variable or another object"
			}
			g.captures = append(g.captures, of)
		}
		all[r.GetRegisteredOpType()] = g
	}
	return all
}

// captureOf is the tensor that an object stands for; without a name if it stands
// for none.
func captureOf(objects []*tfproto.SavedObject, id int) capture {
	if id < 0 || id >= len(objects) {
		return capture{}
	}
	if constant := objects[id].GetConstant().GetOperation(); constant != "" {
		return capture{"", constant}
	}
	t := objects[id].GetCapturedTensor()
	return capture{t.GetConcreteFunction(), t.GetName()}
}

// tensorsOf says which parts of a list or tuple are tensors; nil without one.
func tensorsOf(s *tfproto.StructuredValue) (are []bool) {
	values := s.GetListValue().GetValues()
	if t := s.GetTupleValue(); t != nil {
		values = t.Values
	}
	for _, v := range values {
		are = append(are, len(v.GetTensorSpecValue()) > 0)
	}
	return are
}

// CustomGradient is one op of a model that has a gradient of its own.
type CustomGradient struct {
	Node    string // path in the model
	Applied bool   // else the gradient is that of the recorded ops
	Reason  string // why it is not applied
}

// custom is a gradient function written out behind an IdentityN: what it gives
// for each input, as a function of stand-ins for the adjoints of the outputs.
type custom struct {
	seeds []Output
	to    []Output
	why   string // it could not be written out
}

// attachGradient writes out the gradient function that is registered for a
// node, if there is one.
func (c *copier) attachGradient(s *scope, d *tfproto.NodeDef, n *Node) {
	kind := n.Str("_gradient_op_type")
	if n.Op != "IdentityN" || kind == "" || c.inGradient || c.gradients == nil {
		return
	}
	n.custom = &custom{}
	g, ok := c.gradients[kind]
	f := c.functions[g.function]
	switch {
	case !ok || f == nil:
		n.custom.why = "the model does not carry its gradient function"
	case g.why != "":
		n.custom.why = g.why
	default:
		c.inGradient = true
		to, seeds, err := c.writeGradient(s, d, n, g)
		c.inGradient = false
		if err != nil {
			n.custom.why = err.Error()
		} else {
			n.custom.seeds, n.custom.to = seeds, to
		}
	}
}

func (c *copier) writeGradient(s *scope, d *tfproto.NodeDef, n *Node, g customGradient) (to, seeds []Output, err error) {
	b := NewBuilder(c.graph, n.Name+"/custom_gradient")
	for i := range n.Outputs {
		seeds = append(seeds, b.Zeros(Output{n, i}))
	}
	args := seeds[:len(seeds):len(seeds)]
	for _, of := range g.captures {
		o, err := c.captured(s, of)
		if err != nil {
			return nil, nil, err
		}
		args = append(args, o)
	}
	if b.Err() != nil {
		return nil, nil, b.Err()
	}
	outs, err := c.call(s, d, d.Name+"/custom_gradient", &tfproto.NameAttrList{Name: g.function}, args)
	if err != nil {
		return nil, nil, err
	}
	gives := g.gives
	if gives == nil {
		for i := range n.Inputs {
			gives = append(gives, i >= len(n.Inputs)-len(outs))
		}
	}
	to = make([]Output, len(n.Inputs))
	for i, given := range gives {
		if !given {
			continue
		}
		if i >= len(to) || len(outs) == 0 {
			return nil, nil, &GraphError{n.Origin, "its gradient function gives another number of tensors than it says"}
		}
		if to[i], outs = outs[0], outs[1:]; to[i].DType() != n.Inputs[i].DType() {
			return nil, nil, &GraphError{n.Origin, "its gradient function gives tensors of other types"}
		}
	}
	return to, seeds, nil
}

// captured finds the tensor that a gradient function captured: in the function
// whose body is being copied, or in one that leads to it.
func (c *copier) captured(s *scope, of capture) (Output, error) {
	for ; s != nil; s = s.outer {
		if s.function != of.function {
			continue
		}
		node, i := splitTop(of.tensor)
		if s.defs[node] != nil {
			return c.output(s, node, func(*Node) (int, error) { return i, nil })
		}
		// An argument: its name follows the rules for those.
		name := strings.TrimLeft(strings.ToLower(strings.Map(wordRune, node)), "0123456789_")
		if outs := s.args[name]; len(outs) == 1 {
			return outs[0], nil
		}
	}
	return Output{}, fmt.Errorf("its gradient function captures %q, which is not in the graph", of.tensor)
}

func wordRune(r rune) rune {
	if r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
		return r
	}
	return '_'
}

// passes says whether the gradient goes through input i: not through those that
// a custom gradient leaves out.
func (n *Node) passes(i int) bool {
	return n.custom == nil || n.custom.seeds == nil || n.custom.to[i].Valid()
}

// customAdjoints runs a custom gradient on the adjoints of the outputs.
func (c *Context) customAdjoints(g *custom) []Adjoint {
	grads := map[Output]Output{}
	for i, seed := range g.seeds {
		if seed.DType().IsFloat() {
			grads[seed] = c.Grad(i)
		}
	}
	r := NewReplay(c.Builder, grads)
	out := make([]Output, len(g.to))
	for i, o := range g.to {
		if o.Valid() && c.wants[i] {
			out[i] = c.Like(r.At(o), c.Node.Inputs[i])
		}
	}
	return c.toInputs(out)
}

// with is the same gradient for a copy of its node; at gives the copy of a tensor.
func (g *custom) with(at func(Output) Output) *custom {
	again := &custom{why: g.why}
	for _, seed := range g.seeds {
		again.seeds = append(again.seeds, at(seed))
	}
	for _, o := range g.to {
		if o.Valid() {
			o = at(o)
		}
		again.to = append(again.to, o)
	}
	return again
}

// CustomGradients lists the nodes of the path that have a gradient of their
// own, and whether the gradient pass applies it.
func (w *Walk) CustomGradients() []CustomGradient {
	var all []CustomGradient
	for _, n := range w.Nodes() {
		if n.Op != "IdentityN" || n.Str("_gradient_op_type") == "" {
			continue
		}
		g := CustomGradient{Node: n.Origin, Reason: "the recorded ops were asked for"}
		if n.custom != nil {
			g.Applied, g.Reason = n.custom.seeds != nil, n.custom.why
		}
		all = append(all, g)
	}
	return all
}

// DropCustomGradients forgets what was written out of them, so that Prune can
// remove what no pass has used.
func (g *Graph) DropCustomGradients() {
	g.Each(func(n *Node) { n.custom = nil })
}
