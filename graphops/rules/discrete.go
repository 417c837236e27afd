package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// steps are piecewise constant: their gradient is zero wherever it exists.
func steps() graphops.Registry {
	r := graphops.Registry{}
	for _, op := range []string{
		"Floor", "Ceil", "Round", "Rint", "Sign",
		"Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual", "ApproximateEqual",
		"LogicalAnd", "LogicalOr", "LogicalNot", "IsFinite", "IsInf", "IsNan",
		"BitwiseAnd", "BitwiseOr", "BitwiseXor", "Invert", "LeftShift", "RightShift",
	} {
		r[op] = graphops.Rule{Kind: graphops.Discrete}
	}
	r["All"] = graphops.Rule{Kind: graphops.Discrete, Choice: boolChoice}
	r["Any"] = r["All"]
	r["ArgMax"] = graphops.Rule{Kind: graphops.Discrete, Choice: argChoice}
	r["ArgMin"] = r["ArgMax"]
	return r
}

// selections pick by a condition.
func selections() graphops.Registry {
	pick := func(op string, back func(c *context, adj output, to output) output) graphops.Rule {
		return graphops.Rule{Kind: graphops.Select, VJP: func(c *context) []output {
			cond, dy := c.In(0), c.Grad(0)
			return c.Adjoints(nil,
				func() output { return back(c, c.Op(op, []output{cond, dy, c.Zeros(dy)}), c.Node.Inputs[1]) },
				func() output { return back(c, c.Op(op, []output{cond, c.Zeros(dy), dy}), c.Node.Inputs[2]) })
		}}
	}
	return graphops.Registry{
		// Select takes a condition of the full shape, or one bool per row.
		"Select":   pick("Select", func(c *context, adj, to output) output { return c.Like(adj, to) }),
		"SelectV2": pick("SelectV2", func(c *context, adj, to output) output { return c.SumTo(adj, output{Node: c.Node}, to) }),
	}
}

// constants look at shapes only.
func constants() graphops.Registry {
	r := graphops.Registry{}
	for _, op := range []string{"Shape", "ShapeN", "Rank", "Size", "ZerosLike", "OnesLike"} {
		r[op] = graphops.Rule{Kind: graphops.Constant}
	}
	return r
}
