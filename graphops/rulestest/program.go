package rulestest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// The name scopes of the op under test and of what the rule adds.
const (
	modelScope = "model"
	passScope  = "explain"
)

// program is a case built at one level of knowledge.
type program struct {
	known Knowledge
	wrt   []int // inputs that vary

	graph     *graphops.Graph
	feeds     []graphops.Output // one for each input, the zero Output for a constant
	xs        []graphops.Output // what varies, for each of wrt
	baselines []feed            // for each of wrt, in programs that compare with a reference
	seed      graphops.Output   // takes the ys
	target    graphops.Output
	adjoints  []graphops.Output
	results   []graphops.Output // the adjoints as they are fetched
	noted     []note
}

// feed is a tensor that is fed and what the op takes of it.
type feed struct{ from, x graphops.Output }

// note is a shape that the backward pass counts on.
type note struct {
	of    graphops.Output
	shape graphops.Shape
}

// build makes the graph of a case and its gradient.
func build(env environment, c Case, known Knowledge, wrt []int) (*program, error) {
	p, err := forward(env, c, known, wrt, false)
	if err != nil {
		return nil, err
	}
	complaint := ""
	rules := watched(env.rules, c.Op, func(s string) { complaint = s })
	added, err := p.backward(graphops.NewWalk(p.graph, p.target, p.xs, rules), graphops.Gradient{}, graphops.NewBuilder(p.graph, passScope))
	if err == nil && complaint != "" {
		err = errors.New(complaint)
	}
	if err == nil {
		err = p.tidy(added)
	}
	return p, err
}

// forward makes the graph of a case without a backward pass.
func forward(env environment, c Case, known Knowledge, wrt []int, baselines bool) (*program, error) {
	p := &program{known: known, wrt: wrt, graph: graphops.NewGraph(env.ops), feeds: make([]graphops.Output, len(c.Inputs))}
	b := graphops.NewBuilder(p.graph, modelScope)
	ins, explained := make([]graphops.Output, len(c.Inputs)), make([]graphops.Output, len(c.Inputs))
	for i, in := range c.Inputs {
		if in.isConst() && known&Constants != 0 {
			ins[i] = b.Op("Const", nil, graphops.Integers("value", in.dtype(c), in.Const, in.Shape), graphops.Type("dtype", in.dtype(c)))
			continue
		}
		shape := known
		if in.isConst() && (known&Ranks != 0 || in.Sized) {
			shape = Sizes // a paddings matrix computed at run time still has its two columns
		}
		f := fed(b, in.fedType(c), in.Shape, shape)
		p.feeds[i], explained[i] = f.from, f.x
		ins[i] = ofType(b, f.x, in.dtype(c))
	}
	n := b.Node(c.Op, ins, c.Attrs...)
	if b.Err() != nil {
		return nil, b.Err()
	}
	var err error
	if p.target, err = target(b, n, c.Output); err != nil {
		return nil, err
	}
	for _, i := range wrt {
		p.xs = append(p.xs, explained[i])
		if baselines {
			p.baselines = append(p.baselines, fed(b, c.Inputs[i].fedType(c), c.Inputs[i].Shape, known))
		}
	}
	if err := graphops.InferShapes(p.graph, nil, env.infer); err != nil {
		return nil, err
	}
	p.seed = b.Op("Placeholder", nil, graphops.Type("dtype", p.target.DType()), shapeAttr(p.target.Shape()))
	b.Like(p.seed, p.target)
	return p, b.Err()
}

// backward adds a pass and returns the nodes it added.
func (p *program) backward(walk *graphops.Walk, pass graphops.Pass, b *graphops.Builder) (added []*graphops.Node, err error) {
	before := len(p.graph.Nodes())
	if p.adjoints, err = walk.Backward(b, pass, p.seed); err != nil {
		return nil, err
	}
	added = p.graph.Nodes()[before:]
	p.note(added)
	// TensorFlow refuses to fetch a tensor twice, or one that is fed, and an
	// adjoint may be the ys as they are.
	out := graphops.NewBuilder(p.graph, "out")
	for _, a := range p.adjoints {
		p.results = append(p.results, out.Op("Identity", []graphops.Output{a}))
	}
	return added, out.Err()
}

// fed is a tensor that is fed, of which only so much is known. An unknown first
// size of a Placeholder counts as the rows, so ranks without sizes are given by
// EnsureShape.
func fed(b *graphops.Builder, dtype tensor.DType, shape []int, known Knowledge) feed {
	if known&Sizes == Sizes {
		x := b.Op("Placeholder", nil, graphops.Type("dtype", dtype), graphops.Dims("shape", shape))
		return feed{x, x}
	}
	x := b.Op("Placeholder", nil, graphops.Type("dtype", dtype), graphops.UnknownDims("shape"))
	if known&Ranks == 0 {
		return feed{x, x}
	}
	return feed{x, b.Op("EnsureShape", []graphops.Output{x}, graphops.Dims("shape", slices.Repeat([]int{-1}, len(shape))))}
}

// ofType makes what an op takes out of what is fed.
func ofType(b *graphops.Builder, x graphops.Output, dtype tensor.DType) graphops.Output {
	switch {
	case !x.Valid() || x.DType() == dtype:
		return x
	case dtype == tensor.Bool:
		return b.Op("Greater", []graphops.Output{x, b.ScalarLike(x, 0)})
	}
	return b.Op("Cast", []graphops.Output{x}, graphops.Type("DstT", dtype))
}

// target is the output under test as a float tensor.
func target(b *graphops.Builder, n *graphops.Node, index int) (graphops.Output, error) {
	if index >= len(n.Outputs) || len(n.Outputs) == 0 {
		return graphops.Output{}, fmt.Errorf("the target is output %d, but op %s has %d outputs", index, n.Op, len(n.Outputs))
	}
	t := graphops.Output{Node: n, Index: max(index, 0)}
	if index == AllOutputs && len(n.Outputs) > 1 {
		all := make([]graphops.Output, len(n.Outputs))
		for i := range all {
			all[i] = graphops.Output{Node: n, Index: i}
		}
		t = b.Op("AddN", all)
	}
	if b.Err() == nil && !t.DType().IsFloat() {
		t = b.Op("Cast", []graphops.Output{t}, graphops.Type("DstT", tensor.Float64))
	}
	return t, b.Err()
}

func shapeAttr(s graphops.Shape) graphops.Attr {
	if !s.KnownRank {
		return graphops.UnknownDims("shape")
	}
	return graphops.Dims("shape", s.Sizes())
}

// note keeps the shapes that the pass counts on, to compare them with those of
// the run.
func (p *program) note(added []*graphops.Node) {
	for _, n := range added {
		for i, t := range n.Outputs {
			if t.Shape.KnownRank && t.DType.Holdable() {
				p.noted = append(p.noted, note{graphops.Output{Node: n, Index: i}, t.Shape})
			}
		}
	}
}

// tidy checks the form of what the rule added.
func (p *program) tidy(added []*graphops.Node) error {
	used := map[*graphops.Node]bool{}
	var visit func(n *graphops.Node)
	visit = func(n *graphops.Node) {
		if !used[n] {
			used[n] = true
			for _, in := range n.Inputs {
				visit(in.Node)
			}
		}
	}
	for k, a := range p.adjoints {
		x := p.feeds[p.wrt[k]]
		if a.DType() != x.DType() {
			return fmt.Errorf("the adjoint of input %d is %v, the input is %v", p.wrt[k], a.DType(), x.DType())
		}
		visit(a.Node)
	}
	for _, n := range added {
		if !strings.HasPrefix(n.Name, passScope+"/") {
			return fmt.Errorf("node %q was added outside the scope %q", n.Name, passScope)
		}
		if !used[n] {
			return fmt.Errorf("node %q (%s) was added in vain: no adjoint needs it", n.Name, n.Op)
		}
	}
	return nil
}

// watched is a registry in which the rule of one op is listened to.
func watched(rules graphops.Registry, op string, complain func(string)) graphops.Registry {
	rule, ok := rules[op]
	if !ok || rule.VJP == nil {
		return rules
	}
	vjp := rule.VJP
	rule.VJP = func(c *graphops.Context) []graphops.Output {
		out := vjp(c)
		for i, o := range out {
			if i < len(c.Node.Inputs) && o.Valid() && !c.Wants(i) {
				complain(fmt.Sprintf("the rule of %s gives an adjoint for input %d, which does not vary", op, i))
			}
		}
		return out
	}
	return rules.With(graphops.Registry{op: rule})
}
