package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// flow are the two ops of a conditional, and loops. What a Switch sends one of
// two ways comes back through a Merge, and the other way round; the side not
// taken stays dead in both directions.
func flow() graphops.Registry {
	loop := graphops.Rule{Kind: graphops.Control, Refuse: withoutBody, Note: "the rules of the ops in its body, turn by turn"}
	return graphops.Registry{
		"While":          loop,
		"StatelessWhile": loop,
		"Switch":         linear(func(c *context, _ output) output { return c.Op("Merge", []output{c.Grad(0), c.Grad(1)}) }),
		"Merge": {Kind: graphops.Linear, Refuse: notConditional, VJP: func(c *context) []output {
			choice, sides, _ := graphops.Branches(c.Node)
			back := c.Builder.Node("Switch", []output{c.Grad(0), choice})
			if back == nil {
				return nil
			}
			return c.Adjoints(
				func() output { return output{Node: back, Index: sides[0]} },
				func() output { return output{Node: back, Index: sides[1]} })
		}},
	}
}

// withoutBody stops at a loop of which the model has no functions.
func withoutBody(n *graphops.Node) string {
	if n.Loop == nil {
		return "the model has no function for its condition or body"
	}
	return ""
}

// notConditional tells the Merge of a loop from one that joins two branches.
func notConditional(n *graphops.Node) string {
	if _, _, ok := graphops.Branches(n); !ok {
		return "it belongs to a loop of TensorFlow 1 (export the model with TensorFlow 2)"
	}
	return ""
}
