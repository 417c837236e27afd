package graphops

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Ops are the op definitions of the TensorFlow library, by name. They give
// attribute defaults and say how many tensors of which type an op takes and
// gives.
type Ops map[string]*tfproto.OpDef

// ParseOps reads a serialized OpList, as the library hands it out.
func ParseOps(list *tfproto.OpList) Ops {
	ops := make(Ops, len(list.Op))
	for _, d := range list.Op {
		ops[d.Name] = d
	}
	return ops
}

// resolveTypes fills the type, list-length and type-list attributes of a node
// from its inputs where they are missing, and returns its output dtypes.
func resolveTypes(n *Node) ([]tensor.DType, error) {
	at := 0
	for _, arg := range n.def.InputArg {
		count, err := argCount(n, arg, len(n.Inputs)-at)
		if err != nil {
			return nil, err
		}
		if at+count > len(n.Inputs) {
			return nil, &ArityError{Op: n.Op, Node: n.Name, Given: len(n.Inputs), Missing: arg.Name}
		}
		types := make([]int32, count)
		for i := range types {
			types[i] = int32(baseType(n.Inputs[at+i].DType()))
		}
		switch {
		case arg.TypeListAttr != "":
			n.setDefault(arg.TypeListAttr, &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: &tfproto.AttrValue_ListValue{Type: types}}})
		case arg.TypeAttr != "" && count > 0:
			n.setDefault(arg.TypeAttr, &tfproto.AttrValue{Value: &tfproto.AttrValue_Type{Type: types[0]}})
		}
		if arg.NumberAttr != "" {
			n.setDefault(arg.NumberAttr, &tfproto.AttrValue{Value: &tfproto.AttrValue_I{I: int64(count)}})
		}
		at += count
	}
	if at != len(n.Inputs) {
		return nil, &ArityError{Op: n.Op, Node: n.Name, Given: len(n.Inputs), Wanted: at}
	}
	var out []tensor.DType
	for _, arg := range n.def.OutputArg {
		types, err := argTypes(n, arg)
		if err != nil {
			return nil, err
		}
		out = append(out, types...)
	}
	return out, nil
}

// baseType drops the +100 by which TensorFlow marks reference types.
func baseType(t tensor.DType) tensor.DType {
	if t > 100 {
		return t - 100
	}
	return t
}

func (n *Node) setDefault(name string, v *tfproto.AttrValue) {
	if _, ok := n.Attrs[name]; !ok {
		n.Attrs[name] = v
	}
}

// argCount is how many tensors an input argument takes. A list whose length
// is not given takes what the arguments after it leave.
func argCount(n *Node, arg *tfproto.OpDef_ArgDef, left int) (int, error) {
	switch {
	case arg.NumberAttr != "":
		if v, ok := n.Attrs[arg.NumberAttr]; ok {
			return int(v.GetI()), nil
		}
	case arg.TypeListAttr != "":
		if v, ok := n.Attrs[arg.TypeListAttr]; ok {
			return len(v.GetList().GetType()), nil
		}
	default:
		return 1, nil
	}
	after, seen := 0, false
	for _, a := range n.def.InputArg {
		if seen {
			if a.NumberAttr != "" || a.TypeListAttr != "" {
				return 0, &ArityError{Op: n.Op, Node: n.Name, Given: len(n.Inputs), Missing: "attribute " + arg.NumberAttr + arg.TypeListAttr}
			}
			after++
		}
		seen = seen || a == arg
	}
	return max(left-after, 0), nil
}

// argTypes lists the dtypes of the tensors of one argument.
func argTypes(n *Node, arg *tfproto.OpDef_ArgDef) ([]tensor.DType, error) {
	if arg.TypeListAttr != "" {
		var out []tensor.DType
		for _, t := range n.attr(arg.TypeListAttr).GetList().GetType() {
			out = append(out, tensor.DType(t))
		}
		return out, nil
	}
	t := tensor.DType(arg.Type)
	if arg.TypeAttr != "" {
		t = n.Type(arg.TypeAttr)
	}
	if t == tensor.Invalid {
		return nil, fmt.Errorf("graphops: op %s, node %q: the type of output %q is not given", n.Op, n.Name, arg.Name)
	}
	count := 1
	if arg.NumberAttr != "" {
		count = n.Int(arg.NumberAttr)
	}
	const most = 1 << 20 // a forged list length must not take memory; real ones are short
	if count < 0 || count > most {
		return nil, fmt.Errorf("graphops: op %s, node %q: %d outputs are claimed for %q", n.Op, n.Name, count, arg.Name)
	}
	out := make([]tensor.DType, count)
	for i := range out {
		out[i] = t
	}
	return out, nil
}

// outputIndex turns a function body's "node:arg:i" into a flat output index.
func outputIndex(n *Node, arg string, i int) (int, error) {
	at := 0
	for _, a := range n.def.OutputArg {
		types, err := argTypes(n, a)
		if err != nil {
			return 0, err
		}
		if a.Name == arg {
			if i < 0 || i >= len(types) {
				return 0, fmt.Errorf("graphops: op %s, node %q has no output %s:%d", n.Op, n.Name, arg, i)
			}
			return at + i, nil
		}
		at += len(types)
	}
	return 0, fmt.Errorf("graphops: op %s, node %q has no output named %q", n.Op, n.Name, arg)
}
