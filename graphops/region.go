package graphops

// Elementwise says whether an op's result at one position depends on its inputs
// at that position only; others broadcast. A connected set of such ops fed by one
// varying tensor is a function of one number: an activation.
func Elementwise(op string) bool {
	switch op {
	case "Add", "AddV2", "Sub", "Mul", "Div", "RealDiv", "DivNoNan", "Neg", "AddN", "Pow", "SquaredDifference", "Maximum", "Minimum",
		"Mod", "FloorMod", "FloorDiv", "TruncateDiv", "TruncateMod", "Xdivy", "Xlogy", "Xlog1py", "Atan2",
		"Relu", "Relu6", "Elu", "Selu", "LeakyRelu", "Softplus", "Softsign", "Sigmoid", "Tanh",
		"Exp", "Expm1", "Log", "Log1p", "Sqrt", "Rsqrt", "Reciprocal", "Inv", "Square", "Abs", "Erf", "Erfc", "Erfinv", "Ndtri",
		"Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Lgamma", "Digamma",
		"BesselI0", "BesselI1", "BesselI0e", "BesselI1e", "BesselJ0", "BesselJ1", "BesselY0", "BesselY1", "BesselK0", "BesselK1", "BesselK0e", "BesselK1e",
		"Dawsn", "Expint", "FresnelCos", "FresnelSin", "Spence", "Igamma", "Igammac", "Polygamma", "Zeta", "NextAfter", "MulNoNan",
		"Floor", "Ceil", "Round", "Rint", "Sign", "ClipByValue",
		"FakeQuantWithMinMaxArgs", "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel",
		"Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual", "ApproximateEqual",
		"LogicalAnd", "LogicalOr", "LogicalNot", "IsFinite", "IsInf", "IsNan",
		"BitwiseAnd", "BitwiseOr", "BitwiseXor", "Invert", "LeftShift", "RightShift", "Bucketize",
		"Select", "SelectV2", "Cast", "Identity", "IdentityN", "StopGradient", "CheckNumerics", "Snapshot", "EnsureShape":
		return true
	}
	return false
}

// elementwise is Elementwise for a node: between types of one size a Bitcast is, too.
func elementwise(n *Node) bool {
	if n.Op == "Bitcast" {
		return n.Inputs[0].DType().Size() == n.Outputs[0].DType.Size()
	}
	return Elementwise(n.Op)
}

// regions finds for each tensor of the path the one varying tensor that it is
// an elementwise function of. A tensor of which there is none is its own
// source.
type regions struct {
	source map[Output]Output
	bent   map[Output]bool // something on the way from the source is not linear
}

func findRegions(w *Walk) *regions {
	r := &regions{source: map[Output]Output{}, bent: map[Output]bool{}}
	for _, n := range w.Path {
		if !elementwise(n) {
			continue
		}
		if n.Op == "IdentityN" { // each output is its own input
			for i, in := range n.Inputs {
				r.extend(w, Output{n, i}, []Output{in}, false)
			}
			continue
		}
		r.extend(w, Output{n, 0}, n.Inputs, !linearHere(w, n))
	}
	return r
}

// extend gives an output the source that all its varying inputs share.
func (r *regions) extend(w *Walk, out Output, inputs []Output, nonlinear bool) {
	var source Output
	bent := false
	for _, in := range inputs {
		if !w.Varies(in) {
			continue
		}
		s := r.of(in)
		if source.Valid() && s != source {
			return
		}
		source = s
		bent = bent || r.bent[in]
	}
	// Broadcasting against the source would make it more than one number each.
	if !source.Valid() || !source.Shape().Same(out.Shape()) || w.isX[out] {
		return
	}
	if !source.DType().IsFloat() || isComplex(out.DType()) { // a bool has no difference to divide by
		return
	}
	r.source[out] = source
	r.bent[out] = bent || nonlinear
}

// linearHere says whether an elementwise node is linear in what varies.
func linearHere(w *Walk, n *Node) bool {
	switch n.Op {
	case "Mul": // by a constant
		return !w.Varies(n.Inputs[0]) || !w.Varies(n.Inputs[1])
	case "Cast": // rounding is not linear
		from, to := n.Inputs[0].DType(), n.Outputs[0].DType
		return from.IsFloat() && to.IsFloat() && from.Size() <= to.Size()
	}
	switch w.rules[n.Op].Kind {
	case Linear:
		return true
	case Quotient:
		return !w.Varies(n.Inputs[1])
	}
	return false
}

// of is the source of a tensor.
func (r *regions) of(o Output) Output {
	if s, ok := r.source[o]; ok {
		return s
	}
	return o
}
