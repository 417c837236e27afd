package savedmodel

import (
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// root is something that makes TensorFlow run nodes of the model's graph.
type root struct {
	kind      rootKind
	what      string // for messages: `signature "serve"`
	signature string // its name
	nodes     []string
}

type rootKind int

const (
	signatureRoot rootKind = iota
	initRoot
	restoreRoot
	importRoot // not in the list of roots: see RefusedOps
)

// hiddenSignature says whether a signature is TensorFlow's own: an op that is
// run when loading or training, written in the form of a signature.
func hiddenSignature(name string) bool { return strings.HasPrefix(name, "__saved_model_") }

// initSignature and the two collections are where TensorFlow looks for the
// init op, in this order (tensorflow/cc/saved_model/loader_util.cc).
const initSignature = "__saved_model_init_op"

var initCollections = [...]string{"saved_model_main_op", "legacy_init_op"}

// roots lists what can be run: each signature, the init op, the restore op.
func (m *Meta) roots() []root {
	var out []root
	for _, s := range m.signatures {
		r := root{kind: signatureRoot, what: `signature "` + s.Name + `"`, signature: s.Name}
		for _, t := range slices.Concat(s.Inputs, s.Outputs) {
			for _, name := range t.tensors {
				node, _, _ := parseTensorName(name)
				r.nodes = append(r.nodes, node)
			}
		}
		out = append(out, r)
	}
	if nodes := m.initNodes(); len(nodes) > 0 {
		out = append(out, root{kind: initRoot, what: "the init op", nodes: nodes})
	}
	if nodes := m.restoreNodes(); len(nodes) > 0 {
		out = append(out, root{kind: restoreRoot, what: "the restore op", nodes: nodes})
	}
	return out
}

func (m *Meta) initNodes() []string {
	if s := m.meta.GetSignatureDef()[initSignature]; s != nil {
		return []string{inputNode(s.GetOutputs()[initSignature].GetName())}
	}
	for _, c := range initCollections {
		if names := m.meta.GetCollectionDef()[c].GetNodeList().GetValue(); len(names) > 0 {
			var nodes []string
			for _, n := range names {
				nodes = append(nodes, inputNode(n))
			}
			return nodes
		}
	}
	return nil
}

func (m *Meta) restoreNodes() []string {
	if name := m.meta.GetSaverDef().GetRestoreOpName(); name != "" {
		return []string{inputNode(name)}
	}
	return nil
}

// restoredVariables lists what the restore op reads from the checkpoint. known
// is false when it reads names that are not constants of the graph.
func (m *Meta) restoredVariables() (names []string, known bool) {
	known = true
	for _, b := range m.graph.bodiesOf(m.graph.reach(m.restoreNodes())) {
		byName := make(map[string]*tfproto.NodeDef, len(b.nodes))
		for _, n := range b.nodes {
			byName[n.GetName()] = n
		}
		for _, n := range b.nodes {
			switch n.GetOp() {
			case "RestoreV2", "Restore", "RestoreSlice":
				read, ok := namesRead(n, byName)
				names, known = append(names, read...), known && ok
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), known
}

// namesRead lists the variables that an op restores, if a constant names them.
func namesRead(restore *tfproto.NodeDef, body map[string]*tfproto.NodeDef) (names []string, ok bool) {
	if len(restore.GetInput()) < 2 {
		return nil, false
	}
	source := body[inputNode(restore.GetInput()[1])]
	if source.GetOp() != "Const" {
		return nil, false
	}
	for _, v := range source.GetAttr()["value"].GetTensor().GetStringVal() {
		// The description of the Python objects, which is no variable.
		if s := string(v); s != "_CHECKPOINTABLE_OBJECT_GRAPH" {
			names = append(names, s)
		}
	}
	return names, true
}
