package graphops

import "slices"

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
		if count, ok := c.steps(n.Inputs[0]); ok {
			parts, err := c.unpacked(n, count)
			if err != nil {
				return Output{}, false, err
			}
			c.lists[self] = parts
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
		if known && len(items) > 0 && !slices.ContainsFunc(items, func(o Output) bool { return !o.Valid() }) {
			return c.packed(n, items)
		}
	}
	return Output{}, false, nil
}

// steps is how many tensors a tensor is made of along its first axis, if that is
// known and they are few.
func (c *copier) steps(o Output) (int, bool) {
	s := c.shapeOf(o)
	if s.Rank() < 1 || !s.Dims[0].Static() || s.Dims[0].Size == 0 || s.Dims[0].Size > mostTurns {
		return 0, false
	}
	return s.Dims[0].Size, true
}

// unpacked are the parts of the tensor that a list is made of.
func (c *copier) unpacked(list *Node, count int) ([]Output, error) {
	b := NewBuilder(c.graph, list.Name)
	n := b.Node("Unpack", []Output{list.Inputs[0]}, Int("num", count), Int("axis", 0))
	if n == nil {
		return nil, b.Err()
	}
	n.Origin = list.Origin
	var parts []Output
	for i := range n.Outputs {
		parts = append(parts, Output{n, i})
	}
	return parts, nil
}

// packed is the tensor that a list's tensors are stacked to.
func (c *copier) packed(stack *Node, items []Output) (out Output, ok bool, err error) {
	b := NewBuilder(c.graph, stack.Name)
	n := b.Node("Pack", items, Int("axis", 0))
	if n == nil {
		return Output{}, false, b.Err()
	}
	n.Origin = stack.Origin
	return Output{n, 0}, true, nil
}
