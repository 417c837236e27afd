package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// matmuls are the matrix products.
func matmuls() graphops.Registry {
	batch := func(op string) graphops.Rule { return matmul(op, "adj_x", "adj_y") }
	return graphops.Registry{
		"MatMul":        matmul("MatMul", "transpose_a", "transpose_b"),
		"BatchMatMul":   batch("BatchMatMul"),
		"BatchMatMulV2": batch("BatchMatMulV2"),
		"SparseMatMul":  {Kind: graphops.Bilinear, VJP: sparseMatMulBack, Note: "of dense matrices with many zeros"},
		"Cross": {Kind: graphops.Bilinear, VJP: func(c *context) []output {
			return c.Adjoints(
				func() output { return c.Like(c.Op("Cross", []output{c.In(1), c.Grad(0)}), c.Node.Inputs[0]) },
				func() output { return c.Like(c.Op("Cross", []output{c.Grad(0), c.In(0)}), c.Node.Inputs[1]) })
		}},
		"BatchMatMulV3": batch("BatchMatMulV2"), // V3 only adds a choice of output type
	}
}

// matmul is the rule of y = op(a) op(b), where op transposes the last two axes
// if the attribute says so. The leading axes of the batched forms broadcast.
func matmul(op, ta, tb string) graphops.Rule {
	return graphops.Rule{
		Kind: graphops.Bilinear,
		Refuse: func(n *graphops.Node) string {
			if n.Op == "BatchMatMulV3" && (n.Type("Ta") != n.Type("Tout") || n.Type("Tb") != n.Type("Tout")) {
				return "it multiplies integers"
			}
			return ""
		},
		VJP: func(c *context) []output {
			mul := func(x, y output, tx, ty bool) output {
				return c.Op(op, []output{x, y}, graphops.Bool(ta, tx), graphops.Bool(tb, ty))
			}
			transA, transB := c.Node.Bool(ta), c.Node.Bool(tb)
			y := output{Node: c.Node}
			return c.Adjoints(
				func() output {
					da := output{}
					if transA {
						da = mul(c.In(1), c.Grad(0), transB, true)
					} else {
						da = mul(c.Grad(0), c.In(1), false, !transB)
					}
					return sumBatch(c, da, y, c.Node.Inputs[0])
				},
				func() output {
					db := output{}
					if transB {
						db = mul(c.Grad(0), c.In(0), true, transA)
					} else {
						db = mul(c.In(0), c.Grad(0), !transA, false)
					}
					return sumBatch(c, db, y, c.Node.Inputs[1])
				})
		},
	}
}

// sparseMatMulBack goes through a plain product in float32, which is the type of
// the result.
func sparseMatMulBack(c *context) []output {
	ta, tb := c.Node.Bool("transpose_a"), c.Node.Bool("transpose_b")
	in := func(i int) output { return asType(c, c.In(i), c.Node.Outputs[0].DType) }
	mul := func(x, y output, tx, ty bool, i int) output {
		d := c.Op("MatMul", []output{x, y}, graphops.Bool("transpose_a", tx), graphops.Bool("transpose_b", ty))
		return c.Like(asType(c, d, c.Node.Inputs[i].DType()), c.Node.Inputs[i])
	}
	return c.Adjoints(
		func() output {
			if ta {
				return mul(in(1), c.Grad(0), tb, true, 0)
			}
			return mul(c.Grad(0), in(1), false, !tb, 0)
		},
		func() output {
			if tb {
				return mul(c.Grad(0), in(0), true, ta, 1)
			}
			return mul(in(0), c.Grad(0), !ta, false, 1)
		})
}

// sumBatch undoes the broadcasting of the leading axes: the adjoint has the
// leading axes of y and the last two of the operand.
func sumBatch(c *context, adjoint, y, operand output) output {
	if c.Node.Op == "MatMul" || c.Node.Op == "BatchMatMul" { // these do not broadcast
		return c.Like(adjoint, operand)
	}
	sy, so := y.Shape(), operand.Shape()
	if sy.Rank() == 2 && so.Rank() == 2 {
		return c.Like(adjoint, operand)
	}
	if sy.Known() && so.Known() {
		from := graphops.Shape{KnownRank: true, Dims: append(append([]graphops.Dim{}, sy.Dims[:sy.Rank()-2]...), so.Dims[so.Rank()-2:]...)}
		if from.Same(so) {
			return c.Like(adjoint, operand)
		}
		if adjoint.Valid() {
			adjoint.Node.Outputs[adjoint.Index].Shape = from
		}
	}
	return c.SumTo(adjoint, adjoint, operand)
}
