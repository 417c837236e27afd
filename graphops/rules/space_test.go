package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestSpaces(t *testing.T) { run(t, spaceCases()) }

func spaceCases() []testCase {
	// TensorFlow must know how many axes a block has.
	vector := func(v ...int) in { c := rulestest.Vector(v...); c.Sized = true; return c }
	pairs := rulestest.Pairs
	wide := func(c in) in { c.DType = tensor.Int64; return c }
	toBatch := func(name string, x, block, paddings in) testCase {
		return testCase{Name: name, Op: "SpaceToBatchND", Inputs: []in{x, block, paddings}}
	}
	toSpace := func(name string, x, block, crops in) testCase {
		return testCase{Name: name, Op: "BatchToSpaceND", Inputs: []in{x, block, crops}}
	}
	return []testCase{
		toBatch("one axis", of(rows, 4, 2), vector(2), pairs(0, 0)),
		toBatch("one axis, padded", of(rows, 4, 2), vector(2), pairs(1, 3)),
		toBatch("two axes", of(rows, 3, 4, 2), vector(3, 2), pairs(1, 2, 0, 0)),
		toBatch("int64", of(rows, 4, 1), wide(vector(2)), wide(pairs(1, 1))),
		toSpace("one axis", of(4, 3, 2), vector(2), pairs(0, 0)),
		toSpace("one axis, cropped", of(4, 3, 2), vector(2), pairs(1, 2)),
		toSpace("two axes", of(6, 2, 2, 1), vector(3, 2), pairs(1, 2, 0, 1)),
		toSpace("crops only", of(rows, 4, 2), vector(1), pairs(1, 1)),
		toSpace("int64", of(2, 3, 1), wide(vector(2)), wide(pairs(0, 1))),
	}
}
