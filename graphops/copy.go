package graphops

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Feed names a tensor of the model that is cut from what made it and becomes
// a placeholder of the copy.
type Feed struct {
	Tensor string // "node:0" in the model's top graph
	Name   string // name of the placeholder
	Shape  []int  // declared shape, -1 unknown
	Ranked bool   // whether the rank is declared at all
}

// Copy is a model's graph without function calls: what the fetched tensors
// need, and nothing else.
type Copy struct {
	Graph   *Graph
	Feeds   []Output // as asked for, in order
	Fetches []Output
}

// Inline copies from a model's graph what the fetched tensors need. Function
// calls are expanded (PartitionedCall, StatefulPartitionedCall and calls by
// the function's own name), whatever their implementation hints say: an
// explanation needs the body. Control edges are dropped, because running an
// explanation must not change the model's state; a tensor that is only right
// after such a change is refused.
//
// Variables, tables and constants of the top graph are not copied: their nodes
// carry Loaded, the name of the node they stand for.
func Inline(def *tfproto.GraphDef, ops Ops, feeds []Feed, fetches []string) (*Copy, error) {
	c := &copier{graph: NewGraph(ops), functions: map[string]*tfproto.FunctionDef{}}
	for _, f := range def.GetLibrary().GetFunction() {
		c.functions[f.GetSignature().GetName()] = f
	}
	c.graph.versions = def.Versions
	top := newScope(def.Node, "", "")
	out := &Copy{Graph: c.graph}
	for _, f := range feeds {
		o, err := c.placeholder(top, f)
		if err != nil {
			return nil, err
		}
		out.Feeds = append(out.Feeds, o)
	}
	for _, f := range fetches {
		o, err := c.resolve(top, f)
		if err != nil {
			return nil, err
		}
		out.Fetches = append(out.Fetches, o)
	}
	if err := c.connectLoops(); err != nil {
		return nil, err
	}
	// A call's results were all resolved; some may not be needed.
	c.graph.Prune(append(slices.Clone(out.Feeds), out.Fetches...)...)
	if err := c.checkWrites(); err != nil {
		return nil, err
	}
	return out, nil
}

// copier makes the nodes of one copy on demand, from the fetches backwards.
type copier struct {
	graph     *Graph
	functions map[string]*tfproto.FunctionDef
	stack     []string // functions being expanded, to find recursion
	copied    []origin // every node copied and where its definition stands
	loops     []backEdge
	depth     int
}

type origin struct {
	node  *Node
	def   *tfproto.NodeDef
	scope *scope
}

// backEdge is an input that closes a TF1 loop; it is set when both ends exist.
type backEdge struct {
	node  *Node
	input int
	scope *scope
	name  string
}

// scope is one function body being expanded, or the top graph.
type scope struct {
	path   string // calls that lead here, joined by "/"
	device string
	defs   map[string]*tfproto.NodeDef
	args   map[string][]Output
	attrs  map[string]*tfproto.AttrValue // values of the body's placeholder attributes
	top    bool
	flow   bool // has TF1 control flow

	nodes map[string]*Node    // copied nodes
	calls map[string][]Output // results of expanded calls, flat
	open  map[string]bool     // nodes whose inputs are being resolved
}

func newScope(defs []*tfproto.NodeDef, path, device string) *scope {
	s := &scope{path: path, device: device, defs: make(map[string]*tfproto.NodeDef, len(defs)), args: map[string][]Output{},
		nodes: map[string]*Node{}, calls: map[string][]Output{}, open: map[string]bool{}, top: path == ""}
	for _, d := range defs {
		s.defs[d.Name] = d
		s.flow = s.flow || d.Op == "Switch" || d.Op == "Enter"
	}
	return s
}

func (s *scope) join(name string) string {
	if s.path == "" {
		return name
	}
	return s.path + "/" + name
}

func (c *copier) placeholder(top *scope, f Feed) (Output, error) {
	node, index := splitTop(f.Tensor)
	d, ok := top.defs[node]
	if !ok {
		return Output{}, &GraphError{f.Tensor, "the graph has no such node to feed"}
	}
	if index != 0 {
		return Output{}, &GraphError{f.Tensor, "only output 0 of a top node can be fed"}
	}
	dtype := tensor.DType(d.GetAttr()["dtype"].GetType())
	if dtype == tensor.Invalid {
		dtype = tensor.DType(d.GetAttr()["T"].GetType())
	}
	n := &Node{Name: f.Name, Op: "Placeholder", Origin: node, Attrs: map[string]*tfproto.AttrValue{}}
	shape := UnknownDims("shape")
	if f.Ranked {
		shape = Dims("shape", f.Shape)
	}
	for _, a := range []Attr{Type("dtype", dtype), shape} {
		n.Attrs[a.Name] = a.value
	}
	if err := c.graph.add(n); err != nil {
		return Output{}, err
	}
	top.nodes[node] = n
	return Output{n, 0}, nil
}

// splitTop reads a name as the top graph spells it: "node" or "node:1".
func splitTop(name string) (string, int) {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		var k int
		if _, err := fmt.Sscanf(name[i+1:], "%d", &k); err == nil {
			return name[:i], k
		}
	}
	return name, 0
}

// resolve finds the tensor that an input name means in a scope, copying what
// it needs.
func (c *copier) resolve(s *scope, name string) (Output, error) {
	if s.top {
		node, i := splitTop(name)
		return c.output(s, node, func(*Node) (int, error) { return i, nil })
	}
	parts := strings.Split(name, ":")
	if outs, ok := s.args[parts[0]]; ok {
		i := 0
		if len(parts) == 2 {
			_, i = splitTop(name)
		}
		if i >= len(outs) || len(parts) > 2 {
			return Output{}, &GraphError{s.join(name), "the function has no such argument"}
		}
		return outs[i], nil
	}
	return c.output(s, parts[0], func(n *Node) (int, error) {
		switch len(parts) {
		case 1:
			return 0, nil
		case 2:
			return outputIndex(n, parts[1], 0)
		}
		_, i := splitTop(name)
		return outputIndex(n, parts[1], i)
	})
}

// output finds a node's output, copying the node or expanding the call.
func (c *copier) output(s *scope, node string, index func(*Node) (int, error)) (Output, error) {
	d, ok := s.defs[node]
	if !ok {
		if n := s.nodes[node]; n != nil { // a fed top node
			return Output{n, 0}, nil
		}
		return Output{}, &GraphError{s.join(node), "an input names it, but there is no such node"}
	}
	if n := s.nodes[node]; n != nil {
		i, err := index(n)
		return c.checked(s, n, i, err)
	}
	f, args, err := c.callee(s, d)
	if err != nil {
		return Output{}, err
	}
	if f != nil {
		outs, err := c.call(s, d, f, args)
		if err != nil {
			return Output{}, err
		}
		// The call's op definition still says how its outputs are counted.
		i, err := index(&Node{Name: d.Name, Op: d.Op, Attrs: d.Attr, def: c.callDef(d, f)})
		if err == nil && (i < 0 || i >= len(outs)) {
			err = &GraphError{s.join(node), fmt.Sprintf("output %d of a call that gives %d is used", i, len(outs))}
		}
		if err != nil {
			return Output{}, err
		}
		return outs[i], nil
	}
	n, err := c.node(s, d)
	if err != nil {
		return Output{}, err
	}
	i, err := index(n)
	return c.checked(s, n, i, err)
}

func (c *copier) checked(s *scope, n *Node, i int, err error) (Output, error) {
	if err == nil && (i < 0 || i >= len(n.Outputs)) {
		err = &GraphError{s.join(n.Name), fmt.Sprintf("output %d is used, but it has %d", i, len(n.Outputs))}
	}
	return Output{n, i}, err
}

// maxDepth bounds how many nodes and calls may wait for each other's inputs:
// the walk is recursive, and a forged chain must not exhaust the stack. Real
// models stay below ten thousand.
const maxDepth = 100_000

// enter marks a node whose inputs are being resolved and returns what unmarks
// it. Meeting a marked node again means that the graph has a cycle.
func (c *copier) enter(s *scope, name string) (func(), error) {
	if s.open[name] {
		return nil, &GraphError{s.join(name), "its inputs lead back to itself"}
	}
	if c.depth >= maxDepth {
		return nil, &GraphError{s.join(name), fmt.Sprintf("more than %d nodes follow each other", maxDepth)}
	}
	s.open[name] = true
	c.depth++
	return func() { delete(s.open, name); c.depth-- }, nil
}

// callee is the function a node calls and the inputs it hands over, or nil. A
// conditional whose choice is a constant calls the branch that it takes: the
// learning phase of an exported model, for instance.
func (c *copier) callee(s *scope, d *tfproto.NodeDef) (*tfproto.FunctionDef, []string, error) {
	data := make([]string, 0, len(d.Input))
	for _, in := range d.Input {
		if !strings.HasPrefix(in, "^") {
			data = append(data, in)
		}
	}
	named := func(f *tfproto.NameAttrList) *tfproto.FunctionDef { return c.functions[f.GetName()] }
	switch d.Op {
	case "PartitionedCall", "StatefulPartitionedCall":
		return named(d.GetAttr()["f"].GetFunc()), data, nil
	case "If", "StatelessIf", "Case", "StatelessCase":
		if len(data) == 0 {
			return nil, nil, nil
		}
		leave, err := c.enter(s, d.Name)
		if err != nil {
			return nil, nil, err
		}
		defer leave()
		choice, err := c.resolve(s, data[0])
		if err != nil {
			return nil, nil, err
		}
		branches := d.GetAttr()["branches"].GetList().GetFunc()
		if d.Op == "If" || d.Op == "StatelessIf" {
			branches = []*tfproto.NameAttrList{d.GetAttr()["else_branch"].GetFunc(), d.GetAttr()["then_branch"].GetFunc()}
		}
		k, ok := constChoice(choice)
		if !ok || len(branches) == 0 {
			return nil, nil, nil
		}
		if k < 0 || k >= len(branches) { // Case takes the last branch then
			k = len(branches) - 1
		}
		return named(branches[k]), data[1:], nil
	}
	if _, isOp := c.graph.ops[d.Op]; isOp {
		return nil, nil, nil
	}
	return c.functions[d.Op], data, nil
}

// constChoice is the value of a constant bool (as 0 or 1) or integer scalar,
// also behind Identity, LogicalNot or a default that is not fed.
func constChoice(o Output) (int, bool) {
	switch o.Node.Op {
	case "Const":
		p := o.Node.attr("value").GetTensor()
		if tensor.DType(p.GetDtype()) == tensor.Bool && len(p.GetTensorShape().GetDim()) == 0 {
			on := len(p.BoolVal) > 0 && p.BoolVal[0] || len(p.TensorContent) > 0 && p.TensorContent[0] != 0
			if on {
				return 1, true
			}
			return 0, true
		}
		if v, ok := constInts(p); ok && len(v) == 1 {
			return v[0], true
		}
	case "Identity", "PlaceholderWithDefault":
		return constChoice(o.Node.Inputs[0])
	case "LogicalNot":
		k, ok := constChoice(o.Node.Inputs[0])
		return 1 - k, ok
	}
	return 0, false
}

func (c *copier) callDef(d *tfproto.NodeDef, f *tfproto.FunctionDef) *tfproto.OpDef {
	if def, ok := c.graph.ops[d.Op]; ok {
		return def
	}
	return f.GetSignature()
}

// call expands a call of f by node d and returns its results in order.
func (c *copier) call(s *scope, d *tfproto.NodeDef, f *tfproto.FunctionDef, args []string) ([]Output, error) {
	if outs, ok := s.calls[d.Name]; ok {
		return outs, nil
	}
	name := f.GetSignature().GetName()
	for _, open := range c.stack {
		if open == name {
			return nil, &GraphError{s.join(d.Name), fmt.Sprintf("function %q calls itself", name)}
		}
	}
	leave, err := c.enter(s, d.Name)
	if err != nil {
		return nil, err
	}
	defer leave()
	var ins []Output
	for _, in := range args {
		o, err := c.resolve(s, in)
		if err != nil {
			return nil, err
		}
		ins = append(ins, o)
	}
	device := d.Device
	if device == "" {
		device = s.device
	}
	body := newScope(f.NodeDef, s.join(d.Name), device)
	body.attrs = d.GetAttr()["f"].GetFunc().GetAttr()
	if d.GetAttr()["f"] == nil {
		body.attrs = d.Attr
	}
	at := 0
	for _, arg := range f.GetSignature().GetInputArg() {
		count := 1
		if arg.NumberAttr != "" {
			count = int(body.attrs[arg.NumberAttr].GetI())
		} else if arg.TypeListAttr != "" {
			count = len(body.attrs[arg.TypeListAttr].GetList().GetType())
		}
		if count < 0 || at+count > len(ins) {
			return nil, &GraphError{s.join(d.Name), fmt.Sprintf("function %q has more arguments than the call gives (%d)", name, len(ins))}
		}
		body.args[arg.Name] = ins[at : at+count]
		at += count
	}
	if at != len(ins) {
		return nil, &GraphError{s.join(d.Name), fmt.Sprintf("function %q takes %d tensors, the call gives %d", name, at, len(ins))}
	}
	c.stack = append(c.stack, name)
	defer func() { c.stack = c.stack[:len(c.stack)-1] }()
	var outs []Output
	for _, ret := range f.GetSignature().GetOutputArg() {
		o, err := c.resolve(body, f.GetRet()[ret.Name])
		if err != nil {
			return nil, err
		}
		outs = append(outs, o)
	}
	s.calls[d.Name] = outs
	return outs, nil
}

// node copies one node, its inputs first.
func (c *copier) node(s *scope, d *tfproto.NodeDef) (*Node, error) {
	n := &Node{Name: s.join(d.Name), Op: d.Op, Device: d.Device, Origin: s.join(d.Name), Attrs: copyAttrs(d.Attr, s.attrs)}
	if n.Device == "" {
		n.Device = s.device
	}
	leave, err := c.enter(s, d.Name)
	if err != nil {
		return nil, err
	}
	defer leave()
	var back []backEdge
	for _, in := range d.Input {
		if strings.HasPrefix(in, "^") {
			continue
		}
		if from, _ := splitTop(in); d.Op == "Merge" && c.isNextIteration(s, from) {
			back = append(back, backEdge{n, len(n.Inputs), s, in})
			// Until the loop's end is copied the first input stands in: same type.
			n.Inputs = append(n.Inputs, n.Inputs[0])
			continue
		}
		o, err := c.resolve(s, in)
		if err != nil {
			return nil, err
		}
		n.Inputs = append(n.Inputs, o)
	}
	if len(n.Inputs) == 0 && s.flow {
		if n.Controls, err = c.flowControls(s, d); err != nil {
			return nil, err
		}
	}
	if s.top && len(n.Inputs) == 0 && len(n.Controls) == 0 && !strings.HasPrefix(d.Op, "Placeholder") {
		n.Loaded = d.Name
	}
	if err := c.graph.add(n); err != nil {
		return nil, err
	}
	s.nodes[d.Name] = n
	c.copied = append(c.copied, origin{n, d, s})
	c.loops = append(c.loops, back...)
	return n, nil
}

// flowControls keeps the control edges of a source node in a body with TF1
// control flow: they put a constant into its loop or branch.
func (c *copier) flowControls(s *scope, d *tfproto.NodeDef) ([]*Node, error) {
	var out []*Node
	for _, in := range d.Input {
		name, isControl := strings.CutPrefix(in, "^")
		if !isControl || s.defs[name] == nil {
			continue
		}
		o, err := c.output(s, name, func(*Node) (int, error) { return 0, nil })
		if err != nil {
			return nil, err
		}
		out = append(out, o.Node)
	}
	return out, nil
}

// isNextIteration says whether an input of a Merge closes a TF1 loop. The
// input that enters the loop always comes first.
func (c *copier) isNextIteration(s *scope, node string) bool {
	d := s.defs[strings.SplitN(node, ":", 2)[0]]
	return d != nil && (d.Op == "NextIteration" || d.Op == "RefNextIteration")
}

func (c *copier) connectLoops() error {
	for len(c.loops) > 0 {
		e := c.loops[0]
		c.loops = c.loops[1:]
		o, err := c.resolve(e.scope, e.name)
		if err != nil {
			return err
		}
		e.node.Inputs[e.input] = o
	}
	return nil
}

// copyAttrs takes over a node's attributes, with a function's placeholder
// attributes filled in. Attributes that only steer TensorFlow's own passes
// (their names begin with "_") are left out, but for the mark of a custom
// gradient and the lowering of control flow. Colocation would name nodes that
// are not in the copy.
func copyAttrs(attrs, values map[string]*tfproto.AttrValue) map[string]*tfproto.AttrValue {
	out := make(map[string]*tfproto.AttrValue, len(attrs))
	for name, v := range attrs {
		if strings.HasPrefix(name, "_") && name != "_gradient_op_type" && name != "_lower_using_switch_merge" {
			continue
		}
		if p := v.GetPlaceholder(); p != "" {
			if given, ok := values[p]; ok {
				v = given
			}
		}
		out[name] = v
	}
	return out
}

// checkWrites refuses a copy with a variable read that waits for a write to
// the same variable: with the control edges gone it would see the old value.
func (c *copier) checkWrites() error {
	for _, o := range c.copied {
		if c.graph.Node(o.node.Name) != o.node || o.node.Op != "ReadVariableOp" && o.node.Op != "ResourceGather" {
			continue
		}
		w, err := c.writeBefore(o.scope, o.def, o.node.Inputs[0], map[*tfproto.NodeDef]bool{})
		if err != nil {
			return err
		}
		if w != "" {
			return &GraphError{o.node.Origin, fmt.Sprintf("it reads a variable after %q has changed it; "+
				"an explanation must not change the model's state, so export the model in inference mode", w)}
		}
	}
	return nil
}

// writeBefore follows the control edges of one body back from a node and
// names the first node that assigns to the given variable.
func (c *copier) writeBefore(s *scope, d *tfproto.NodeDef, variable Output, seen map[*tfproto.NodeDef]bool) (string, error) {
	if seen[d] || len(seen) > maxDepth {
		return "", nil
	}
	seen[d] = true
	for _, in := range d.Input {
		name, isControl := strings.CutPrefix(in, "^")
		before := s.defs[name]
		if !isControl || before == nil {
			continue
		}
		if strings.HasPrefix(before.Op, "Assign") && strings.HasSuffix(before.Op, "VariableOp") && len(before.Input) > 0 {
			target, err := c.resolve(s, before.Input[0])
			if err != nil {
				return "", err
			}
			if target == variable {
				return s.join(before.Name), nil
			}
		}
		if w, err := c.writeBefore(s, before, variable, seen); w != "" || err != nil {
			return w, err
		}
	}
	return "", nil
}
