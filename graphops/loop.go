package graphops

import (
	"maps"
	"slices"
)

// Loop is what a While is made of. Both functions take all loop variables: the
// condition gives a bool, the body the variables' next values.
type Loop struct {
	Condition, Body Function

	// widened are the shapes of variables that do not keep the one they start
	// with, found by InferShapes.
	widened map[int]Shape

	// turns is the variable that counts the turns, and histories are those that
	// keep what a variable was at the start of each turn; see backward_record.go.
	turns     int
	histories map[int]int
}

func isWhile(op string) bool { return op == "While" || op == "StatelessWhile" }

// parallelIterations is TensorFlow's default for how many turns of a loop may
// be on their way at the same time.
const parallelIterations = 10

// While adds a loop over variables that start as ins. condition and body are
// given builders of graphs of their own, and the variables in them.
func (b *Builder) While(ins []Output, condition func(*Builder, []Output) Output, body func(*Builder, []Output) []Output) *Node {
	part := func(results func(*Builder, []Output) []Output) Function {
		if b.err != nil {
			return Function{}
		}
		inner := NewBuilder(NewGraph(b.graph.ops), "turn")
		f := Function{Graph: inner.graph}
		for _, in := range ins {
			f.Args = append(f.Args, inner.argument(in, Shape{}))
		}
		f.Results = results(inner, f.Args)
		b.Fail(inner.err)
		return f
	}
	loop := &Loop{
		Condition: part(func(b *Builder, args []Output) []Output { return []Output{condition(b, args)} }),
		Body:      part(body),
	}
	return b.loop(ins, loop)
}

// loop adds the node of a loop.
func (b *Builder) loop(ins []Output, loop *Loop) *Node {
	if b.err != nil {
		return nil
	}
	n := b.Node("While", ins, typesOf("T", ins), Int("parallel_iterations", parallelIterations))
	if n == nil {
		return nil
	}
	n.Loop = loop
	return n
}

// invariant says whether a loop variable keeps its value.
func (l *Loop) invariant(i int) bool {
	return unwrapped(l.Body.Results[i]) == l.Body.Args[i]
}

// unwrapped is the tensor behind any Identity.
func unwrapped(o Output) Output {
	for o.Node.Op == "Identity" {
		o = o.Node.Inputs[0]
	}
	return o
}

// with is the loop with one more variable. Others that share it stay as they
// are.
func (l *Loop) with(arg, result, conditionArg Output) *Loop {
	c := *l
	c.Body.Args, c.Body.Results = append(slices.Clone(l.Body.Args), arg), append(slices.Clone(l.Body.Results), result)
	c.Condition.Args = append(slices.Clone(l.Condition.Args), conditionArg)
	c.histories = maps.Clone(l.histories)
	return &c
}
