package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// moves put elements elsewhere. Each undoes itself or has an op that does.
func moves() graphops.Registry {
	again := func(op string, attrs ...string) graphops.Rule { // with the node's other inputs
		return linear(func(c *context, dy output) output {
			in := []output{dy}
			for i := 1; i < len(c.Node.Inputs); i++ {
				in = append(in, c.In(i))
			}
			return c.Op(op, in, copied(c, attrs...)...)
		})
	}
	return graphops.Registry{
		"Roll": linear(func(c *context, dy output) output {
			return c.Op("Roll", []output{dy, c.Op("Neg", []output{c.In(1)}), c.In(2)})
		}),
		"Reverse":         again("Reverse"),
		"ReverseV2":       again("ReverseV2"),
		"ReverseSequence": again("ReverseSequence", "seq_dim", "batch_dim"),
		"SpaceToDepth":    again("DepthToSpace", "block_size", "data_format"),
		"DepthToSpace":    again("SpaceToDepth", "block_size", "data_format"),
		"SpaceToBatch":    again("BatchToSpace", "block_size"),
		"BatchToSpace":    again("SpaceToBatch", "block_size"),
		"MirrorPadGrad":   again("MirrorPad", "mode"),
		"MatrixBandPart":  again("MatrixBandPart"),
		"Diag":            again("DiagPart"),
		"DiagPart":        again("Diag"),
		"MatrixDiag":      again("MatrixDiagPart"),
		"MatrixDiagPart": linear(func(c *context, dy output) output {
			return c.Op("MatrixSetDiag", []output{c.Zeros(c.Node.Inputs[0]), dy})
		}),
		"MatrixDiagV2":     bandDiagonal("MatrixDiagPartV2"),
		"MatrixDiagV3":     bandDiagonal("MatrixDiagPartV3", "align"),
		"MatrixDiagPartV2": bandPart("MatrixDiagV2"),
		"MatrixDiagPartV3": bandPart("MatrixDiagV3", "align"),
		"MatrixSetDiag": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(
				func() output {
					return c.Like(c.Op("MatrixSetDiag", []output{c.Grad(0), c.Zeros(c.Node.Inputs[1])}), c.Node.Inputs[0])
				},
				func() output { return c.Like(c.Op("MatrixDiagPart", []output{c.Grad(0)}), c.Node.Inputs[1]) })
		}},
		"MatrixSetDiagV2": setDiagonal("MatrixDiagPartV2"),
		"MatrixSetDiagV3": setDiagonal("MatrixDiagPartV3", "align"),
	}
}

// bandDiagonal is for (diagonals, k, rows, columns, padding): what is not on a
// diagonal is padding.
func bandDiagonal(part string, attrs ...string) graphops.Rule {
	return graphops.Rule{Kind: graphops.Linear, VJP: func(c *context) []output {
		own := func() output {
			return c.Like(c.Op(part, []output{c.Grad(0), c.In(1), c.ScalarLike(c.Node.Inputs[0], 0)}, copied(c, attrs...)...), c.Node.Inputs[0])
		}
		return c.Adjoints(own, nil, nil, nil,
			func() output { return c.Sub(sumAll(c, c.Grad(0)), sumAll(c, own())) })
	}}
}

// bandPart is for (matrix, k, padding): what is short of the longest diagonal
// is padding.
func bandPart(diagonals string, attrs ...string) graphops.Rule {
	return graphops.Rule{Kind: graphops.Linear, VJP: func(c *context) []output {
		own := func() output {
			x := c.Node.Inputs[0]
			rows, columns := sizeOf(c, x, -2, -1).scalar(c), sizeOf(c, x, -1, end).scalar(c)
			in := []output{c.Grad(0), hidden(c, c.Node.Inputs[1]), rows, columns, c.ScalarLike(x, 0)}
			return c.Like(c.Op(diagonals, in, copied(c, attrs...)...), x)
		}
		return c.Adjoints(own, nil,
			func() output { return c.Sub(sumAll(c, c.Grad(0)), sumAll(c, own())) })
	}}
}

// setDiagonal is for (matrix, diagonals, k).
func setDiagonal(part string, attrs ...string) graphops.Rule {
	return graphops.Rule{Kind: graphops.Linear, VJP: func(c *context) []output {
		return c.Adjoints(
			func() output {
				in := []output{c.Grad(0), c.Zeros(c.Node.Inputs[1]), hidden(c, c.Node.Inputs[2])}
				return c.Like(c.Op(c.Node.Op, in, copied(c, attrs...)...), c.Node.Inputs[0])
			},
			func() output {
				in := []output{c.Grad(0), c.Node.Inputs[2], c.ScalarLike(c.Node.Inputs[0], 0)}
				return c.Like(c.Op(part, in, copied(c, attrs...)...), c.Node.Inputs[1])
			})
	}}
}

// hidden keeps the number of a diagonal from TensorFlow's shape inference,
// which knowing it fails for matrices whose sizes it does not know.
func hidden(c *context, k output) output {
	if _, ok := graphops.ConstInts(k); !ok || !k.Shape().KnownRank {
		return k
	}
	return c.Like(c.Op("PlaceholderWithDefault", []output{k}, graphops.Dims("shape", k.Shape().Sizes())), k)
}
