package tfexplain_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// softplus is the rule of y = log(1 + exp(x)), written as one writes the rule of
// an op of one's own: what kind of function the op is, and the adjoint of its
// input. The kind is enough for DeepLIFT, whose multiplier of a Unary op is the
// difference of y over that of x.
func softplus() graphops.Registry {
	return graphops.Registry{"Softplus": {
		Kind: graphops.Unary,
		VJP: func(c *graphops.Context) []graphops.Output {
			return c.Adjoints(func() graphops.Output {
				// dy/dx = 1/(1 + exp(-x)). c.In(0), and not the node's own input: a
				// method may ask for the adjoint at another point.
				return c.Mul(c.Grad(0), c.Op("Sigmoid", []graphops.Output{c.In(0)}))
			})
		},
	}}
}

// The op itself is the witness: rulestest compares the rule with central
// differences, and DeepLIFT's multiplier with what it must add up to.
func TestSoftplusRule(t *testing.T) {
	rulestest.Run(t, rules.Standard().With(softplus()), []rulestest.Case{
		{Name: "rows of four", Op: "Softplus", Inputs: []rulestest.Input{{Shape: []int{rulestest.Rows, 4}}}},
		{Name: "large", Op: "Softplus", Inputs: []rulestest.Input{{Shape: []int{3}, Low: -30, High: 30}}},
	}, rulestest.Options{})
}

// An op without a rule is refused until Options.Rules has one. The rules are a
// value: nothing is registered globally.
func ExampleOptions_rules() {
	ctx := context.Background()
	m := mustLoad("ops_unary")
	defer m.Close()
	o := tfexplain.Options{Signature: "softplus", Rules: graphops.Registry{"Softplus": {}}} // as if nobody had written it
	_, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, o)
	var refused *tfexplain.UnsupportedOpError
	if errors.As(err, &refused) {
		fmt.Println(refused.Ops[0].Op, "is refused:", refused.Ops[0].Reason)
	}

	o.Rules = softplus()
	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, o)
	if err != nil {
		log.Fatal(err)
	}
	defer ex.Close()
	x := mustTensor([]float32{-2, -1, 0, 1, 2, 3}, 1, 6)
	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"x0": x}, nil)
	if err != nil {
		log.Fatal(err)
	}
	why, _ := tensor.Data[float32](res.Attributions["x0"])
	fmt.Printf("%.3f add up to %.3f\n", why, res.Target[0]-res.BaselineTarget[0])
	// Output:
	// Softplus is refused: there is no rule for this op
	// [-0.566 -0.380 0.000 0.620 1.434 2.355] add up to 3.463
}
