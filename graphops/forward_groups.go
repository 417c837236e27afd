package graphops

import (
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// ungroup replaces grouped convolutions, which Keras writes as a Conv2D or Conv3D
// whose filter has fewer channels than the image (and, on a CPU, compiles by XLA).
// On a CPU TensorFlow itself has no kernel for their adjoints, nor for those of
// volumes at all, and its optimizer fuses them with the bias behind them into an op
// that it then cannot run. One channel in each group of a Conv2D is a depthwise
// convolution; other groups are split, convolved one by one and joined.
func ungroup(g *Graph) error {
	b := NewBuilder(g, "")
	nodes := g.nodes
	g.nodes = nil // what replaces a node goes before it: the order is topological
	for _, n := range nodes {
		if n.Loop != nil {
			if err := ungroup(n.Loop.Body.Graph); err != nil {
				b.Fail(err)
			}
		}
		if groups := groupsOf(n); groups > 1 {
			b.ungroup(n, groups)
		}
		g.nodes = append(g.nodes, n)
	}
	return b.Err()
}

// groupsOf is the number of groups of a convolution, 1 if it is not known to
// have more.
func groupsOf(n *Node) int {
	rank := map[string]int{"Conv2D": 4, "Conv3D": 5}[n.Op]
	if rank == 0 {
		return 1
	}
	image, filter := n.Inputs[0].Shape(), n.Inputs[1].Shape()
	if image.Rank() != rank || filter.Rank() != rank {
		return 1
	}
	channels, each, out := image.Dims[channelAxis(n)], filter.Dims[rank-2], filter.Dims[rank-1]
	if !channels.Static() || !each.Static() || !out.Static() || each.Size == 0 || channels.Size%each.Size != 0 || out.Size%(channels.Size/each.Size) != 0 {
		return 1
	}
	return channels.Size / each.Size
}

func channelAxis(n *Node) int { return max(strings.IndexByte(n.Str("data_format"), 'C'), 1) }

func (b *Builder) ungroup(n *Node, groups int) {
	in := b.In(n.Name)
	filter := n.Inputs[1]
	f, ok := filter.Shape().Static()
	if ok && n.Op == "Conv2D" && f[2] == 1 && depthwise(n) {
		sizes := []int{f[0], f[1], groups, f[3] / groups}
		flat := in.Op("Reshape", []Output{filter, in.IntVector(sizes...)})
		if b.Fail(in.Err()); b.Err() != nil {
			return
		}
		flat.Node.Outputs[0].Shape = ShapeOf(sizes...)
		n.Op, n.def, n.Inputs = "DepthwiseConv2dNative", b.graph.ops["DepthwiseConv2dNative"], []Output{n.Inputs[0], flat}
		delete(n.Attrs, "use_cudnn_on_gpu")
		return
	}
	axis := channelAxis(n)
	images := in.parts(n.Inputs[0], axis, groups)
	filters := in.parts(filter, filter.Shape().Rank()-1, groups)
	attrs := []Attr{n.Copy("strides"), n.Copy("padding"), n.Copy("data_format"), n.Copy("dilations")}
	if n.Op == "Conv2D" {
		attrs = append(attrs, n.Copy("explicit_paddings"))
	}
	var joined []Output
	for i := range images {
		y := in.Op(n.Op, []Output{images[i], filters[i]}, attrs...)
		if y.Valid() {
			y.Node.Outputs[0].Shape = partShape(n.Outputs[0].Shape, axis, groups)
		}
		joined = append(joined, y)
	}
	joined = append(joined, in.IntScalar(axis))
	if b.Fail(in.Err()); b.Err() != nil {
		return
	}
	n.Op, n.def, n.Inputs, n.Attrs = "ConcatV2", b.graph.ops["ConcatV2"], joined, map[string]*tfproto.AttrValue{}
	_, err := resolveTypes(n)
	b.Fail(err)
}

// depthwise says whether the depthwise kernel of a CPU takes a convolution's
// strides and dilations.
func depthwise(n *Node) bool {
	h := 1
	if channelAxis(n) == 1 {
		h = 2
	}
	s, d := n.Ints("strides"), n.Ints("dilations")
	return len(s) == 4 && s[h] == s[h+1] && (len(d) != 4 || d[h] == 1 && d[h+1] == 1)
}

// parts cuts a tensor into equal parts along an axis.
func (b *Builder) parts(o Output, axis, count int) []Output {
	n := b.Node("Split", []Output{b.IntScalar(axis), o}, Int("num_split", count))
	if n == nil {
		return nil
	}
	var out []Output
	for i := range n.Outputs {
		n.Outputs[i].Shape = partShape(o.Shape(), axis, count)
		out = append(out, Output{n, i})
	}
	return out
}

// partShape is the shape of one of equal parts along an axis.
func partShape(s Shape, axis, count int) Shape {
	if axis >= s.Rank() || !s.Dims[axis].Static() {
		return Shape{}
	}
	part := Shape{KnownRank: true, Dims: slices.Clone(s.Dims)}
	part.Dims[axis].Size /= count
	return part
}
