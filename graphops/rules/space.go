package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// spaces move between batch, space and depth. Each pair undoes the other, so
// one is the adjoint of the other.
func spaces() graphops.Registry {
	return graphops.Registry{
		"SpaceToBatchND": linear(func(c *context, dy output) output {
			return c.Op("BatchToSpaceND", []output{dy, c.Node.Inputs[1], c.Node.Inputs[2]})
		}),
		"BatchToSpaceND": linear(func(c *context, dy output) output {
			return c.Op("SpaceToBatchND", []output{dy, c.Node.Inputs[1], c.Node.Inputs[2]})
		}),
	}
}
