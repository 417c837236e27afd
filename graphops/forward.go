package graphops

import "github.com/tfexplain/tfexplain-go/internal/tfproto"

// Forward copies what the fetched tensors need, like Inline, and finds every
// shape. Loops whose number of turns follows from those shapes and is small,
// recurrent layers over short sequences of a fixed length, are written out turn
// by turn, and the lists in which they keep their steps become plain tensors.
// Other loops stay; see Loop.
//
// The gradient pass will apply the custom gradients that are given.
func Forward(def *tfproto.GraphDef, ops Ops, feeds []Feed, fetches []string, gradients CustomGradients, infer Inferrer) (*Copy, error) {
	first, err := shaped(def, ops, feeds, fetches, gradients, nil, infer)
	if err != nil || !hasLoop(first.Graph) {
		return first, err
	}
	return shaped(def, ops, feeds, fetches, gradients, first.Graph, infer)
}

func shaped(def *tfproto.GraphDef, ops Ops, feeds []Feed, fetches []string, gradients CustomGradients, known *Graph, infer Inferrer) (*Copy, error) {
	c, err := inline(def, ops, feeds, fetches, gradients, known)
	if err != nil {
		return nil, err
	}
	if err := InferShapes(c.Graph, def.GetLibrary(), infer); err != nil {
		return nil, err
	}
	return c, ungroup(c.Graph)
}

func hasLoop(g *Graph) bool {
	for _, n := range g.nodes {
		if isWhile(n.Op) {
			return true
		}
	}
	return false
}
