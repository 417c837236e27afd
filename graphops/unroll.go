package graphops

import (
	"fmt"
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
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
		on, ok := c.integers(goes[0])
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
		i, ok := c.integers(n.Inputs[1])
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
		if count, ok := c.integers(n.Inputs[1]); ok && len(count) == 1 && count[0] >= 0 && count[0] <= mostTurns {
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

// open stands for a size in a shape that is not fixed. Nothing may be computed
// from it.
const open = math.MinInt

// fixed says whether there is a value and every part of it is known.
func fixed(v []int, ok bool) bool { return ok && !slices.Contains(v, open) }

// integers works out integers and bools (as 0 and 1) that do not depend on what
// is fed: counters, limits and sizes. A scalar has one.
func (c *copier) integers(o Output) ([]int, bool) {
	if v, seen := c.ints[o]; seen {
		return v, v != nil
	}
	c.ints[o] = nil // a loop that leads back here ends here
	v, ok := c.evaluate(o)
	if ok {
		c.ints[o] = v
	}
	return v, ok
}

func (c *copier) evaluate(o Output) ([]int, bool) {
	n := o.Node
	args := make([][]int, len(n.Inputs))
	all := func() bool {
		for i, in := range n.Inputs {
			var ok bool
			if args[i], ok = c.integers(in); !ok {
				return false
			}
		}
		return true
	}
	switch n.Op {
	case "Const":
		p := n.attr("value").GetTensor()
		if tensor.DType(p.GetDtype()) == tensor.Bool {
			return constBool(p)
		}
		return constInts(p)
	case "DeviceIndex":
		// Keras 2 has a branch for each device and one for all others. The CPU's
		// is made of plain ops and runs everywhere.
		names := n.attr("device_names").GetList().GetS()
		for i, name := range names {
			if string(name) == "CPU" {
				return []int{i}, true
			}
		}
		return []int{len(names)}, true
	case "Shape":
		shape := c.shapeOf(n.Inputs[0])
		sizes := shape.Sizes()
		for i := range sizes {
			if sizes[i] < 0 {
				sizes[i] = open
			}
		}
		return sizes, shape.KnownRank
	case "Identity", "Cast", "PlaceholderWithDefault", "Squeeze", "ExpandDims", "Reshape":
		to := n.Outputs[0].DType
		if !to.IsInteger() && to != tensor.Bool || n.Inputs[0].DType().IsFloat() {
			return nil, false
		}
		return c.integers(n.Inputs[0])
	case "Pack":
		if !all() {
			return nil, false
		}
		out := []int{}
		for _, a := range args {
			out = append(out, a...)
		}
		return out, true
	case "StridedSlice":
		return c.slice(n, all, args)
	}
	f := integerOp(n.Op)
	if f == nil && !slices.Contains([]string{"Range", "Max", "Min", "LogicalNot"}, n.Op) {
		return nil, false
	}
	if !all() || slices.ContainsFunc(args, func(v []int) bool { return slices.Contains(v, open) }) {
		return nil, false
	}
	switch n.Op {
	case "Range":
		return integerRange(args)
	case "Max", "Min":
		// Of a vector, or of a scalar over no axis.
		if len(args[0]) == 0 || len(args[1]) > 1 || len(args[1]) == 0 && len(args[0]) > 1 {
			return nil, false
		}
		if n.Op == "Min" {
			return []int{slices.Min(args[0])}, true
		}
		return []int{slices.Max(args[0])}, true
	case "LogicalNot":
		if len(args[0]) != 1 {
			return nil, false
		}
		return []int{1 - args[0][0]}, true
	}
	if f == nil || len(args) != 2 || len(args[0]) != 1 || len(args[1]) != 1 {
		return nil, false
	}
	return f(args[0][0], args[1][0])
}

// integerRange is start, start+step, ... up to a limit.
func integerRange(args [][]int) ([]int, bool) {
	if len(args[0]) != 1 || len(args[1]) != 1 || len(args[2]) != 1 || args[2][0] < 1 || args[1][0]-args[0][0] > mostTurns {
		return nil, false
	}
	out := []int{}
	for i := args[0][0]; i < args[1][0]; i += args[2][0] {
		out = append(out, i)
	}
	return out, true
}

// slice is v[i] or v[i:j] of a vector, without negative steps.
func (c *copier) slice(n *Node, all func() bool, args [][]int) ([]int, bool) {
	if !all() || len(args[1]) != 1 || len(args[3]) != 1 || args[3][0] != 1 || n.Int("ellipsis_mask") != 0 || n.Int("new_axis_mask") != 0 {
		return nil, false
	}
	v, begin, end := args[0], args[1][0], args[2][0]
	if begin < 0 {
		begin += len(v)
	}
	if end < 0 {
		end += len(v)
	}
	if n.Int("begin_mask") == 1 {
		begin = 0
	}
	if n.Int("end_mask") == 1 {
		end = len(v)
	}
	if n.Int("shrink_axis_mask") == 1 {
		end = begin + 1
	}
	end = min(end, len(v))
	if begin < 0 || begin > end {
		return nil, false
	}
	return v[begin:end], true
}

// integerOp computes an op on two integers.
func integerOp(op string) func(a, b int) ([]int, bool) {
	number := func(f func(a, b int) int) func(a, b int) ([]int, bool) {
		return func(a, b int) ([]int, bool) { return []int{f(a, b)}, true }
	}
	truth := func(f func(a, b int) bool) func(a, b int) ([]int, bool) {
		return func(a, b int) ([]int, bool) {
			if f(a, b) {
				return []int{1}, true
			}
			return []int{0}, true
		}
	}
	switch op {
	case "Add", "AddV2":
		return number(func(a, b int) int { return a + b })
	case "Sub":
		return number(func(a, b int) int { return a - b })
	case "Mul":
		return number(func(a, b int) int { return a * b })
	case "Maximum":
		return number(func(a, b int) int { return max(a, b) })
	case "Minimum":
		return number(func(a, b int) int { return min(a, b) })
	case "Less":
		return truth(func(a, b int) bool { return a < b })
	case "LessEqual":
		return truth(func(a, b int) bool { return a <= b })
	case "Greater":
		return truth(func(a, b int) bool { return a > b })
	case "GreaterEqual":
		return truth(func(a, b int) bool { return a >= b })
	case "Equal":
		return truth(func(a, b int) bool { return a == b })
	case "LogicalAnd":
		return number(func(a, b int) int { return a & b })
	case "LogicalOr":
		return number(func(a, b int) int { return a | b })
	}
	return nil
}
