package graphops

import (
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// open stands for a size in a shape that is not fixed. Nothing may be computed
// from it.
const open = math.MinInt

// fixed says whether there is a value and every part of it is known.
func fixed(v []int, ok bool) bool { return ok && !slices.Contains(v, open) }

// ConstInts reads a tensor of integers whose value is known without running
// anything: constants, sizes, and what is computed from them.
func ConstInts(o Output) ([]int, bool) {
	v, ok := integers{Output.Shape, map[Output][]int{}}.of(o)
	return v, fixed(v, ok)
}

// integers works out integers and bools (as 0 and 1) that do not depend on what
// is fed: axes, counters, limits and sizes, in row-major order. A scalar has one.
type integers struct {
	shape func(Output) Shape
	known map[Output][]int // nil where the value is not known
}

func (e integers) of(o Output) ([]int, bool) {
	if v, seen := e.known[o]; seen {
		return v, v != nil
	}
	e.known[o] = nil // a loop that leads back here ends here
	v, ok := e.evaluate(o)
	if ok {
		e.known[o] = v
	}
	return v, ok
}

// vector says whether a tensor is certainly no matrix.
func (e integers) vector(o Output) bool {
	s := e.shape(o)
	return !s.KnownRank || s.Rank() < 2
}

// evaluate works out what one node gives.
func (e integers) evaluate(o Output) ([]int, bool) {
	n := o.Node
	switch n.Op {
	case "Const":
		p := n.attr("value").GetTensor()
		if tensor.DType(p.GetDtype()) == tensor.Bool {
			return constBool(p)
		}
		return constInts(p)
	case "DeviceIndex":
		return []int{branchOfCPU(n)}, true
	case "Shape":
		return e.sizesOf(n.Inputs[0])
	case "Identity", "EnsureShape", "StopGradient", "Cast", "PlaceholderWithDefault", "Squeeze", "ExpandDims", "Reshape":
		to := n.Outputs[0].DType
		if !to.IsInteger() && to != tensor.Bool || n.Inputs[0].DType().IsFloat() {
			return nil, false
		}
		return e.of(n.Inputs[0])
	case "Pack":
		if len(n.Inputs) == 0 || n.Int("axis") != 0 {
			return nil, false
		}
		args, ok := e.arguments(n)
		return append([]int{}, slices.Concat(args...)...), ok
	case "StridedSlice":
		args, ok := e.arguments(n)
		if !ok || !e.vector(n.Inputs[0]) {
			return nil, false
		}
		return vectorSlice(n, args)
	}
	f := arithmetic(n.Op)
	if f == nil || (n.Op == "Max" || n.Op == "Min") && !e.vector(n.Inputs[0]) {
		return nil, false
	}
	args, ok := e.arguments(n)
	if !ok || slices.ContainsFunc(args, func(v []int) bool { return slices.Contains(v, open) }) {
		return nil, false
	}
	return f(args)
}

// arguments are the values of a node's inputs, if all are known.
func (e integers) arguments(n *Node) ([][]int, bool) {
	args := make([][]int, len(n.Inputs))
	for i, in := range n.Inputs {
		var ok bool
		if args[i], ok = e.of(in); !ok {
			return nil, false
		}
	}
	return args, true
}

// branchOfCPU is what a DeviceIndex gives. Keras 2 has a branch for each device and
// one for all others; the CPU's is made of plain ops and runs everywhere.
func branchOfCPU(n *Node) int {
	names := n.Strs("device_names")
	if i := slices.Index(names, "CPU"); i >= 0 {
		return i
	}
	return len(names)
}

// sizesOf is the shape of a tensor, if its rank is known.
func (e integers) sizesOf(o Output) ([]int, bool) {
	shape := e.shape(o)
	sizes := shape.Sizes()
	for i := range sizes {
		if sizes[i] < 0 {
			sizes[i] = open
		}
	}
	return sizes, shape.KnownRank
}

// arithmetic computes an op on integers that are all fixed; nil for any other op.
func arithmetic(op string) func(args [][]int) ([]int, bool) {
	switch op {
	case "Range":
		return integerRange
	case "Max":
		return func(args [][]int) ([]int, bool) { return extreme(args, slices.Max[[]int]) }
	case "Min":
		return func(args [][]int) ([]int, bool) { return extreme(args, slices.Min[[]int]) }
	case "LogicalNot":
		return func(args [][]int) ([]int, bool) {
			if len(args[0]) != 1 {
				return nil, false
			}
			return []int{1 - args[0][0]}, true
		}
	}
	f := ofTwo(op)
	if f == nil {
		return nil
	}
	return func(args [][]int) ([]int, bool) {
		if len(args) != 2 || len(args[0]) != 1 || len(args[1]) != 1 {
			return nil, false
		}
		return []int{f(args[0][0], args[1][0])}, true
	}
}

// extreme is the largest or smallest of a vector, or of a scalar over no axis.
func extreme(args [][]int, of func([]int) int) ([]int, bool) {
	v, axes := args[0], args[1]
	if len(v) == 0 || len(axes) > 1 || len(axes) == 0 && len(v) > 1 {
		return nil, false
	}
	return []int{of(v)}, true
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

// vectorSlice is v[i] or v[i:j] of a vector, without negative steps.
func vectorSlice(n *Node, args [][]int) ([]int, bool) {
	if len(args[1]) != 1 || len(args[3]) != 1 || args[3][0] != 1 || n.Int("ellipsis_mask") != 0 || n.Int("new_axis_mask") != 0 {
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

// ofTwo computes an op on two integers; a truth is 0 or 1.
func ofTwo(op string) func(a, b int) int {
	truth := func(holds func(a, b int) bool) func(a, b int) int {
		return func(a, b int) int {
			if holds(a, b) {
				return 1
			}
			return 0
		}
	}
	switch op {
	case "Add", "AddV2":
		return func(a, b int) int { return a + b }
	case "Sub":
		return func(a, b int) int { return a - b }
	case "Mul":
		return func(a, b int) int { return a * b }
	case "Maximum":
		return func(a, b int) int { return max(a, b) }
	case "Minimum":
		return func(a, b int) int { return min(a, b) }
	case "LogicalAnd":
		return func(a, b int) int { return a & b }
	case "LogicalOr":
		return func(a, b int) int { return a | b }
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
	}
	return nil
}
