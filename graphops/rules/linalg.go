package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// linearAlgebra are inverses, solutions and factors of matrices. The adjoints
// are those of Giles (2008), "An extended collection of matrix derivative
// results for forward and reverse mode algorithmic differentiation".
func linearAlgebra() graphops.Registry {
	gradientOnly := "gradient only"
	inverseTransposed := func(c *context, scale output) output {
		inverse := c.Op("MatrixInverse", []output{c.In(0)}, graphops.Bool("adjoint", true))
		scale = c.Op("ExpandDims", []output{c.Op("ExpandDims", []output{scale, c.IntScalar(-1)}), c.IntScalar(-1)})
		return c.Like(c.Op("Mul", []output{inverse, scale}), c.Node.Inputs[0])
	}
	return graphops.Registry{
		"MatrixInverse": {Kind: graphops.Normalize, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return inverseBack(c, c.Out(0), c.Out(0)) })
		}, Multiplier: func(c *context) []output {
			// Y-Y0 = -Y (A-A0) Y0 = -Y0 (A-A0) Y.
			return c.Adjoints(func() output {
				y, y0 := c.Out(0), repeated(c, c.RefOut(0), output{Node: c.Node})
				return halfOf(c, inverseBack(c, y, y0), inverseBack(c, y0, y))
			})
		}},
		"MatrixSolve":           solution(func(_ *context, da output) output { return da }),
		"MatrixTriangularSolve": solution(triangle),
		"Cholesky": {Kind: graphops.Normalize, Note: "gradient only; the upper half of the matrix is not read and gets nothing", VJP: func(c *context) []output {
			return c.Adjoints(func() output { return c.Like(choleskyBack(c), c.Node.Inputs[0]) })
		}},
		"MatrixDeterminant": {Kind: graphops.Normalize, Note: gradientOnly, VJP: func(c *context) []output {
			return c.Adjoints(func() output { return inverseTransposed(c, c.Mul(c.Grad(0), c.Out(0))) })
		}},
		// The sign, which does not move, and the logarithm of the determinant.
		"LogMatrixDeterminant": {Kind: graphops.Normalize, Note: gradientOnly, VJP: func(c *context) []output {
			if !c.HasGrad(1) {
				return c.Adjoints()
			}
			return c.Adjoints(func() output { return inverseTransposed(c, c.Grad(1)) })
		}},
	}
}

// product is op(a) op(b) of matrices, whose leading axes broadcast.
func product(c *context, a, b output, transA, transB bool) output {
	return c.Op("BatchMatMulV2", []output{a, b}, graphops.Bool("adj_x", transA), graphops.Bool("adj_y", transB))
}

// inverseBack is -left' dy right', or for the inverse of the transposed matrix
// that transposed.
func inverseBack(c *context, left, right output) output {
	dy := c.Grad(0)
	var da output
	if c.Node.Bool("adjoint") {
		da = product(c, right, product(c, dy, left, true, false), false, false)
	} else {
		da = product(c, left, product(c, dy, right, false, true), true, false)
	}
	return c.Like(c.Neg(da), c.Node.Inputs[0])
}

// solution is the rule of the X of op(A) X = B. For the differences
// op(A) dX = dB - dA X0 and op(A0) dX = dB - dA X hold, and the multipliers are
// the mean of both. only keeps what of a matrix counts.
func solution(only func(c *context, da output) output) graphops.Rule {
	back := func(c *context, a, x output) []output {
		attrs := []graphops.Attr{graphops.Bool("adjoint", !c.Node.Bool("adjoint"))}
		if c.Node.Op == "MatrixTriangularSolve" {
			attrs = append(attrs, c.Node.Copy("lower"))
		}
		y := output{Node: c.Node}
		db := c.Like(c.Op(c.Node.Op, []output{a, c.Grad(0)}, attrs...), y)
		return c.Adjoints(
			func() output {
				left, right := db, x
				if c.Node.Bool("adjoint") {
					left, right = x, db
				}
				da := only(c, c.Neg(product(c, left, right, false, true)))
				return c.SumTo(da, da, c.Node.Inputs[0])
			},
			func() output { return c.SumTo(db, y, c.Node.Inputs[1]) })
	}
	return graphops.Rule{Kind: graphops.Normalize,
		VJP: func(c *context) []output { return back(c, c.In(0), c.Out(0)) },
		Multiplier: func(c *context) []output {
			_, a0 := values(c, 0)
			x, x0 := c.Out(0), repeated(c, c.RefOut(0), output{Node: c.Node})
			first, second := back(c, c.In(0), x0), back(c, a0, x)
			for i := range first {
				if first[i].Valid() {
					first[i] = c.Like(halfOf(c, first[i], second[i]), c.Node.Inputs[i])
				}
			}
			return first
		}}
}

// triangle leaves the half that MatrixTriangularSolve looks at.
func triangle(c *context, da output) output {
	below, above := 0, -1
	if c.Node.Bool("lower") {
		below, above = -1, 0
	}
	return c.Op("MatrixBandPart", []output{da, c.IntScalar(below), c.IntScalar(above)})
}

// choleskyBack has TensorFlow's adjoint, which is half and half of a symmetric
// matrix, as the op is defined: it only reads the lower half.
func choleskyBack(c *context) output {
	lower := func(o output) output { return c.Op("MatrixBandPart", []output{o, c.IntScalar(-1), c.IntScalar(0)}) }
	symmetric := c.Op("CholeskyGrad", []output{c.Out(0), lower(c.Grad(0))})
	return c.Op("MatrixSetDiag", []output{lower(c.Scale(symmetric, 2)), c.Op("MatrixDiagPart", []output{symmetric})})
}
