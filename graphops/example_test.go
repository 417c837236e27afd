package graphops_test

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rules"
)

// A rule gives the adjoint of each input of an op: here of MySquare, y = x * x,
// whose derivative is 2x. Its Kind lets every method use it: DeepLIFT takes
// differences of y over differences of x by itself. Package rulestest checks a rule.
func ExampleRule() {
	square := graphops.Rule{Kind: graphops.Unary, VJP: func(c *graphops.Context) []graphops.Output {
		return c.Adjoints(func() graphops.Output {
			return c.Mul(c.Grad(0), c.Op("AddV2", []graphops.Output{c.In(0), c.In(0)}))
		})
	}}
	registry := rules.Standard().With(graphops.Registry{"MySquare": square})
	fmt.Println(registry["MySquare"].Kind)
	// Output: unary
}

func ExampleBroadcast() {
	both, ok := graphops.Broadcast(graphops.ShapeOf(2, 3), graphops.ShapeOf(3))
	fmt.Println(both, ok)
	// Output: [2 3] true
}
