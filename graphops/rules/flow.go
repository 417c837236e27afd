package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// flow are the two ops of a conditional. What a Switch sends one of two ways
// comes back through a Merge, and the other way round; the side not taken stays
// dead in both directions.
func flow() graphops.Registry {
	return graphops.Registry{
		"Switch": linear(func(c *context, _ output) output { return c.Op("Merge", []output{c.Grad(0), c.Grad(1)}) }),
		"Merge": {Kind: graphops.Linear, Refuse: notConditional, VJP: func(c *context) []output {
			back := c.Builder.Node("Switch", []output{c.Grad(0), c.Node.Inputs[0].Node.Inputs[1]})
			if back == nil {
				return nil
			}
			return c.Adjoints(func() output { return output{Node: back, Index: 0} }, func() output { return output{Node: back, Index: 1} })
		}},
	}
}

// notConditional tells the Merge of a loop, or of a conditional of another
// make, from one that joins the two sides of a Switch.
func notConditional(n *graphops.Node) string {
	const reason = "it belongs to a loop or a conditional of TensorFlow 1 (export the model with TensorFlow 2)"
	if len(n.Inputs) != 2 {
		return reason
	}
	for i, in := range n.Inputs {
		if in.Node.Op != "Switch" || in.Index != i || in.Node.Inputs[1] != n.Inputs[0].Node.Inputs[1] {
			return reason
		}
	}
	return ""
}
