package graphops

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Builder adds nodes to a graph. Types are worked out from the inputs. The
// first error sticks: later calls do nothing and Err reports it, so that rules
// read like formulas.
type Builder struct {
	graph  *Graph
	scope  string
	consts map[string]Output
	err    error
}

// NewBuilder adds nodes to g under the given name scope.
func NewBuilder(g *Graph, scope string) *Builder {
	return &Builder{graph: g, scope: scope, consts: map[string]Output{}}
}

// In returns a builder that shares everything but names its nodes under
// another scope.
func (b *Builder) In(scope string) *Builder {
	return &Builder{graph: b.graph, scope: scope, consts: b.consts, err: b.err}
}

// Graph is the graph that grows.
func (b *Builder) Graph() *Graph { return b.graph }

// Err is the first error, or nil.
func (b *Builder) Err() error { return b.err }

// Fail records an error unless there is one already.
func (b *Builder) Fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// Node adds a node and returns it; nil after an error. Missing type and list
// attributes are taken from the inputs.
func (b *Builder) Node(op string, in []Output, attrs ...Attr) *Node {
	if b.err != nil {
		return nil
	}
	n := &Node{Name: b.scope + "/" + op, Op: op, Inputs: slices.Clone(in), Attrs: map[string]*tfproto.AttrValue{}}
	for _, i := range in {
		if !i.Valid() {
			b.Fail(&GraphError{n.Name, "an input is missing"})
			return nil
		}
	}
	for _, a := range attrs {
		if a.value != nil {
			n.Attrs[a.Name] = a.value
		}
	}
	if err := b.graph.add(n); err != nil {
		b.Fail(err)
		return nil
	}
	return n
}

// Op adds a node and returns its first output; the zero Output after an error.
func (b *Builder) Op(op string, in []Output, attrs ...Attr) Output {
	n := b.Node(op, in, attrs...)
	if n == nil {
		return Output{}
	}
	return Output{n, 0}
}

// Like notes that a tensor has the same shape as another.
func (b *Builder) Like(o, shape Output) Output {
	if o.Valid() && shape.Valid() && !o.Shape().Known() {
		o.Node.Outputs[o.Index].Shape = shape.Shape()
	}
	return o
}

// constant adds a Const once for each name.
func (b *Builder) constant(key string, p *tfproto.TensorProto) Output {
	if o, ok := b.consts[key]; ok || b.err != nil {
		return o
	}
	o := b.Op("Const", nil, Attr{"value", &tfproto.AttrValue{Value: &tfproto.AttrValue_Tensor{Tensor: p}}}, Type("dtype", tensor.DType(p.Dtype)))
	if o.Valid() {
		sizes := []int{}
		for _, d := range p.GetTensorShape().GetDim() {
			sizes = append(sizes, int(d.Size))
		}
		o.Node.Outputs[0].Shape = ShapeOf(sizes...)
		b.consts[key] = o
	}
	return o
}

// IntVector is a constant int32 vector.
func (b *Builder) IntVector(v ...int) Output {
	return b.constant(keyOf("v", v), tensorProtoInts(tensor.Int32, v, []int{len(v)}))
}

// IntScalar is a constant int32 scalar.
func (b *Builder) IntScalar(v int) Output {
	return b.constant(keyOf("s", []int{v}), tensorProtoInts(tensor.Int32, []int{v}, nil))
}

// Scalar is a constant of a float dtype, rank 0.
func (b *Builder) Scalar(dtype tensor.DType, v float64) Output {
	return b.constant(keyOf(dtype.String(), v), tensorProtoFloat(dtype, v))
}

// ScalarLike is a constant of the dtype of x.
func (b *Builder) ScalarLike(x Output, v float64) Output {
	if !x.Valid() {
		return Output{}
	}
	if isComplex(x.DType()) {
		return b.Op("Cast", []Output{b.Scalar(tensor.Float64, v)}, Type("DstT", x.DType()))
	}
	return b.Scalar(x.DType(), v)
}
