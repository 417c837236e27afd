package savedmodel

import (
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// graph finds the nodes and functions of a GraphDef by name.
type graph struct {
	def       *tfproto.GraphDef
	nodes     map[string]*tfproto.NodeDef
	functions map[string]*tfproto.FunctionDef
	gradients map[string]string // function -> the function of its gradient

	// alternatives are the functions that say they do the same, by what they
	// say: TensorFlow's optimizer (grappler's implementation selector) puts one
	// in the place of another, by the device they prefer.
	alternatives map[string][]string

	// registered are the gradient functions of nodes, by what the nodes'
	// attribute says: an explanation runs them.
	registered map[string]string
}

// gradientType is the attribute of a node that has a gradient of its own.
const gradientType = "_gradient_op_type"

// implements is the attribute of a function that names its alternatives.
const implements = "api_implements"

func newGraph(def *tfproto.GraphDef) (*graph, error) {
	if def == nil {
		def = &tfproto.GraphDef{}
	}
	library := def.GetLibrary()
	g := &graph{
		def:       def,
		nodes:     make(map[string]*tfproto.NodeDef, len(def.GetNode())),
		functions: make(map[string]*tfproto.FunctionDef, len(library.GetFunction())),
		gradients: make(map[string]string, len(library.GetGradient())),

		alternatives: make(map[string][]string),
		registered:   make(map[string]string, len(library.GetRegisteredGradients())),
	}
	for _, n := range def.GetNode() {
		if n.GetName() == "" {
			return nil, &GraphError{Node: n.GetOp(), Reason: "a node of this op has no name"}
		}
		if g.nodes[n.GetName()] != nil {
			return nil, &GraphError{Node: n.GetName(), Reason: "two nodes have this name"}
		}
		g.nodes[n.GetName()] = n
	}
	for _, f := range library.GetFunction() {
		name := f.GetSignature().GetName()
		if name == "" {
			return nil, &GraphError{Reason: "a function has no name"}
		}
		if g.functions[name] != nil {
			return nil, &GraphError{Function: name, Reason: "two functions have this name"}
		}
		g.functions[name] = f
		if api := string(f.GetAttr()[implements].GetS()); api != "" {
			g.alternatives[api] = append(g.alternatives[api], name)
		}
	}
	for _, d := range library.GetGradient() {
		g.gradients[d.GetFunctionName()] = d.GetGradientFunc()
	}
	for _, r := range library.GetRegisteredGradients() {
		g.registered[r.GetRegisteredOpType()] = r.GetGradientFunc()
	}
	return g, nil
}

// inputNode is the node of a NodeDef's input: "^a" and "a:1" and
// "a:output:0" all name a.
func inputNode(in string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(in, "^"), ":")
	return name
}

// parseTensorName splits "node:1"; "node" alone means "node:0".
func parseTensorName(name string) (node string, index int, ok bool) {
	node, digits, found := strings.Cut(name, ":")
	if found {
		i, err := strconv.ParseUint(digits, 10, 31)
		if err != nil {
			return "", 0, false
		}
		index = int(i)
	}
	return node, index, node != "" && node[0] != '^'
}
