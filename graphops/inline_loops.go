package graphops

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// open copies the condition and the body of a While that stays a loop.
func (c *copier) open(s *scope, d *tfproto.NodeDef, n *Node) error {
	condition, body := d.GetAttr()["cond"].GetFunc(), d.GetAttr()["body"].GetFunc()
	if c.functions[condition.GetName()] == nil || c.functions[body.GetName()] == nil {
		return nil // it is refused for want of a rule
	}
	known := &Loop{}
	if c.known != nil {
		known.Condition.Graph, known.Body.Graph = NewGraph(c.graph.ops), NewGraph(c.graph.ops)
		if before := c.known.Node(n.Name); before != nil && before.Loop != nil {
			known = before.Loop
		}
	}
	loop := &Loop{}
	var err error
	if loop.Condition, err = c.part(s, d, "condition", condition, n.Inputs, known.Condition.Graph); err != nil {
		return err
	}
	if loop.Body, err = c.part(s, d, "body", body, n.Inputs, known.Body.Graph); err != nil {
		return err
	}
	if len(loop.Body.Results) != len(n.Inputs) || len(loop.Condition.Results) != 1 {
		return &GraphError{n.Origin, fmt.Sprintf("its body gives %d tensors and its condition %d; %d and 1 are needed", len(loop.Body.Results), len(loop.Condition.Results), len(n.Inputs))}
	}
	n.Loop = loop
	return nil
}

// part copies a function that is called in every turn of a loop to a graph of
// its own.
func (c *copier) part(s *scope, d *tfproto.NodeDef, as string, callee *tfproto.NameAttrList, ins []Output, known *Graph) (Function, error) {
	f := Function{Graph: NewGraph(c.graph.ops)}
	b := NewBuilder(f.Graph, as)
	for _, in := range ins {
		f.Args = append(f.Args, b.argument(in, Shape{}))
	}
	if b.Err() != nil {
		return f, b.Err()
	}
	inner := newCopier(f.Graph, c.gradients, c.functions, known)
	inner.stack, inner.depth, inner.inGradient = slices.Clone(c.stack), c.depth, c.inGradient
	// Nothing outside is within reach: a custom gradient may only have captured
	// what is computed in the same turn.
	alone := newScope(nil, s.path, s.device)
	alone.top = false
	var err error
	if f.Results, err = inner.call(alone, d, d.Name+"/"+as, callee, f.Args); err != nil {
		return f, err
	}
	if err := inner.connectLoops(); err != nil {
		return f, err
	}
	f.Graph.Prune(append(slices.Clone(f.Args), f.Results...)...)
	return f, inner.checkWrites()
}

// backEdge is an input that closes a TF1 loop; it is set when both ends exist.
type backEdge struct {
	node  *Node
	input int
	scope *scope
	name  string
}

// flowControls keeps the control edges of a source node in a body with TF1
// control flow: they put a constant into its loop or branch.
func (c *copier) flowControls(s *scope, d *tfproto.NodeDef) ([]*Node, error) {
	var out []*Node
	for _, in := range d.Input {
		name, isControl := strings.CutPrefix(in, "^")
		if !isControl || s.defs[name] == nil {
			continue
		}
		o, err := c.output(s, name, func(*Node) (int, error) { return 0, nil })
		if err != nil {
			return nil, err
		}
		out = append(out, o.Node)
	}
	return out, nil
}

// isNextIteration says whether an input of a Merge closes a TF1 loop. The
// input that enters the loop always comes first.
func (c *copier) isNextIteration(s *scope, node string) bool {
	d := s.defs[strings.SplitN(node, ":", 2)[0]]
	return d != nil && (d.Op == "NextIteration" || d.Op == "RefNextIteration")
}

func (c *copier) connectLoops() error {
	for len(c.loops) > 0 {
		e := c.loops[0]
		c.loops = c.loops[1:]
		o, err := c.resolve(e.scope, e.name)
		if err != nil {
			return err
		}
		e.node.Inputs[e.input] = o
	}
	return nil
}
