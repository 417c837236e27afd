package graphops

import (
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

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
