package graphops

import "github.com/tfexplain/tfexplain-go/internal/tfproto"

// Inferrer runs TensorFlow's shape inference over a graph that is never run.
// It returns the sizes (-1 unknown; nil when the rank is unknown) of every output of
// every node, by node name.
type Inferrer func(def *tfproto.GraphDef) (map[string][][]int, error)

// Two batch sizes for InferShapes. Both are highly composite, so that models
// that reshape rows into groups accept them, and no real axis has both sizes.
const (
	batchA = 27720 // lcm(1..12)
	batchB = 65520 // lcm(1..10) * 26
)

// InferShapes fills in the shapes of all nodes.
//
// TensorFlow calls every axis that depends on the batch "unknown", and then
// nobody can tell whether two such axes are equal. So the graph is inferred
// twice, for two batch sizes: an axis that is k times the batch in both
// answers is k per row (Dim.PerRow). If the model cannot be inferred that way,
// because its inputs do not share their first axis, say, the axes that were
// declared unknown stay unknown.
//
// Large constants are replaced by placeholders of their shape, because only
// small ones matter for shapes, and look-ups in hash tables by casts. A loop is
// replaced by its first turn; see infer_flat.go.
func InferShapes(g *Graph, functions *tfproto.FunctionDefLibrary, infer Inferrer) error {
	functions = libraryFor(g, functions)
	for {
		if err := g.inferOnce(functions, infer); err != nil {
			if g.declare() {
				continue // a variable does not keep the shape it starts with, and does not fit further down
			}
			return err
		}
		if !g.widen() {
			return nil
		}
	}
}

func (g *Graph) inferOnce(functions *tfproto.FunctionDefLibrary, infer Inferrer) error {
	a, errA := g.flat(functions, batchA).infer(infer)
	if errA == nil {
		b, err := g.flat(functions, batchB).infer(infer)
		if err == nil {
			setShapes(a, b)
			return nil
		}
	}
	plain, err := g.flat(functions, -1).infer(infer)
	if err != nil {
		return err
	}
	setShapes(plain, plain)
	return nil
}

func setShapes(a, b map[Output][]int) {
	for o, sizes := range a {
		o.Node.Outputs[o.Index].Shape = combine(sizes, b[o])
	}
}

func combine(a, b []int) Shape {
	if a == nil || len(a) != len(b) {
		return Shape{}
	}
	s := Shape{KnownRank: true, Dims: make([]Dim, len(a))}
	for i := range a {
		switch {
		case a[i] < 0 || b[i] < 0:
			s.Dims[i] = UnknownDim()
		case a[i] == b[i]:
			s.Dims[i] = Dim{Size: a[i]}
		case a[i]%batchA == 0 && b[i]%batchB == 0 && a[i]/batchA == b[i]/batchB:
			s.Dims[i] = Dim{Size: a[i] / batchA, PerRow: true}
		default:
			s.Dims[i] = UnknownDim()
		}
	}
	return s
}

// simplified is a node as TensorFlow is to see it where nothing is run: with a
// batch size (-1 leaves it open) and without the contents of a large constant.
func simplified(n *Node, nd *tfproto.NodeDef, batch int) *tfproto.NodeDef {
	switch nd.Op {
	case "Placeholder":
		shape := nd.Attr["shape"].GetShape()
		if batch >= 0 && !shape.GetUnknownRank() && len(shape.GetDim()) > 0 && shape.Dim[0].Size < 0 {
			sizes := []int{batch}
			for _, d := range shape.Dim[1:] {
				sizes = append(sizes, int(d.Size))
			}
			s := Dims("shape", sizes)
			return &tfproto.NodeDef{Name: nd.Name, Op: nd.Op, Attr: map[string]*tfproto.AttrValue{"dtype": nd.Attr["dtype"], "shape": s.value}}
		}
	case "Const":
		if p := nd.Attr["value"].GetTensor(); p != nil && elements(p.GetTensorShape()) > smallConst {
			s := &tfproto.AttrValue{Value: &tfproto.AttrValue_Shape{Shape: p.TensorShape}}
			return &tfproto.NodeDef{Name: nd.Name, Op: "Placeholder", Attr: map[string]*tfproto.AttrValue{"dtype": nd.Attr["dtype"], "shape": s}}
		}
	case "LookupTableFind", "LookupTableFindV2":
		if holdsScalars(n.Inputs[0].Node) {
			// TensorFlow does not say it, but each key gives one value: a cast has
			// that shape, whatever the types.
			return &tfproto.NodeDef{Name: nd.Name, Op: "Cast", Input: nd.Input[1:2], Attr: map[string]*tfproto.AttrValue{"SrcT": nd.Attr["Tin"], "DstT": nd.Attr["Tout"]}}
		}
	}
	return nd
}

// holdsScalars says whether a node is a table whose values are single numbers
// or strings. Of other tables the graph does not show the shape of a value.
func holdsScalars(table *Node) bool {
	for table.Op == "Identity" {
		table = table.Inputs[0].Node
	}
	switch table.Op {
	case "HashTable", "HashTableV2", "AnonymousHashTable", "MutableHashTable", "MutableHashTableV2", "AnonymousMutableHashTable":
		return true
	}
	return false
}

// Scratch is the whole graph as a message that TensorFlow can check without a
// session: loaded nodes included, large constants without their contents.
func Scratch(g *Graph, functions *tfproto.FunctionDefLibrary) *tfproto.GraphDef {
	def := g.ToDef(false, "scratch_")
	for i, nd := range def.Node {
		def.Node[i] = simplified(g.nodes[i], nd, -1)
	}
	if used := libraryFor(g, functions); used != nil {
		used.Function = append(used.Function, def.Library.GetFunction()...)
		def.Library = used
	}
	return def
}

// smallConst is the largest constant, in elements, whose value may matter for
// shapes: axes, permutations and paddings have a handful.
const smallConst = 1024

func elements(s *tfproto.TensorShapeProto) int {
	n := 1
	for _, d := range s.GetDim() {
		if d.Size > smallConst || n > smallConst {
			return smallConst + 1
		}
		n *= int(d.Size)
	}
	return n
}
