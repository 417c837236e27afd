package graphops

import (
	"encoding/binary"

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
	s := &tfproto.TensorShapeProto{}
	for _, d := range sizes {
		s.Dim = append(s.Dim, &tfproto.TensorShapeProto_Dim{Size: int64(d)})
	}
	return Attr{name, &tfproto.AttrValue{Value: &tfproto.AttrValue_Shape{Shape: s}}}
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

// constInts reads the integers of a constant of dtype int32 or int64.
func constInts(p *tfproto.TensorProto) ([]int, bool) {
	dtype := tensor.DType(p.GetDtype())
	if dtype != tensor.Int32 && dtype != tensor.Int64 {
		return nil, false
	}
	count := 1
	for _, d := range p.GetTensorShape().GetDim() {
		count *= int(d.Size)
	}
	if c := p.GetTensorContent(); len(c) > 0 {
		if len(c) != count*dtype.Size() {
			return nil, false
		}
		out := make([]int, count)
		for i := range out {
			if dtype == tensor.Int32 {
				out[i] = int(int32(binary.LittleEndian.Uint32(c[4*i:])))
			} else {
				out[i] = int(int64(binary.LittleEndian.Uint64(c[8*i:])))
			}
		}
		return out, true
	}
	var vals []int
	for _, v := range p.GetIntVal() {
		vals = append(vals, int(v))
	}
	for _, v := range p.GetInt64Val() {
		vals = append(vals, int(v))
	}
	const most = 1 << 16 // shape-like constants are short; do not expand a huge splat
	if count > most || count < 0 || len(vals) > count {
		return nil, false
	}
	// TensorFlow repeats the last value to fill the shape, and 0 when there is none.
	for len(vals) < count {
		last := 0
		if len(vals) > 0 {
			last = vals[len(vals)-1]
		}
		vals = append(vals, last)
	}
	return vals, true
}

func tensorProtoInts(dtype tensor.DType, v []int, shape []int) *tfproto.TensorProto {
	p := &tfproto.TensorProto{Dtype: int32(dtype), TensorShape: protoShape(shape)}
	for _, i := range v {
		if dtype == tensor.Int64 {
			p.Int64Val = append(p.Int64Val, int64(i))
		} else {
			p.IntVal = append(p.IntVal, int32(i))
		}
	}
	return p
}

// tensorProtoFloat is a constant of one value in any float dtype.
func tensorProtoFloat(dtype tensor.DType, v float64) *tfproto.TensorProto {
	p := &tfproto.TensorProto{Dtype: int32(dtype), TensorShape: &tfproto.TensorShapeProto{}}
	switch dtype {
	case tensor.Float64:
		p.DoubleVal = []float64{v}
	case tensor.Float16:
		p.HalfVal = []int32{int32(tensor.HalfOf(v))}
	case tensor.BFloat16:
		p.HalfVal = []int32{int32(tensor.BrainOf(v))}
	default:
		p.FloatVal = []float32{float32(v)}
	}
	return p
}

func protoShape(sizes []int) *tfproto.TensorShapeProto {
	s := &tfproto.TensorShapeProto{}
	for _, d := range sizes {
		s.Dim = append(s.Dim, &tfproto.TensorShapeProto_Dim{Size: int64(d)})
	}
	return s
}
