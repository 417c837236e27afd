package graphops

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// expand gives the results of a node that calls functions: a call by name, a
// PartitionedCall, or a conditional. ok is false for a plain op.
func (c *copier) expand(s *scope, d *tfproto.NodeDef) (outs []Output, ok bool, err error) {
	if outs, ok := s.calls[d.Name]; ok {
		return outs, true, nil
	}
	callees, ok := c.callees(d)
	if !ok {
		return nil, false, nil
	}
	leave, err := c.enter(s, d.Name)
	if err != nil {
		return nil, false, err
	}
	defer leave()
	ins, err := c.inputs(s, d)
	if err != nil {
		return nil, false, err
	}
	switch d.Op {
	case "If", "StatelessIf", "Case", "StatelessCase":
		outs, err = c.conditional(s, d, callees, ins)
	case "While", "StatelessWhile":
		if outs, ok, err = c.unroll(s, d, ins); err == nil && !ok {
			c.stays[d] = true
			return nil, false, nil
		}
	default:
		if isFused(d.Op) {
			outs = make([]Output, 1)
			outs[0], err = c.unfuse(s, d, ins)
		} else {
			outs, err = c.call(s, d, d.Name, callees[0], ins)
		}
	}
	if err != nil {
		return nil, false, err
	}
	s.calls[d.Name] = outs
	return outs, true, nil
}

// callees are the functions that a node calls, those of an If from false to true;
// none for a fused op, which is expanded too. ok is false for a plain op, and for a
// loop that stays one.
func (c *copier) callees(d *tfproto.NodeDef) (list []*tfproto.NameAttrList, ok bool) {
	attr := func(name string) *tfproto.NameAttrList { return d.GetAttr()[name].GetFunc() }
	switch d.Op {
	case "PartitionedCall", "StatefulPartitionedCall":
		list = []*tfproto.NameAttrList{attr("f")}
	case "If", "StatelessIf":
		list = []*tfproto.NameAttrList{attr("else_branch"), attr("then_branch")}
	case "Case", "StatelessCase":
		list = d.GetAttr()["branches"].GetList().GetFunc()
	case "While", "StatelessWhile":
		if c.known == nil || c.stays[d] {
			return nil, false
		}
		list = []*tfproto.NameAttrList{attr("cond"), attr("body")}
	default:
		if _, isOp := c.graph.ops[d.Op]; isOp {
			return nil, isFused(d.Op)
		}
		list = []*tfproto.NameAttrList{{Name: d.Op, Attr: d.Attr}}
	}
	missing := func(f *tfproto.NameAttrList) bool { return c.functions[f.GetName()] == nil }
	return list, len(list) > 0 && !slices.ContainsFunc(list, missing)
}

// inputs are the tensors that a node takes.
func (c *copier) inputs(s *scope, d *tfproto.NodeDef) ([]Output, error) {
	var ins []Output
	for _, in := range d.Input {
		if strings.HasPrefix(in, "^") {
			continue
		}
		o, err := c.resolve(s, in)
		if err != nil {
			return nil, err
		}
		ins = append(ins, o)
	}
	return ins, nil
}

// callDef is the definition by which the outputs of an expanded node count.
func (c *copier) callDef(d *tfproto.NodeDef) *tfproto.OpDef {
	if def, ok := c.graph.ops[d.Op]; ok {
		return def
	}
	return c.functions[d.Op].GetSignature()
}

// call copies the body of a function under the given name and returns its
// results in order.
func (c *copier) call(s *scope, d *tfproto.NodeDef, as string, callee *tfproto.NameAttrList, ins []Output) ([]Output, error) {
	name := callee.GetName()
	f := c.functions[name]
	if slices.Contains(c.stack, name) {
		return nil, &GraphError{s.join(d.Name), fmt.Sprintf("function %q calls itself", name)}
	}
	device := d.Device
	if device == "" {
		device = s.device
	}
	body := newScope(f.NodeDef, s.join(as), device)
	body.attrs, body.function, body.outer = callee.GetAttr(), name, s
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
	return outs, nil
}
