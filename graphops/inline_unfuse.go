package graphops

import (
	"fmt"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// TensorFlow's graph optimizer, and converters of models, fuse a convolution or
// a matrix product with the bias and the activation behind it. The copy has the
// ops that the fused one stands for.

// isFused says whether an op stands for several.
func isFused(op string) bool {
	switch op {
	case "_FusedConv2D", "_FusedDepthwiseConv2dNative", "_FusedMatMul", "_FusedBatchNormEx", "FusedPadConv2D", "FusedResizeAndPadConv2D":
		return true
	}
	return false
}

// unfuse adds the ops that a fused node stands for and returns its result.
func (c *copier) unfuse(s *scope, d *tfproto.NodeDef, ins []Output) (Output, error) {
	// n only reads the attributes, with their defaults.
	n := &Node{Name: s.join(d.Name), Op: d.Op, Attrs: copyAttrs(d.Attr, s.attrs), def: c.graph.ops[d.Op]}
	u := &unfuser{Builder: NewBuilder(c.graph, n.Name), n: n, device: d.Device}
	if u.device == "" {
		u.device = s.device
	}
	if need := map[string]int{"_FusedBatchNormEx": 5, "FusedPadConv2D": 3, "FusedResizeAndPadConv2D": 4}[d.Op]; len(ins) < max(need, 2) {
		return Output{}, &ArityError{Op: d.Op, Node: n.Name, Given: len(ins), Wanted: max(need, 2)}
	}
	var y Output
	switch d.Op {
	case "_FusedConv2D":
		y = u.op("Conv2D", ins[:2], n.Copy("strides"), n.Copy("padding"), n.Copy("explicit_paddings"), n.Copy("data_format"), n.Copy("dilations"))
		y = u.tail(y, ins[2:])
	case "_FusedDepthwiseConv2dNative":
		y = u.op("DepthwiseConv2dNative", ins[:2], n.Copy("strides"), n.Copy("padding"), n.Copy("data_format"), n.Copy("dilations"))
		y = u.tail(y, ins[2:])
	case "_FusedMatMul":
		y = u.op("MatMul", ins[:2], n.Copy("transpose_a"), n.Copy("transpose_b"))
		y = u.tail(y, ins[2:])
	case "_FusedBatchNormEx":
		y = u.op("FusedBatchNormV3", ins[:5], n.Copy("epsilon"), n.Copy("exponential_avg_factor"), n.Copy("data_format"), n.Copy("is_training"))
		for _, side := range ins[5:] {
			y = u.op("AddV2", []Output{y, side})
		}
		y = u.activation(y, n.Str("activation_mode"))
	case "FusedPadConv2D":
		y = u.op("MirrorPad", ins[:2], n.Copy("mode"))
		y = u.op("Conv2D", []Output{y, ins[2]}, n.Copy("strides"), n.Copy("padding"))
	case "FusedResizeAndPadConv2D":
		y = u.op("ResizeBilinear", ins[:2], Bool("align_corners", n.Bool("resize_align_corners")))
		y = u.op("MirrorPad", []Output{y, ins[2]}, n.Copy("mode"))
		y = u.op("Conv2D", []Output{y, ins[3]}, n.Copy("strides"), n.Copy("padding"))
	}
	return y, u.Err()
}

// unfuser adds the parts of one fused node.
type unfuser struct {
	*Builder
	n      *Node
	device string
}

func (u *unfuser) op(op string, in []Output, attrs ...Attr) Output {
	n := u.Node(op, in, attrs...)
	if n == nil {
		return Output{}
	}
	n.Origin, n.Device = u.n.Name, u.device
	return Output{n, 0}
}

// tail is what fused_ops names: a bias or a batch norm, then an activation.
func (u *unfuser) tail(y Output, args []Output) Output {
	format := u.n.Copy("data_format")
	if u.n.Op == "_FusedMatMul" {
		format = Attr{}
	}
	for _, raw := range u.n.attr("fused_ops").GetList().GetS() {
		switch op := string(raw); {
		case op == "BiasAdd" && len(args) > 0:
			y, args = u.op("BiasAdd", []Output{y, args[0]}, format), args[1:]
		case op == "FusedBatchNorm" && len(args) > 3:
			y = u.op("FusedBatchNormV3", []Output{y, args[0], args[1], args[2], args[3]}, format, u.n.Copy("epsilon"), Bool("is_training", false))
			args = args[4:]
		case op == "Add" && len(args) > 0:
			y, args = u.op("AddV2", []Output{y, args[0]}), args[1:]
		default:
			y = u.activation(y, op)
		}
	}
	return y
}

// activation is the function of that name.
func (u *unfuser) activation(y Output, name string) Output {
	switch name {
	case "", "Identity":
		return y
	case "Relu", "Relu6", "Elu", "Tanh", "Sigmoid", "Softplus":
		return u.op(name, []Output{y})
	case "LeakyRelu":
		return u.op(name, []Output{y}, Attr{"alpha", u.n.attr("leakyrelu_alpha")})
	case "GeluExact":
		return u.gelu(y, u.op("Erf", []Output{u.times(y, 0.7071067811865476)})) // x/sqrt(2)
	case "GeluApproximate": // Hendrycks and Gimpel 2016, arXiv:1606.08415
		cube := u.times(u.op("Mul", []Output{y, u.op("Square", []Output{y})}), 0.044715)
		inner := u.times(u.op("AddV2", []Output{y, cube}), 0.7978845608028654) // sqrt(2/pi)
		return u.gelu(y, u.op("Tanh", []Output{inner}))
	}
	u.Fail(&GraphError{u.n.Name, fmt.Sprintf("it is fused with %s, which is not known (%s)", name, strings.TrimPrefix(u.n.Op, "_"))})
	return Output{}
}

func (u *unfuser) times(x Output, by float64) Output {
	return u.op("Mul", []Output{x, u.ScalarLike(x, by)})
}

// gelu is half of x times (1 + f).
func (u *unfuser) gelu(x, f Output) Output {
	return u.op("Mul", []Output{u.times(x, 0.5), u.op("AddV2", []Output{f, u.ScalarLike(x, 1)})})
}
