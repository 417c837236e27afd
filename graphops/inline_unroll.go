package graphops

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// mostTurns bounds how often a loop is written out: each turn is a copy of its
// body. Written out, an LSTM runs two to three times as fast as its loop, but
// takes ten times as long to compile at 28 turns, and TensorFlow half a minute
// at 100.
const mostTurns = 64

// unroll writes a loop out. ok is false if the number of turns is not known.
func (c *copier) unroll(s *scope, d *tfproto.NodeDef, ins []Output) (outs []Output, ok bool, err error) {
	if c.known == nil {
		return nil, false, nil
	}
	condition, body := d.GetAttr()["cond"].GetFunc(), d.GetAttr()["body"].GetFunc()
	for turn := 0; ; turn++ {
		goes, err := c.call(s, d, fmt.Sprintf("%s/cond_%d", d.Name, turn), condition, ins)
		if err != nil {
			return nil, false, err
		}
		on, ok := c.ints.of(goes[0])
		if !fixed(on, ok) || len(on) != 1 {
			return nil, false, nil
		}
		if on[0] == 0 {
			return ins, true, nil
		}
		if turn == mostTurns {
			return nil, false, nil
		}
		if ins, err = c.call(s, d, fmt.Sprintf("%s/turn_%d", d.Name, turn), body, ins); err != nil {
			return nil, false, err
		}
	}
}

// shapeOf is what the first copy knows of a tensor.
func (c *copier) shapeOf(o Output) Shape {
	if c.known == nil {
		return Shape{}
	}
	if n := c.known.Node(o.Node.Name); n != nil && n.Op == o.Node.Op && o.Index < len(n.Outputs) {
		return n.Outputs[o.Index].Shape
	}
	return Shape{}
}
