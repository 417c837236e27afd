package rulestest_test

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
)

// A rule of one's own is a function that adds the nodes of its adjoints. In a
// test, hand it to Run with some uses of the op. Covered says which rules of a
// registry have been forgotten.
func ExampleRun() {
	own := graphops.Registry{"BesselI0": {Kind: graphops.Unary, Note: "my own", VJP: func(c *graphops.Context) []graphops.Output {
		return c.Adjoints(func() graphops.Output {
			// The derivative of the Bessel function I0 is I1.
			return c.Mul(c.Grad(0), c.Op("BesselI1", []graphops.Output{c.In(0)}))
		})
	}}}
	cases := []rulestest.Case{
		{Name: "rows of four", Op: "BesselI0", Inputs: []rulestest.Input{{Shape: []int{rulestest.Rows, 4}}}},
	}
	// func TestOwnRules(t *testing.T) {
	//	rulestest.Run(t, rules.Standard().With(own), cases, rulestest.Options{})
	// }
	fmt.Println(rulestest.Covered(own, cases))
	fmt.Println(rules.Standard().With(own)["BesselI0"].Note)
	// Output:
	// <nil>
	// my own
}
