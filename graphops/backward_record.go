package graphops

import "github.com/tfexplain/tfexplain-go/tensor"

// The backward pass of a loop goes through its turns from the last to the
// first, and needs to know where the model was in each of them. So the forward
// loop is given more variables: one that counts the turns, and lists to which
// the values of other variables are added, turn by turn.

// turnsOf is how often a loop has been run through, an int32.
func (b *Builder) turnsOf(n *Node) Output {
	if b.err != nil {
		return Output{}
	}
	if n.Loop.turns == 0 {
		i := b.extend(n, b.IntScalar(0), func(in *Builder, arg Output) Output { return in.Op("AddV2", []Output{arg, in.IntScalar(1)}) })
		if b.err != nil {
			return Output{}
		}
		n.Loop.turns = i
	}
	return Output{n, n.Loop.turns}
}

// historyOf is the list of the values that a loop variable had at the start of
// each turn.
func (b *Builder) historyOf(n *Node, variable int) Output {
	if b.err != nil {
		return Output{}
	}
	if _, ok := n.Loop.histories[variable]; !ok {
		of := n.Loop.Body.Args[variable]
		empty := b.Op("EmptyTensorList", []Output{b.IntScalar(-1), b.IntScalar(-1)}, Type("element_dtype", of.DType()), Type("shape_type", tensor.Int32))
		i := b.extend(n, empty, func(in *Builder, arg Output) Output { return in.Op("TensorListPushBack", []Output{arg, of}) })
		if b.err != nil {
			return Output{}
		}
		if n.Loop.histories == nil {
			n.Loop.histories = map[int]int{}
		}
		n.Loop.histories[variable] = i
	}
	return Output{n, n.Loop.histories[variable]}
}

// extend gives a loop one more variable.
func (b *Builder) extend(n *Node, start Output, next func(b *Builder, arg Output) Output) int {
	if b.err != nil {
		return 0
	}
	body := NewBuilder(n.Loop.Body.Graph, "record")
	condition := NewBuilder(n.Loop.Condition.Graph, "record")
	arg := body.argument(start, start.Shape())
	result, unused := next(body, arg), condition.argument(start, start.Shape())
	b.Fail(body.err)
	b.Fail(condition.err)
	if b.err != nil {
		return 0
	}
	n.Inputs = append(n.Inputs, start)
	n.Outputs = append(n.Outputs, Tensor{DType: start.DType(), Shape: ShapeOf(), Element: start.Element()})
	n.Loop = n.Loop.with(arg, result, unused)
	n.Set(typesOf("T", n.Inputs))
	return len(n.Inputs) - 1
}
