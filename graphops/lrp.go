package graphops

// Bias says what happens to the share of the relevance that a bias deserves.
type Bias int

const (
	// Absorb: the bias keeps its share, which is lost.
	Absorb Bias = iota
	// Distribute: the share is spread evenly over the inputs of the linear map,
	// together with that of epsilon; nothing is lost. The offset of an elementwise
	// op (batch norm) goes to the one element that it is added to.
	Distribute
	// Ignore: the bias is left out of the denominator; the inputs get everything.
	Ignore
)

// LRP is the epsilon rule of Bach et al. (2015, doi:10.1371/journal.pone.0130140,
// eq. 58) at every linear map. What flows back is relevance, not a gradient:
// with z_j = sum_i x_i w_ij + b_j,
//
//	R_i = sum_j x_i w_ij / (z_j + epsilon*sign(z_j)) * R_j
//
// Activations hand their relevance on, a pooling gives it to the maximum, a Select
// or a gather to what was chosen, and a product of two varying sides gives half to
// each (Achtibat et al. 2024, arXiv:2402.05602, the uniform rule).
type LRP struct {
	Epsilon float64
	Bias    Bias

	regions *regions
	// z holds, for the output of a linear map without its bias, the tensor to
	// divide by: the output with the bias.
	z map[Output]Output
}

// NewLRP prepares the pass for one walk.
func NewLRP(w *Walk, epsilon float64, bias Bias) *LRP {
	return &LRP{Epsilon: epsilon, Bias: bias, regions: findRegions(w), z: map[Output]Output{}}
}

// Name implements Pass.
func (*LRP) Name() string { return "elrp (canonical)" }

// Refuse implements Pass.
func (p *LRP) Refuse(n *Node, r Rule, w *Walk) (reason, help string) {
	if p.regions.bent[Output{n, 0}] || discreteOnly(n) { // no relevance gets to a condition or an index
		return "", ""
	}
	isFloat := func(o Output) bool { return o.DType().IsFloat() || o.Element().IsFloat() }
	if complexHere(w, n) {
		return "it computes with complex numbers, which have no sign for epsilon", "take DeepExplain's form (Canonical false), or DeepLIFT"
	}
	help = "take DeepExplain's form (Canonical false), DeepLIFT, or " + perturb
	for _, in := range n.Inputs {
		if w.Varies(in) && !isFloat(in) && !(isDiscrete(in) && routes(n.Op, r.Kind) && varies(w, n, isFloat)) {
			return "its result depends on the explained inputs through a " + in.DType().String() + ", which carries no relevance", help
		}
	}
	switch r.Kind {
	case Bilinear:
		if n.Op == "L2Loss" || n.Op == "SquaredDifference" {
			return "it squares what varies, which no linear map does", help
		}
		return "", ""
	case Linear, Extremum, Unary, Select:
		return "", ""
	case Quotient:
		if !w.Varies(n.Inputs[1]) {
			return "", ""
		}
	}
	return "there is no epsilon rule for it", help
}

// Reference implements Pass.
func (*LRP) Reference() *Reference { return nil }

// Within implements Pass.
func (p *LRP) Within(w *Walk, _ *Reference) Pass { return NewLRP(w, p.Epsilon, p.Bias) }

// Backprop implements Pass.
func (p *LRP) Backprop(c *Context, r Rule, w *Walk) []Adjoint {
	y := Output{c.Node, 0}
	switch {
	case p.regions.bent[y]: // an activation
		return []Adjoint{{p.regions.of(y), c.Grad(0)}}
	case r.Kind == Unary:
		for i := range c.Node.Inputs {
			if c.wants[i] {
				return []Adjoint{{c.Node.Inputs[i], c.Grad(0)}}
			}
		}
	case routes(c.Node.Op, r.Kind):
		if r.Multiplier != nil && r.VJP == nil { // StopGradient: relevance is not stopped
			return c.toInputs(r.Multiplier(c))
		}
		return c.toInputs(r.VJP(c))
	}
	if x, ok := p.biased(c, w); ok {
		return []Adjoint{{x, c.Grad(0)}}
	}
	return c.toInputs(p.linear(c, r))
}

// biased recognises a constant added to the output of a linear map, and leaves
// the relevance to that map.
func (p *LRP) biased(c *Context, w *Walk) (Output, bool) {
	n := c.Node
	switch n.Op {
	case "BiasAdd", "Add", "AddV2", "Sub":
	default:
		return Output{}, false
	}
	x := n.Inputs[0]
	if !w.Varies(x) {
		x = n.Inputs[1]
	} else if w.Varies(n.Inputs[1]) {
		return Output{}, false
	}
	if n.Op == "Sub" && x != n.Inputs[0] || !x.Shape().Same(n.Outputs[0].Shape) || len(c.wants) != 2 {
		return Output{}, false
	}
	product := x // Conv1D squeezes its product before it adds the bias
	for (product.Node.Op == "Squeeze" || product.Node.Op == "Reshape") && p.used(w, product) == 1 {
		product = product.Node.Inputs[0]
	}
	if !weighted(product.Node.Op) || w.rules[product.Node.Op].Kind == Bilinear && w.Varies(product.Node.Inputs[0]) && w.Varies(product.Node.Inputs[1]) || p.used(w, product) > 1 {
		return Output{}, false
	}
	p.z[product] = c.ReshapeLike(Output{n, 0}, product)
	return x, true
}

// used counts the consumers of a tensor on the path.
func (p *LRP) used(w *Walk, x Output) int {
	count := 0
	for _, n := range w.Path {
		for _, in := range n.Inputs {
			if in == x {
				count++
			}
		}
	}
	return count
}

// weighted says whether an op is a linear map with weights.
func weighted(op string) bool {
	switch op {
	case "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "Conv2D", "Conv3D", "DepthwiseConv2dNative":
		return true
	}
	return false
}

// linear is the epsilon rule at one map.
func (p *LRP) linear(c *Context, r Rule) []Output {
	y := Output{c.Node, 0}
	varying := 0
	for i := range c.Node.Inputs {
		if c.wants[i] {
			varying++
		}
	}
	if p.Bias == Distribute && varying == 1 && affine(c.Node.Op) {
		return c.whole() // there is one input to give the offset's share to
	}
	z, hasBias := p.z[y]
	switch {
	case hasBias && p.Bias != Ignore:
	case hasBias || p.Bias != Ignore:
		z = y
	default:
		z = p.withoutOffset(c, r)
	}
	stable := c.stabilized(z, p.Epsilon)
	share := c.Div(c.Grad(0), stable)
	at := *c
	at.grads = []Output{share}
	if r.Kind == Bilinear && varying == 2 {
		at.grads = []Output{c.Scale(share, 0.5)}
	}
	out := r.VJP(&at)
	for i, x := range c.Node.Inputs {
		if i < len(out) && out[i].Valid() && c.wants[i] {
			out[i] = c.Mul(x, out[i])
		}
	}
	if p.Bias == Distribute && varying == 1 && weighted(c.Node.Op) {
		p.distribute(c, r, out, c.Mul(share, c.Sub(stable, y)))
	}
	return out
}

// whole hands all relevance to the one input that varies.
func (c *Context) whole() []Output {
	out := make([]Output, len(c.Node.Inputs))
	for i, x := range c.Node.Inputs {
		if c.wants[i] {
			out[i] = c.SumTo(c.Grad(0), Output{c.Node, 0}, x)
		}
	}
	return out
}

// distribute spreads what bias and epsilon would keep, rest, evenly over the
// inputs that each output is made of: as many as an all-ones map counts.
func (p *LRP) distribute(c *Context, r Rule, out []Output, rest Output) {
	ones := make([]Output, len(c.Node.Inputs))
	for i, in := range c.Node.Inputs {
		ones[i] = in
		if in.DType().IsFloat() {
			ones[i] = c.Ones(in)
		}
	}
	count := c.again(c.Node, ones)
	if count == nil {
		return
	}
	at := *c
	at.in = func(o Output) Output {
		if o.DType().IsFloat() {
			return c.Ones(o)
		}
		return o
	}
	at.grads = []Output{c.Div(rest, Output{count, 0})}
	for i, extra := range r.VJP(&at) {
		if extra.Valid() && c.wants[i] {
			out[i] = c.Add(out[i], extra)
		}
	}
}

// affine says whether an op adds a constant of its own to what varies, element
// by element.
func affine(op string) bool {
	switch op {
	case "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3", "BiasAdd", "Add", "AddV2", "Sub":
		return true
	}
	return false
}

// withoutOffset is the part of an affine op's output that comes from its varying
// inputs: each times what the gradient says it is multiplied with.
func (p *LRP) withoutOffset(c *Context, r Rule) Output {
	y := Output{c.Node, 0}
	if !affine(c.Node.Op) {
		return y
	}
	at := *c
	at.grads = []Output{c.Ones(y)}
	var sum Output
	for i, factor := range r.VJP(&at) {
		x := c.Node.Inputs[i]
		switch {
		case !factor.Valid() || !c.wants[i]:
			continue
		case !x.Shape().Same(y.Shape()): // broadcast: the gradient is already summed
			return y
		}
		part := c.Mul(x, factor)
		if sum.Valid() {
			part = c.Add(sum, part)
		}
		sum = part
	}
	return sum
}
