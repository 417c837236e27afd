package savedmodel

import (
	"slices"
	"strconv"

	"github.com/tfexplain/tfexplain-go/internal/opclass"
)

// RefusedOp is a node of a model that may do more than compute, or whose op is
// not known to do no more.
type RefusedOp struct {
	Root     string // what runs it: `signature "serve"`, "the init op", ...
	Op       string
	Node     string
	Function string // where the node is; empty for the graph itself
	Reason   string

	kind      rootKind
	signature string // of a signature's root
}

// importingGraph is the root of what TensorFlow runs when it imports a graph: it
// evaluates nodes on constants, needed by a signature or not, when another
// node's shape depends on their values.
const importingGraph = "the import of the graph"

// RefusedOps lists the nodes that make Load refuse the model unless it is
// trusted: those that a signature, the init op or the restore op reaches and
// whose op is not on the list of ops that only compute. Options.TrustModel does
// not change the list.
func (m *Meta) RefusedOps() []RefusedOp { return slices.Clone(m.refused) }

// findRefused goes through everything that can be run.
func (m *Meta) findRefused() []RefusedOp {
	lists := opclass.New()
	var out []RefusedOp
	for _, r := range m.roots() {
		out = append(out, m.refusedBy(lists, r)...)
	}
	for _, n := range m.graph.def.GetNode() {
		listed := func(o RefusedOp) bool { return o.Function == "" && o.Node == n.GetName() }
		if class := lists.Of(n.GetOp()); class.Importing && !slices.ContainsFunc(out, listed) {
			out = append(out, RefusedOp{Root: importingGraph, kind: importRoot, Op: n.GetOp(), Node: n.GetName(), Reason: class.Refused})
		}
	}
	return out
}

const (
	notLoading = "only variables, tables and plain arithmetic may run while a model is loaded"
	onlyFolder = "only the init op and the restore op may read a file, one of the model's folder"
)

// refusal says why a root of a kind may not run an op of a class; empty if it may.
func refusal(class opclass.Class, kind rootKind) string {
	switch {
	case class.Refused != "":
		return class.Refused
	case class.File && kind == signatureRoot:
		return onlyFolder
	case kind != signatureRoot && !class.Loading:
		return notLoading
	}
	return ""
}

// refusedBy goes through what one root reaches.
func (m *Meta) refusedBy(lists *opclass.Lists, r root) []RefusedOp {
	var out []RefusedOp
	nodes := m.graph.reach(r.nodes)
	for _, b := range m.graph.bodiesOf(nodes) {
		for _, n := range b.nodes {
			if m.graph.functions[n.GetOp()] != nil && !lists.Has(n.GetOp()) {
				continue // a call of a function by its name, which is looked into
			}
			if reason := refusal(lists.Of(n.GetOp()), r.kind); reason != "" {
				out = append(out, RefusedOp{Root: r.what, kind: r.kind, signature: r.signature,
					Op: n.GetOp(), Node: n.GetName(), Function: b.function, Reason: reason})
			}
		}
	}
	if r.kind == signatureRoot {
		return out
	}
	return append(out, m.foreignFiles(lists, r, nodes)...)
}

// CheckTensor says whether a tensor of the graph, which no signature needs to
// reach, may be computed: the error is an *UnsafeModelError.
func (m *Model) CheckTensor(name string) error {
	if m.trusted {
		return nil
	}
	node, _, _ := parseTensorName(name)
	r := root{kind: signatureRoot, what: "the tensor " + strconv.Quote(name), nodes: []string{node}}
	if ops := m.refusedBy(opclass.New(), r); len(ops) > 0 {
		return &UnsafeModelError{Dir: m.dir, Ops: ops}
	}
	return nil
}

// checkUnsafe refuses what runs while the model is loaded, and what the chosen
// signatures reach; nil chooses all of them.
func (m *Meta) checkUnsafe(signatures []string) error {
	return m.refuse(func(o RefusedOp) bool {
		return o.kind != signatureRoot || o.chosen(signatures)
	})
}

// chosen says whether the signature that reaches the op is one of these; nil
// means all.
func (o RefusedOp) chosen(signatures []string) bool {
	return signatures == nil || slices.Contains(signatures, o.signature)
}

func (m *Meta) refuse(counts func(RefusedOp) bool) error {
	e := &UnsafeModelError{Dir: m.dir}
	for _, o := range m.refused {
		if counts(o) {
			e.Ops = append(e.Ops, o)
		}
	}
	if len(e.Ops) == 0 {
		return nil
	}
	return e
}
