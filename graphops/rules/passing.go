package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// passing hand their inputs on as they are.
func passing() graphops.Registry {
	same := linear(func(_ *context, dy output) output { return dy })
	each := func(c *context) []output {
		out := make([]output, len(c.Node.Inputs))
		for i := range out {
			if i < len(c.Node.Outputs) && c.HasGrad(i) && c.Wants(i) {
				out[i] = c.Grad(i)
			}
		}
		return out
	}
	return graphops.Registry{
		"Identity":               same,
		"Snapshot":               same,
		"CheckNumerics":          same,
		"CheckNumericsV2":        same,
		"GuaranteeConst":         same,
		"Print":                  same, // its other inputs are only printed
		"EnsureShape":            same,
		"PlaceholderWithDefault": same,
		"IdentityN": {Kind: graphops.Linear, VJP: each,
			Note: "methods made of gradients apply the custom gradient that a model registered for it (swish and others)"},
		// The gradient ends here. A difference does not: multipliers pass.
		"StopGradient": {Kind: graphops.Linear, Multiplier: each, Note: "stops gradients; DeepLIFT passes, because a difference is not stopped"},
		"PreventGradient": {Kind: graphops.Linear, VJP: each, Refuse: func(n *graphops.Node) string {
			return "it forbids gradients: " + n.Str("message")
		}},
	}
}
