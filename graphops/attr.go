package graphops

import (
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Attr is one attribute given to a new node.
type Attr struct {
	Name  string
	value *tfproto.AttrValue
}

// Int is an integer attribute.
func Int(name string, v int) Attr {
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_I{I: int64(v)}}}
}

// Float is a float attribute.
func Float(name string, v float64) Attr {
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_F{F: float32(v)}}}
}

// Bool is a boolean attribute.
func Bool(name string, v bool) Attr {
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_B{B: v}}}
}

// Str is a string attribute.
func Str(name, v string) Attr {
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_S{S: []byte(v)}}}
}

// Strs is a list of strings.
func Strs(name string, v ...string) Attr {
	l := &tfproto.AttrValue_ListValue{}
	for _, s := range v {
		l.S = append(l.S, []byte(s))
	}
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: l}}}
}

// Type is a dtype attribute.
func Type(name string, t tensor.DType) Attr {
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_Type{Type: int32(t)}}}
}

// Types is a list of dtypes.
func Types(name string, v ...tensor.DType) Attr {
	l := &tfproto.AttrValue_ListValue{}
	for _, t := range v {
		l.Type = append(l.Type, int32(t))
	}
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: l}}}
}

// Ints is a list of integers.
func Ints(name string, v []int) Attr {
	l := &tfproto.AttrValue_ListValue{}
	for _, i := range v {
		l.I = append(l.I, int64(i))
	}
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: l}}}
}

// Floats is a list of floats.
func Floats(name string, v []float64) Attr {
	l := &tfproto.AttrValue_ListValue{}
	for _, f := range v {
		l.F = append(l.F, float32(f))
	}
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_List{List: l}}}
}

// Dims is a shape attribute; -1 is an unknown dimension.
func Dims(name string, sizes []int) Attr {
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_Shape{Shape: protoShape(sizes)}}}
}

// UnknownDims is a shape attribute of unknown rank.
func UnknownDims(name string) Attr {
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_Shape{Shape: &tfproto.TensorShapeProto{UnknownRank: true}}}}
}

// Integers is a tensor of integers, the value of a Const. dtype is int32 or
// int64, and shape holds len(v) elements.
func Integers(name string, dtype tensor.DType, v, shape []int) Attr {
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_Tensor{Tensor: tensorProtoInts(dtype, v, shape)}}}
}

// attr is the node's attribute, or its op's default, or nil.
func (n *Node) attr(name string) *tfproto.AttrValue {
	if v, ok := n.Attrs[name]; ok {
		return v
	}
	if n.def != nil {
		for _, a := range n.def.Attr {
			if a.Name == name {
				return a.DefaultValue
			}
		}
	}
	return nil
}

// Int is an integer attribute, 0 when absent.
func (n *Node) Int(name string) int { return int(n.attr(name).GetI()) }

// Float is a float attribute, 0 when absent.
func (n *Node) Float(name string) float64 { return float64(n.attr(name).GetF()) }

// Bool is a boolean attribute, false when absent.
func (n *Node) Bool(name string) bool { return n.attr(name).GetB() }

// Str is a string attribute, empty when absent.
func (n *Node) Str(name string) string { return string(n.attr(name).GetS()) }

// Type is a dtype attribute.
func (n *Node) Type(name string) tensor.DType { return tensor.DType(n.attr(name).GetType()) }

// Ints is an integer list attribute.
func (n *Node) Ints(name string) []int {
	var out []int
	for _, i := range n.attr(name).GetList().GetI() {
		out = append(out, int(i))
	}
	return out
}

// Strs is a string list attribute.
func (n *Node) Strs(name string) []string {
	var out []string
	for _, s := range n.attr(name).GetList().GetS() {
		out = append(out, string(s))
	}
	return out
}

// Set changes an attribute of the node.
func (n *Node) Set(a Attr) { n.Attrs[a.Name] = a.value }

// Copy gives an attribute of the node, default included, for use on another
// node under the same name.
func (n *Node) Copy(name string) Attr { return Attr{name, n.attr(name)} }
