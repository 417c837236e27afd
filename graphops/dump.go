package graphops

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// String writes the graph as text, one node a line:
//
//	name = Op(inputs) {attributes} -> types and shapes  # what it stands for
//
// Attributes that are the op's defaults, or follow from the inputs' types, are
// left out. The order is that in which the nodes were made.
func (g *Graph) String() string {
	var b strings.Builder
	for _, n := range g.nodes {
		var in []string
		for _, i := range n.Inputs {
			in = append(in, i.String())
		}
		fmt.Fprintf(&b, "%s = %s(%s)", n.Name, n.Op, strings.Join(in, ", "))
		if attrs := n.attrText(); attrs != "" {
			fmt.Fprintf(&b, " {%s}", attrs)
		}
		var out []string
		for _, o := range n.Outputs {
			out = append(out, o.DType.String()+o.Shape.String())
		}
		if len(out) > 0 {
			fmt.Fprintf(&b, " -> %s", strings.Join(out, ", "))
		}
		if n.Loaded != "" {
			fmt.Fprintf(&b, "  # loaded %s", n.Loaded)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// attrText lists the attributes that are not obvious, by name.
func (n *Node) attrText() string {
	implied := map[string]bool{}
	defaults := map[string]string{}
	for _, a := range n.def.GetInputArg() {
		implied[a.TypeAttr], implied[a.NumberAttr], implied[a.TypeListAttr] = true, true, true
	}
	for _, a := range n.def.GetAttr() {
		if a.DefaultValue != nil {
			defaults[a.Name] = valueText(a.DefaultValue)
		}
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(n.Attrs)) {
		v := valueText(n.Attrs[name])
		if implied[name] || defaults[name] == v || name == "dtype" {
			continue
		}
		parts = append(parts, name+"="+v)
	}
	return strings.Join(parts, " ")
}

func valueText(v *tfproto.AttrValue) string {
	switch v := v.GetValue().(type) {
	case *tfproto.AttrValue_S:
		return fmt.Sprintf("%q", v.S)
	case *tfproto.AttrValue_I:
		return fmt.Sprint(v.I)
	case *tfproto.AttrValue_F:
		return fmt.Sprint(v.F)
	case *tfproto.AttrValue_B:
		return fmt.Sprint(v.B)
	case *tfproto.AttrValue_Type:
		return tensor.DType(v.Type).String()
	case *tfproto.AttrValue_Shape:
		return shapeText(v.Shape)
	case *tfproto.AttrValue_Tensor:
		return tensorText(v.Tensor)
	case *tfproto.AttrValue_Func:
		return "@" + v.Func.Name
	case *tfproto.AttrValue_List:
		l := v.List
		var parts []string
		for _, s := range l.S {
			parts = append(parts, fmt.Sprintf("%q", s))
		}
		for _, i := range l.I {
			parts = append(parts, fmt.Sprint(i))
		}
		for _, f := range l.F {
			parts = append(parts, fmt.Sprint(f))
		}
		for _, b := range l.B {
			parts = append(parts, fmt.Sprint(b))
		}
		for _, t := range l.Type {
			parts = append(parts, tensor.DType(t).String())
		}
		for _, s := range l.Shape {
			parts = append(parts, shapeText(s))
		}
		for _, f := range l.Func {
			parts = append(parts, "@"+f.Name)
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	return "?"
}

func shapeText(s *tfproto.TensorShapeProto) string {
	if s.GetUnknownRank() {
		return "[...]"
	}
	var parts []string
	for _, d := range s.GetDim() {
		parts = append(parts, fmt.Sprint(d.Size))
	}
	return "[" + strings.Join(parts, " ") + "]"
}

// tensorText shows short integer constants and single numbers; of others only
// the type and shape.
func tensorText(p *tfproto.TensorProto) string {
	const most = 16 // a shape, a permutation or a list of paddings
	if v, ok := constInts(p); ok && len(v) <= most {
		return fmt.Sprint(v)
	}
	if len(p.FloatVal) == 1 && len(p.GetTensorShape().GetDim()) == 0 {
		return fmt.Sprint(p.FloatVal[0])
	}
	return tensor.DType(p.Dtype).String() + shapeText(p.TensorShape)
}
