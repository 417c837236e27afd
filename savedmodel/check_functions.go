package savedmodel

import (
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// checkFunctions finds what makes TensorFlow crash or never end: functions
// that call themselves, and calls that expand beyond all measure. Then it looks
// for calls of functions that are not there.
func checkFunctions(g *graph, roots []root, l Limits) error {
	c := callChecker{g: g, limit: l.MaxFunctionDepth, done: make(map[string]callSize), open: make(map[string]bool)}
	for _, f := range g.def.GetLibrary().GetFunction() {
		if _, err := c.size(f.GetSignature().GetName()); err != nil {
			return err
		}
	}
	// Every call of the graph, needed by a root or not: TensorFlow's optimizer
	// looks into all of them.
	for _, n := range g.def.GetNode() {
		r := root{what: place("", n.GetName())}
		if err := c.checkExpansion(r, []*tfproto.NodeDef{n}, l.MaxGraphNodes); err != nil {
			return err
		}
	}
	for _, r := range roots {
		nodes := g.reach(r.nodes)
		if err := c.checkExpansion(r, nodes, l.MaxGraphNodes); err != nil {
			return err
		}
		if err := checkCallees(g, r, nodes); err != nil {
			return err
		}
	}
	return nil
}

// callSize is what a function becomes when its calls are replaced by the
// functions' nodes.
type callSize struct {
	nodes int // saturates at math.MaxInt
	depth int // 1 for a function that calls none
}

type callChecker struct {
	g     *graph
	limit int
	done  map[string]callSize
	open  map[string]bool // the functions on path
	path  []string
}

// size computes each function once, so a chain of functions that each call the
// next one twice costs no more than its length. The recursion is bounded by
// the depth limit.
func (c *callChecker) size(name string) (callSize, error) {
	if s, ok := c.done[name]; ok {
		return s, nil
	}
	if c.open[name] {
		i := slices.Index(c.path, name)
		return callSize{}, &RecursionError{Cycle: append(slices.Clone(c.path[i:]), name)}
	}
	f := c.g.functions[name]
	if f == nil {
		return callSize{}, nil
	}
	c.path = append(c.path, name)
	c.open[name] = true
	if len(c.path) > c.limit {
		return callSize{}, &DepthError{Chain: slices.Clone(c.path), Limit: c.limit}
	}
	s := callSize{depth: 1}
	for _, n := range f.GetNodeDef() {
		inner, err := c.calls(n)
		if err != nil {
			return callSize{}, err
		}
		s.nodes = addSaturated(s.nodes, inner.nodes)
		s.depth = max(s.depth, 1+inner.depth)
	}
	if s.depth > c.limit {
		return callSize{}, &DepthError{Chain: c.deepest(name), Limit: c.limit}
	}
	c.path = c.path[:len(c.path)-1]
	delete(c.open, name)
	c.done[name] = s
	return s, nil
}

// calls is the size of one node with the functions it calls.
func (c *callChecker) calls(n *tfproto.NodeDef) (callSize, error) {
	s := callSize{nodes: 1}
	for _, name := range c.g.callees(n) {
		inner, err := c.size(name)
		if err != nil {
			return callSize{}, err
		}
		s.nodes = addSaturated(s.nodes, inner.nodes)
		s.depth = max(s.depth, inner.depth)
	}
	return s, nil
}

// deepest is the longest chain of calls from a function, all of whose callees
// are done.
func (c *callChecker) deepest(name string) []string {
	chain := []string{name}
	for {
		best := ""
		for _, n := range c.g.functions[name].GetNodeDef() {
			for _, callee := range c.g.callees(n) {
				if c.done[callee].depth > c.done[best].depth {
					best = callee
				}
			}
		}
		if best == "" {
			return chain
		}
		chain, name = append(chain, best), best
	}
}

func (c *callChecker) checkExpansion(r root, nodes []*tfproto.NodeDef, limit int) error {
	total, largest, function := 0, 0, ""
	for _, n := range nodes {
		s, err := c.calls(n)
		if err != nil {
			return err
		}
		total = addSaturated(total, s.nodes)
		if callees := c.g.callees(n); len(callees) > 0 && s.nodes > largest {
			largest, function = s.nodes, callees[0]
		}
	}
	if total > limit {
		return &ExpansionError{Root: r.what, Nodes: total, Limit: limit, Function: function, FunctionNodes: largest}
	}
	return nil
}

func checkCallees(g *graph, r root, nodes []*tfproto.NodeDef) error {
	e := &MissingFunctionError{Root: r.what}
	look := func(function string, body []*tfproto.NodeDef) {
		for _, n := range body {
			for _, callee := range g.callees(n) {
				if g.functions[callee] == nil {
					e.Missing = append(e.Missing, MissingFunction{
						Name: callee, Node: n.GetName(), Op: n.GetOp(), Function: function})
				}
			}
		}
	}
	look("", nodes)
	for _, f := range g.called(nodes) {
		look(f.GetSignature().GetName(), f.GetNodeDef())
	}
	if len(e.Missing) > 0 {
		return e
	}
	return nil
}

func addSaturated(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}
