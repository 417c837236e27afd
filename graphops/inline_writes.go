package graphops

import (
	"fmt"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

type origin struct {
	node  *Node
	def   *tfproto.NodeDef
	scope *scope
}

// checkWrites refuses a copy with a variable read that waits for a write to
// the same variable: with the control edges gone it would see the old value.
func (c *copier) checkWrites() error {
	for _, o := range c.copied {
		if c.graph.Node(o.node.Name) != o.node || o.node.Op != "ReadVariableOp" && o.node.Op != "ResourceGather" {
			continue
		}
		w, err := c.writeBefore(o.scope, o.def, o.node.Inputs[0], map[*tfproto.NodeDef]bool{})
		if err != nil {
			return err
		}
		if w != "" {
			return &GraphError{o.node.Origin, fmt.Sprintf("it reads a variable after %q has changed it; "+
				"an explanation must not change the model's state, so export the model in inference mode", w)}
		}
	}
	return nil
}

// writeBefore follows the control edges of one body back from a node and
// names the first node that assigns to the given variable.
func (c *copier) writeBefore(s *scope, d *tfproto.NodeDef, variable Output, seen map[*tfproto.NodeDef]bool) (string, error) {
	if seen[d] || len(seen) > maxDepth {
		return "", nil
	}
	seen[d] = true
	for _, in := range d.Input {
		name, isControl := strings.CutPrefix(in, "^")
		before := s.defs[name]
		if !isControl || before == nil {
			continue
		}
		if strings.HasPrefix(before.Op, "Assign") && strings.HasSuffix(before.Op, "VariableOp") && len(before.Input) > 0 {
			target, err := c.resolve(s, before.Input[0])
			if err != nil {
				return "", err
			}
			if target == variable {
				return s.join(before.Name), nil
			}
		}
		if w, err := c.writeBefore(s, before, variable, seen); w != "" || err != nil {
			return w, err
		}
	}
	return "", nil
}
