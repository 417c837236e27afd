package graphops

import "github.com/tfexplain/tfexplain-go/internal/tfproto"

// libraryFor is the part of a function library that a graph's nodes name, in
// If and While for instance, with everything those functions call. Nil when
// they name none.
func libraryFor(g *Graph, all *tfproto.FunctionDefLibrary) *tfproto.FunctionDefLibrary {
	byName := map[string]*tfproto.FunctionDef{}
	for _, f := range all.GetFunction() {
		byName[f.GetSignature().GetName()] = f
	}
	var out *tfproto.FunctionDefLibrary
	var use func(op string, attrs map[string]*tfproto.AttrValue)
	need := func(name string) {
		f := byName[name]
		if f == nil {
			return
		}
		delete(byName, name)
		if out == nil {
			out = &tfproto.FunctionDefLibrary{}
		}
		out.Function = append(out.Function, f)
		for _, d := range f.NodeDef {
			use(d.Op, d.Attr)
		}
	}
	use = func(op string, attrs map[string]*tfproto.AttrValue) {
		need(op)
		for _, v := range attrs {
			if f := v.GetFunc(); f != nil {
				need(f.Name)
			}
			for _, f := range v.GetList().GetFunc() {
				need(f.Name)
			}
		}
	}
	g.Each(func(n *Node) { use(n.Op, n.Attrs) })
	return out
}
