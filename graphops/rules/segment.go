package rules

import (
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// segments reduce the rows of a tensor that share a number, and products with
// sparse matrices do nearly the same.
func segments() graphops.Registry {
	return graphops.Registry{
		"SegmentSum": linear(func(c *context, dy output) output { return c.Op("Gather", []output{dy, c.In(1)}) }),
		"SegmentMean": linear(func(c *context, dy output) output {
			x, ids := c.Node.Inputs[0], c.In(1)
			ones := asType(c, c.Op("OnesLike", []output{ids}), x.DType())
			counts := c.Op("Gather", []output{c.Op("SegmentSum", []output{ones, ids}), ids})
			rows := shaped(c, c.Op("Gather", []output{dy, ids}), sizeOf(c, x, 0, 1), rest())
			return c.ReshapeLike(c.Op("RealDiv", []output{rows, c.Op("ExpandDims", []output{counts, c.IntScalar(1)})}), x)
		}),
		"SegmentMax":         extremes("Maximum", segmentExtreme("SegmentSum")),
		"SegmentMin":         extremes("Minimum", segmentExtreme("SegmentSum")),
		"UnsortedSegmentMax": extremes("Maximum", segmentExtreme("UnsortedSegmentSum")),
		"UnsortedSegmentMin": extremes("Minimum", segmentExtreme("UnsortedSegmentSum")),
		"UnsortedSegmentSum": linear(func(c *context, dy output) output {
			return c.ReshapeLike(ofSegment(c, dy), c.Node.Inputs[0])
		}),
		"SegmentProd": {Kind: graphops.Normalize, Note: "gradient only", VJP: func(c *context) []output { return segmentProdBack(c, "SegmentSum", "SegmentProd") }},
		"UnsortedSegmentProd": {Kind: graphops.Normalize, Note: "gradient only", VJP: func(c *context) []output {
			return segmentProdBack(c, "UnsortedSegmentSum", "UnsortedSegmentProd", c.In(2))
		}},
		"SparseTensorDenseMatMul": {Kind: graphops.Bilinear, VJP: sparseProduct},
	}
}

// ofSegment gives every row of the data what its segment has, and 0 to rows
// with a negative number, which are in none. The result has one axis for the
// rows, however many the numbers have.
func ofSegment(c *context, perSegment output) output {
	ids := c.Op("Reshape", []output{asIndex(c, c.In(1)), c.IntVector(-1)})
	rows := c.Op("Gather", []output{perSegment, c.Op("Relu", []output{ids})})
	v, ok := graphops.ConstInts(c.Node.Inputs[1])
	if !strings.HasPrefix(c.Node.Op, "Unsorted") || ok && noneBelow(v, 0) {
		return rows
	}
	in := c.Op("GreaterEqual", []output{ids, c.Op("ZerosLike", []output{ids})})
	return c.Op("Select", []output{in, rows, c.Op("ZerosLike", []output{rows})})
}

func noneBelow(v []int, least int) bool {
	for _, i := range v {
		if i < least {
			return false
		}
	}
	return true
}

// segmentExtreme shares an adjoint equally among the elements of a segment that
// are as large (or small) as the result.
func segmentExtreme(sum string) func(c *context, in func(int) output, y, dy output) []output {
	return func(c *context, in func(int) output, y, dy output) []output {
		return c.Adjoints(func() output {
			x := c.Node.Inputs[0]
			flat := func(o output) output { return shaped(c, o, sizeOf(c, c.Node.Inputs[1], 0, end), rest()) }
			ids := c.Op("Reshape", []output{asIndex(c, c.In(1)), c.IntVector(-1)})
			hit := asType(c, c.Op("Equal", []output{flat(in(0)), flat(ofSegment(c, y))}), x.DType())
			args := []output{hit, ids}
			if sum == "UnsortedSegmentSum" {
				args = append(args, c.In(2))
			}
			perSegment := shaped(c, dy, sizeOf(c, output{Node: c.Node}, 0, 1), rest())
			share := c.Op("DivNoNan", []output{perSegment, c.Op(sum, args)})
			return c.ReshapeLike(c.Op("Mul", []output{hit, ofSegment(c, share)}), x)
		})
	}
}

// segmentProdBack is the product of the others: of all divided by the element, or
// where that is 0 the product of those that are not, if there is no other 0.
func segmentProdBack(c *context, sum, prod string, more ...output) []output {
	return c.Adjoints(func() output {
		x := c.Node.Inputs[0]
		flat := func(o output) output { return shaped(c, o, sizeOf(c, c.Node.Inputs[1], 0, end), rest()) }
		ids := c.Op("Reshape", []output{asIndex(c, c.In(1)), c.IntVector(-1)})
		perRow := func(o output) output { return ofSegment(c, o) }
		over := func(op string, o output) output { return perRow(c.Op(op, append([]output{o, ids}, more...))) }
		values := flat(c.In(0))
		zero := c.Op("Equal", []output{values, c.ScalarLike(x, 0)})
		safe := c.Op("SelectV2", []output{zero, c.ScalarLike(x, 1), values})
		zeros := over(sum, asType(c, zero, x.DType()))
		others := c.Op("Sub", []output{zeros, asType(c, zero, x.DType())}) // zeros beside the element
		product := c.Op("RealDiv", []output{over(prod, safe), safe})
		none := c.Op("Equal", []output{others, c.ScalarLike(x, 0)})
		dy := perRow(shaped(c, c.Grad(0), sizeOf(c, output{Node: c.Node}, 0, 1), rest()))
		return c.ReshapeLike(c.Op("SelectV2", []output{none, c.Op("Mul", []output{dy, product}), c.Op("ZerosLike", []output{dy})}), x)
	})
}

// sparseProduct is the rule of y = op(A) op(b), the matrix A given by places
// and values.
func sparseProduct(c *context) []output {
	adjointA, adjointB := c.Node.Bool("adjoint_a"), c.Node.Bool("adjoint_b")
	turned := func(b output) output {
		if adjointB {
			return c.Op("Transpose", []output{b, c.IntVector(1, 0)})
		}
		return b
	}
	return c.Adjoints(nil,
		func() output {
			place := func(column int) output {
				return c.Op("Gather", []output{c.Op("Transpose", []output{c.In(0), c.IntVector(1, 0)}), c.IntScalar(column)})
			}
			row, column := 0, 1
			if adjointA {
				row, column = 1, 0
			}
			left := c.Op("Gather", []output{c.Grad(0), place(row)})
			right := c.Op("Gather", []output{turned(c.In(3)), place(column)})
			return c.Like(c.Sum(c.Op("Mul", []output{left, right}), false, 1), c.Node.Inputs[1])
		},
		nil,
		func() output {
			db := c.Op("SparseTensorDenseMatMul", []output{c.In(0), c.In(1), c.In(2), c.Grad(0)}, graphops.Bool("adjoint_a", !adjointA))
			return c.Like(turned(db), c.Node.Inputs[3])
		})
}
