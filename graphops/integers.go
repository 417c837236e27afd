package graphops

import (
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
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

func (e integers) evaluate(o Output) ([]int, bool) {
	n := o.Node
	args := make([][]int, len(n.Inputs))
	all := func() bool {
		for i, in := range n.Inputs {
			var ok bool
			if args[i], ok = e.of(in); !ok {
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
		shape := e.shape(n.Inputs[0])
		sizes := shape.Sizes()
		for i := range sizes {
			if sizes[i] < 0 {
				sizes[i] = open
			}
		}
		return sizes, shape.KnownRank
	case "Identity", "EnsureShape", "StopGradient", "Cast", "PlaceholderWithDefault", "Squeeze", "ExpandDims", "Reshape":
		to := n.Outputs[0].DType
		if !to.IsInteger() && to != tensor.Bool || n.Inputs[0].DType().IsFloat() {
			return nil, false
		}
		return e.of(n.Inputs[0])
	case "Pack":
		if len(n.Inputs) == 0 || n.Int("axis") != 0 || !all() {
			return nil, false
		}
		out := []int{}
		for _, a := range args {
			out = append(out, a...)
		}
		return out, true
	case "StridedSlice":
		return e.slice(n, all, args)
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
		if !e.vector(n.Inputs[0]) || len(args[0]) == 0 || len(args[1]) > 1 || len(args[1]) == 0 && len(args[0]) > 1 {
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

// constBool is a constant bool scalar as 0 or 1.
func constBool(p *tfproto.TensorProto) ([]int, bool) {
	if len(p.GetTensorShape().GetDim()) != 0 {
		return nil, false
	}
	if len(p.BoolVal) > 0 && p.BoolVal[0] || len(p.TensorContent) > 0 && p.TensorContent[0] != 0 {
		return []int{1}, true
	}
	return []int{0}, true
}

// slice is v[i] or v[i:j] of a vector, without negative steps.
func (e integers) slice(n *Node, all func() bool, args [][]int) ([]int, bool) {
	if !e.vector(n.Inputs[0]) || !all() || len(args[1]) != 1 || len(args[3]) != 1 || args[3][0] != 1 || n.Int("ellipsis_mask") != 0 || n.Int("new_axis_mask") != 0 {
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
