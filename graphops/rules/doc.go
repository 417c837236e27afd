// Package rules says for each TensorFlow op how adjoints pass back through it.
//
// There is one file for each family of ops and one entry for each op type.
// A rule is written once, as a vector-Jacobian product: given the adjoint of
// an output, the adjoint of each input. Every value comes from the Context
// (In, Out), because a method may ask for the product at another point than
// the one where the model is, halfway to a reference for instance.
//
// Unless a comment says otherwise the formulas are the derivatives of the op's
// definition in TensorFlow's documentation.
package rules

import (
	"maps"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// Standard returns the rules of every op that tfexplain knows. The caller owns
// the map and may add to it. tfexplain.New takes these, or those of ForOneDNN or
// ForEigen, by what its model computes with.
func Standard() graphops.Registry {
	all := graphops.Registry{}
	for _, family := range []func() graphops.Registry{
		activations, arithmetic, elementwise, matmuls, convolutions, pools, normalizations,
		reductions, reshapes, joins, slices, spaces, passing, flow, steps, selections, constants,
		transposedConvolutions, windows, images, localNormalization, einsums, specials, pairs, cumulatives, losses,
		gathers, topK, scatters, segments, moves, quantizations, series, places, lists,
		bessels, parametric, linearAlgebra, sparses, fouriers,
	} {
		maps.Copy(all, family())
	}
	return all
}

type (
	context = graphops.Context
	output  = graphops.Output
)

// unary is the rule of y = f(x) element by element; grad gives dy*f'(x).
func unary(grad func(c *context, dy output) output) graphops.Rule {
	return graphops.Rule{Kind: graphops.Unary, VJP: func(c *context) []output {
		return c.Adjoints(func() output { return c.Like(grad(c, c.Grad(0)), c.Node.Inputs[0]) })
	}}
}
