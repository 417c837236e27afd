package rules

import "github.com/tfexplain/tfexplain-go/graphops"

// activations are the nonlinearities of tf.nn. TensorFlow has a fused gradient
// kernel for each; some take the activation's input, some its output.
func activations() graphops.Registry {
	ofOutput := func(op string) graphops.Rule {
		return unary(func(c *context, dy output) output { return c.Op(op, []output{dy, c.Out(0)}) })
	}
	ofInput := func(op string, attrs ...string) graphops.Rule {
		return unary(func(c *context, dy output) output {
			var copied []graphops.Attr
			for _, a := range attrs {
				copied = append(copied, c.Node.Copy(a))
			}
			return c.Op(op, []output{dy, c.In(0)}, copied...)
		})
	}
	outputFirst := func(op string) graphops.Rule {
		return unary(func(c *context, dy output) output { return c.Op(op, []output{c.Out(0), dy}) })
	}
	return graphops.Registry{
		"Relu":      ofOutput("ReluGrad"),
		"Relu6":     ofOutput("Relu6Grad"),
		"Elu":       ofOutput("EluGrad"),
		"Selu":      ofOutput("SeluGrad"),
		"LeakyRelu": ofInput("LeakyReluGrad", "alpha"),
		"Softplus":  ofInput("SoftplusGrad"),
		"Softsign":  ofInput("SoftsignGrad"),
		"Sigmoid":   outputFirst("SigmoidGrad"),
		"Tanh":      outputFirst("TanhGrad"),
	}
}
