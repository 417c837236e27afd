package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestLocalNormalization(t *testing.T) { run(t, lrnCases()) }

func lrnCases() []testCase {
	lrn := func(name string, x in, a ...graphops.Attr) testCase { // no float64 kernel
		return testCase{Name: name, Op: "LRN", DType: tensor.Float32, Inputs: []in{x}, Attrs: a}
	}
	radius := func(r int) graphops.Attr { return graphops.Int("depth_radius", r) }
	return []testCase{
		lrn("defaults", of(rows, 2, 2, 4)),
		lrn("radius 1", of(rows, 2, 2, 5), radius(1)),
		lrn("radius 0", of(rows, 2, 1, 3), radius(0)),
		lrn("AlexNet", of(rows, 2, 2, 7), radius(2), graphops.Float("bias", 2), graphops.Float("alpha", 0.3), graphops.Float("beta", 0.75)),
		lrn("one channel", of(rows, 2, 2, 1)),
		lrn("beta one", of(2, 2, 2, 4), radius(2), graphops.Float("beta", 1)),
	}
}
