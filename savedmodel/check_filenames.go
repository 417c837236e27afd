package savedmodel

import (
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/opclass"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// foreignFiles lists the nodes that read a file whose name does not come from
// TensorFlow's loader. The loader feeds the names of the assets, and to the
// restore op that of the weights; any other name is the model's own choice.
func (m *Meta) foreignFiles(lists *opclass.Lists, r root, nodes []*tfproto.NodeDef) []RefusedOp {
	var out []RefusedOp
	var t *nameTracer // made for the few models that read files
	for _, b := range m.graph.bodiesOf(nodes) {
		for _, n := range b.nodes {
			class := lists.Of(n.GetOp())
			if !class.File {
				continue
			}
			if t == nil {
				t = m.newNameTracer(r)
			}
			in, ok := dataInput(n, class.FileInput)
			if ok && t.fromLoader(b.function, in) {
				continue
			}
			out = append(out, RefusedOp{Root: r.what, kind: r.kind, Op: n.GetOp(), Node: n.GetName(), Function: b.function,
				Reason: "the name of the file that it reads is not one of the model's assets or weights"})
		}
	}
	return out
}

// placed is a node with the function it is in.
type placed struct {
	function string
	node     *tfproto.NodeDef
}

// nameTracer follows the name of a file back to where it comes from: through
// identities, arguments of functions, and variables.
type nameTracer struct {
	graph   *graph
	fed     map[string]bool                        // the tensors that the loader feeds
	nodes   map[string]map[string]*tfproto.NodeDef // by function and name
	callers map[string][]placed
	writers []placed        // of variables of strings, while the model is loaded
	answers map[string]bool // of fromLoader; true while it is looked for
	named   map[string]naming
	depth   int
}

// naming is an answer of variables.
type naming struct {
	names []string
	ok    bool
}

// maxSteps bounds how far a name is followed; an export takes less than ten.
const maxSteps = 1000

func (m *Meta) newNameTracer(r root) *nameTracer {
	t := &nameTracer{graph: m.graph, fed: make(map[string]bool), nodes: make(map[string]map[string]*tfproto.NodeDef),
		callers: make(map[string][]placed), answers: make(map[string]bool), named: make(map[string]naming)}
	for _, a := range m.assets {
		t.feed(a.GetTensorInfo().GetName())
	}
	if r.kind == restoreRoot {
		t.feed(m.meta.GetSaverDef().GetFilenameTensorName())
	}
	// The restore op runs before the init op and may have set variables.
	for _, b := range m.graph.bodiesOf(m.graph.reach(slices.Concat(m.restoreNodes(), m.initNodes()))) {
		t.nodes[b.function] = make(map[string]*tfproto.NodeDef, len(b.nodes))
		for _, n := range b.nodes {
			t.nodes[b.function][n.GetName()] = n
			for _, callee := range m.graph.callees(n) {
				t.callers[callee] = append(t.callers[callee], placed{b.function, n})
			}
			if op := n.GetOp(); (op == "AssignVariableOp" || op == "Assign") && mayHoldText(n) {
				t.writers = append(t.writers, placed{b.function, n})
			}
		}
	}
	return t
}

func (t *nameTracer) feed(tensor string) {
	if node, index, ok := parseTensorName(tensor); ok && index == 0 {
		t.fed[node] = true
	}
}

// mayHoldText says whether an assignment may be one of strings.
func mayHoldText(n *tfproto.NodeDef) bool {
	const text = 7 // DT_STRING
	for _, attr := range []string{"dtype", "T"} {
		if v, ok := n.GetAttr()[attr].GetValue().(*tfproto.AttrValue_Type); ok {
			return v.Type == text
		}
	}
	return true
}

// fromLoader says whether every way to a tensor starts at the loader.
func (t *nameTracer) fromLoader(function, in string) bool {
	id := function + "\x00" + in
	if answer, ok := t.answers[id]; ok {
		return answer
	}
	if t.depth == maxSteps {
		return false
	}
	t.answers[id] = true // a circle adds no other source
	t.depth++
	answer := t.findFromLoader(function, in)
	t.depth--
	t.answers[id] = answer
	return answer
}

func (t *nameTracer) findFromLoader(function, in string) bool {
	n, arguments, ok := t.source(function, in)
	switch {
	case !ok:
		return false
	case n == nil:
		return all(arguments, t.fromLoader)
	case function == "" && t.fed[n.GetName()] && isFirstOutput(in):
		return true
	}
	first, ok := dataInput(n, 0)
	if !ok {
		return false
	}
	switch n.GetOp() {
	case "Identity", "PlaceholderWithDefault":
		if _, variable := t.variables(function, first); !variable {
			return t.fromLoader(function, first)
		}
		return t.variableFromLoader(function, first)
	case "ReadVariableOp":
		return t.variableFromLoader(function, first)
	}
	return false
}

// source is the node that an input names, or, for the argument of a function,
// what its callers pass.
func (t *nameTracer) source(function, in string) (n *tfproto.NodeDef, arguments []argument, ok bool) {
	name := inputNode(in)
	if function != "" {
		args := t.graph.functions[function].GetSignature().GetInputArg()
		i := slices.IndexFunc(args, func(a *tfproto.OpDef_ArgDef) bool { return a.GetName() == name })
		if i >= 0 {
			for _, c := range t.callers[function] {
				passed, ok := dataInput(c.node, i)
				if !ok || !isPlainCall(t.graph, c.node) {
					return nil, nil, false
				}
				arguments = append(arguments, argument{c.function, passed})
			}
			return nil, arguments, len(arguments) > 0
		}
	}
	n = t.nodes[function][name]
	return n, nil, n != nil
}

// argument is an input as seen where a function is called.
type argument struct{ function, in string }

func all(arguments []argument, holds func(function, in string) bool) bool {
	return !slices.ContainsFunc(arguments, func(a argument) bool { return !holds(a.function, a.in) })
}

// variableFromLoader says whether everything that is written to a variable
// comes from the loader.
func (t *nameTracer) variableFromLoader(function, in string) bool {
	names, ok := t.variables(function, in)
	if !ok {
		return false
	}
	written := false
	for _, w := range t.writers {
		to, ok1 := dataInput(w.node, 0)
		value, ok2 := dataInput(w.node, 1)
		if !ok1 || !ok2 {
			return false
		}
		others, known := t.variables(w.function, to)
		if known && !slices.ContainsFunc(others, func(o string) bool { return slices.Contains(names, o) }) {
			continue
		}
		if !t.fromLoader(w.function, value) {
			return false
		}
		written = true
	}
	return written
}

// variables are the names that the session knows a variable by: the shared
// name, or else the node's. Several nodes may stand for one variable.
func (t *nameTracer) variables(function, in string) (names []string, ok bool) {
	id := function + "\x00" + in
	if found, ok := t.named[id]; ok {
		return found.names, found.ok
	}
	if t.depth == maxSteps {
		return nil, false
	}
	t.named[id] = naming{} // a circle is no variable
	t.depth++
	names, ok = t.findVariables(function, in)
	t.depth--
	t.named[id] = naming{names, ok}
	return names, ok
}

func (t *nameTracer) findVariables(function, in string) (names []string, ok bool) {
	n, arguments, ok := t.source(function, in)
	if !ok {
		return nil, false
	}
	if n == nil {
		for _, a := range arguments {
			more, ok := t.variables(a.function, a.in)
			if !ok {
				return nil, false
			}
			names = append(names, more...)
		}
		return names, true
	}
	switch n.GetOp() {
	case "VarHandleOp", "VariableV2", "Variable":
		name := string(n.GetAttr()["shared_name"].GetS())
		if name == "" && function == "" {
			name = n.GetName()
		}
		return []string{name}, name != ""
	case "Identity":
		if first, ok := dataInput(n, 0); ok {
			return t.variables(function, first)
		}
	}
	return nil, false
}

// isPlainCall says whether the inputs of a call are the function's arguments in
// order.
func isPlainCall(g *graph, n *tfproto.NodeDef) bool {
	op := n.GetOp()
	return op == "PartitionedCall" || op == "StatefulPartitionedCall" || g.functions[op] != nil
}

// dataInput is a node's input by its place among those that are no control
// edges.
func dataInput(n *tfproto.NodeDef, i int) (string, bool) {
	if i < len(n.GetInput()) && !strings.HasPrefix(n.GetInput()[i], "^") { // control edges come last
		return n.GetInput()[i], true
	}
	return "", false
}

func isFirstOutput(in string) bool {
	_, index, ok := parseTensorName(in)
	return ok && index == 0
}
