package rules_test

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/graphops/rules"
)

// Standard has a rule for each op type; what is not there is refused by name.
func ExampleStandard() {
	all := rules.Standard()
	for _, op := range []string{"Conv2D", "Relu", "BatchMatMulV2", "MaxPool", "Softmax", "StopGradient"} {
		fmt.Println(op, all[op].Kind)
	}
	_, known := all["MyOp"]
	fmt.Println("MyOp", known)
	// Output:
	// Conv2D bilinear
	// Relu unary
	// BatchMatMulV2 bilinear
	// MaxPool extremum
	// Softmax normalize
	// StopGradient linear
	// MyOp false
}
