package graphops

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// Forward copies what the fetched tensors need, like Inline, and finds every
// shape. Loops whose number of turns follows from those shapes and is small,
// recurrent layers over short sequences of a fixed length, are written out turn
// by turn, and the lists in which they keep their steps become plain tensors.
// Other loops stay; see Loop.
//
// The gradient pass will apply the custom gradients that are given.
func Forward(def *tfproto.GraphDef, ops Ops, feeds []Feed, fetches []string, gradients CustomGradients, infer Inferrer) (*Copy, error) {
	first, err := shaped(def, ops, feeds, fetches, gradients, nil, infer)
	if err != nil || !hasLoop(first.Graph) {
		return first, err
	}
	return shaped(def, ops, feeds, fetches, gradients, first.Graph, infer)
}

func shaped(def *tfproto.GraphDef, ops Ops, feeds []Feed, fetches []string, gradients CustomGradients, known *Graph, infer Inferrer) (*Copy, error) {
	c, err := inline(def, ops, feeds, fetches, gradients, known)
	if err != nil {
		return nil, err
	}
	if err := InferShapes(c.Graph, def.GetLibrary(), infer); err != nil {
		return nil, err
	}
	return c, ungroup(c.Graph)
}

func hasLoop(g *Graph) bool {
	for _, n := range g.nodes {
		if isWhile(n.Op) {
			return true
		}
	}
	return false
}

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

// list gives what a list op amounts to when the contents of its list are known
// tensor by tensor. ok is false if they are not, or if n is no list op.
func (c *copier) list(n *Node) (out Output, ok bool, err error) {
	self := Output{n, 0}
	items, known := []Output(nil), false
	if len(n.Inputs) > 0 {
		items, known = c.lists[n.Inputs[0]]
	}
	at := func() (int, bool) {
		i, ok := c.ints.of(n.Inputs[1])
		if !known || !fixed(i, ok) || len(i) != 1 || i[0] < 0 || i[0] >= len(items) {
			return 0, false
		}
		return i[0], true
	}
	switch n.Op {
	case "Identity":
		if known {
			c.lists[self] = items
		}
	case "TensorListReserve":
		if count, ok := c.ints.of(n.Inputs[1]); ok && len(count) == 1 && count[0] >= 0 && count[0] <= mostTurns {
			c.lists[self] = make([]Output, count[0])
		}
	case "TensorListFromTensor":
		from := c.shapeOf(n.Inputs[0])
		if from.Rank() < 1 || !from.Dims[0].Static() || from.Dims[0].Size > mostTurns || from.Dims[0].Size == 0 {
			return Output{}, false, nil
		}
		b := NewBuilder(c.graph, n.Name)
		parts := b.Node("Unpack", []Output{n.Inputs[0]}, Int("num", from.Dims[0].Size), Int("axis", 0))
		if parts == nil {
			return Output{}, false, b.Err()
		}
		parts.Origin = n.Origin
		for i := range parts.Outputs {
			c.lists[self] = append(c.lists[self], Output{parts, i})
		}
	case "TensorListSetItem":
		if i, ok := at(); ok {
			c.lists[self] = append([]Output{}, items...)
			c.lists[self][i] = n.Inputs[2]
		}
	case "TensorListGetItem":
		if i, ok := at(); ok && items[i].Valid() {
			return items[i], true, nil
		}
	case "TensorListStack":
		for _, item := range items {
			known = known && item.Valid()
		}
		if !known || len(items) == 0 {
			return Output{}, false, nil
		}
		b := NewBuilder(c.graph, n.Name)
		stack := b.Node("Pack", items, Int("axis", 0))
		if stack == nil {
			return Output{}, false, b.Err()
		}
		stack.Origin = n.Origin
		return Output{stack, 0}, true, nil
	}
	return Output{}, false, nil
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
