package graphops

import "github.com/tfexplain/tfexplain-go/tensor"

// turnsBack is a loop that goes back through the turns of another, while it is
// being built.
type turnsBack struct {
	c     *Context // outside
	loop  *Node    // the forward loop
	ref   *Node    // the same at the baseline; nil without one
	inner *Builder // the body of the new loop
	back  Output   // which turn it is, counted from 0

	args []Output                 // of the body
	from map[Output]func() Output // what an argument starts as, outside
}

// throughLoop sends adjoints back through a loop: another loop that runs the
// body of the first again, from the last turn to the first, and the pass
// through it. What a variable was in each turn comes from lists that the forward
// loop fills. Adjoints of variables that stay the same, weights say, add up.
func (w *Walk) throughLoop(c *Context, p Pass) []Adjoint {
	n := c.Node
	in := w.inside(n)
	t := &turnsBack{c: c, loop: n, inner: NewBuilder(NewGraph(c.graph.ops), "back"), from: map[Output]func() Output{}}
	turns := c.turnsOf(n)
	if ref := p.Reference(); ref != nil {
		if t.ref = ref.run(n); t.ref == nil {
			c.Fail(ref.Err())
			return nil
		}
		if w.endsDifferently(n) {
			turns = c.sameTurns(turns, c.turnsOf(t.ref), n)
		}
	}
	count := t.argument(turns, turns.Shape(), func() Output { return turns })
	t.back = t.inner.Op("Sub", []Output{count, t.inner.IntScalar(1)})

	body := n.Loop.Body
	seeds := make([]Output, len(in.carried))
	for k, i := range in.carried {
		g := c.Grad(i)
		seeds[k] = t.argument(g, body.Args[i].Shape(), func() Output { return g })
	}
	turn, there := t.turn(in)
	if c.Err() != nil {
		return nil
	}
	adjoints, err := t.pass(w, p, in, turn, there, seeds)
	if err != nil {
		c.Fail(err)
		return nil
	}
	loop := t.build(count, seeds, adjoints)
	if loop == nil {
		return nil
	}
	var out []Adjoint
	for k, i := range in.carried {
		if w.Varies(n.Inputs[i]) {
			out = append(out, Adjoint{n.Inputs[i], c.Like(Output{loop, 1 + k}, n.Inputs[i])})
		}
	}
	return out
}

// turn copies the body of the forward loop into the new one. there has for each
// variable what it was at the baseline.
func (t *turnsBack) turn(in *inside) (turn Function, there map[Output]Output) {
	here, there := make([]Output, len(in.vary)), map[Output]Output{}
	for i := range in.vary {
		here[i] = t.variable(t.loop, i)
		if in.vary[i] && t.ref != nil {
			there[here[i]] = t.variable(t.ref, i)
		}
	}
	if t.c.Fail(t.inner.Err()); t.c.Err() != nil {
		return turn, there
	}
	body := t.loop.Loop.Body
	turn = Function{Graph: body.Graph, Args: body.Args[:len(in.vary)], Results: body.Results[:len(in.vary)]}
	turn.Results = turn.into(t.inner.In("turn"), here)
	turn.Graph, turn.Args = t.inner.graph, here
	t.c.Fail(t.inner.err)
	return turn, there
}

// pass goes back through the turn, and gives the adjoints of the variables that
// carry some.
func (t *turnsBack) pass(w *Walk, p Pass, in *inside, turn Function, there map[Output]Output, seeds []Output) ([]Output, error) {
	var results, xs []Output
	for _, i := range in.carried {
		results, xs = append(results, turn.Results[i]), append(xs, turn.Args[i])
	}
	walk := newWalk(turn.Graph, results, xs, turn.varying(in.vary), w.rules)
	walk.AllowFallback, walk.share = w.AllowFallback, t.c.share
	var ref *Reference
	if t.ref != nil {
		ref = NewReference(walk, t.inner.In("reference"), func(o Output) Output { return there[o] })
	}
	adjoints, err := walk.backward(t.inner, p.Within(walk, ref), seeds)
	if err == nil && ref != nil {
		err = ref.Err()
	}
	return adjoints, err
}

// argument adds an argument to the body. from, called if the body needs it, is
// the tensor outside that it starts as.
func (t *turnsBack) argument(like Output, shape Shape, from func() Output) Output {
	if !like.Valid() {
		return Output{}
	}
	arg := t.inner.argument(like, shape)
	t.args, t.from[arg] = append(t.args, arg), from
	return arg
}

// variable is what a variable of a forward loop was at the start of the turn.
func (t *turnsBack) variable(loop *Node, i int) Output {
	of := loop.Loop.Body.Args[i]
	if loop.Loop.invariant(i) {
		return t.argument(of, of.Shape(), func() Output { return loop.Inputs[i] })
	}
	history := t.inner.argumentOf(tensor.Variant, of.DType(), ShapeOf())
	t.args, t.from[history] = append(t.args, history), func() Output { return t.c.historyOf(loop, i) }
	v := t.inner.Op("TensorListGetItem", []Output{history, t.back, t.inner.IntScalar(-1)}, Type("element_dtype", of.DType()))
	if v.Valid() {
		v.Node.Outputs[0].Shape, v.Node.Outputs[0].Element = of.Shape(), of.Element()
	}
	return v
}

// build makes the loop out of what the adjoints need.
func (t *turnsBack) build(count Output, seeds, adjoints []Output) *Node {
	c := t.c
	args, results := append([]Output{count}, seeds...), append([]Output{t.back}, adjoints...)
	need := needed(results)
	for _, a := range t.args[len(args):] {
		if need[a.Node] {
			args, results = append(args, a), append(results, a)
		}
	}
	condition := NewBuilder(NewGraph(c.graph.ops), "more")
	var conditionArgs, ins []Output
	for _, a := range args {
		conditionArgs = append(conditionArgs, condition.argument(a, a.Shape()))
		ins = append(ins, t.from[a]())
	}
	if condition.Err() != nil {
		c.Fail(condition.Err())
		return nil
	}
	more := condition.Op("Greater", []Output{conditionArgs[0], condition.IntScalar(0)})
	c.Fail(condition.Err())
	return c.loop(ins, &Loop{
		Condition: Function{Graph: condition.graph, Args: conditionArgs, Results: []Output{more}},
		Body:      Function{Graph: t.inner.graph, Args: args, Results: results},
	})
}

// TurnsMark starts the message of a run that failed because a loop does not
// turn as often at the baseline as at the input. The node's path in the model
// follows, and then "]".
const TurnsMark = "tfexplain: other turns at the baseline: "

// sameTurns is the number of turns of a loop, after a check that it is the same
// at the baseline: differences are formed turn by turn.
func (b *Builder) sameTurns(turns, atBaseline Output, n *Node) Output {
	check := b.Node("Assert", []Output{b.Op("Equal", []Output{turns, atBaseline}), b.text(TurnsMark + n.Origin)})
	if check == nil {
		return Output{}
	}
	return b.after([]*Node{check}, turns)
}
