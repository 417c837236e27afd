package rules_test

import (
	"fmt"
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestJoins(t *testing.T) { run(t, joinCases()) }

func joinCases() []testCase {
	vector, scalar := rulestest.Vector, rulestest.Scalar
	wide := scalar(-1)
	wide.DType = tensor.Int64
	concat := func(name string, axis in, parts ...in) []testCase {
		v1 := testCase{Name: name, Op: "Concat", Inputs: append([]in{axis}, parts...)}
		v2 := testCase{Name: name, Op: "ConcatV2", Inputs: append(append([]in{}, parts...), axis)}
		if axis.DType == tensor.Int64 { // Concat takes int32 only
			return []testCase{v2}
		}
		return []testCase{v1, v2}
	}
	var cases []testCase
	for _, more := range [][]testCase{
		concat("last", scalar(1), of(rows, 2), of(rows, 3)),
		concat("negative", scalar(-1), of(rows, 2, 1), of(rows, 2, 3), of(rows, 2, 2)),
		concat("middle", scalar(1), of(rows, 2, 2), of(rows, 1, 2)),
		concat("rows", scalar(0), of(rows, 2), of(2, 2), of(rows, 2)),
		concat("fixed first axis", scalar(0), of(2, 3), of(1, 3)),
		concat("int64", wide, of(rows, 2), of(rows, 3)),
	} {
		cases = append(cases, more...)
	}
	cases = append(cases, testCase{Name: "some vary", Op: "ConcatV2", Inputs: []in{of(rows, 2), of(rows, 1), of(rows, 3), scalar(-1)}, Wrt: []int{0, 2}})

	for _, output := range []int{0, 1, rulestest.AllOutputs} {
		name := fmt.Sprintf("output %d", output)
		cases = append(cases,
			testCase{Name: name, Op: "Split", Output: output, Inputs: []in{scalar(1), of(rows, 4)}, Attrs: attrs(graphops.Int("num_split", 2))},
			testCase{Name: name + " negative", Op: "Split", Output: output, Inputs: []in{scalar(-1), of(rows, 2, 6)}, Attrs: attrs(graphops.Int("num_split", 3))},
			testCase{Name: name + " first", Op: "Split", Output: output, Inputs: []in{scalar(0), of(4, 2)}, Attrs: attrs(graphops.Int("num_split", 2))},
			testCase{Name: name + " middle", Op: "SplitV", Output: output, Inputs: []in{of(rows, 4, 2), vector(2, 2), scalar(1)}, Attrs: attrs(graphops.Int("num_split", 2))},
			testCase{Name: name, Op: "Unpack", Output: output, Inputs: []in{of(rows, 2)}, Attrs: attrs(graphops.Int("num", 2), graphops.Int("axis", 1))},
			testCase{Name: name + " negative", Op: "Unpack", Output: output, Inputs: []in{of(rows, 2, 3)}, Attrs: attrs(graphops.Int("num", 3), graphops.Int("axis", -1))},
			testCase{Name: name + " first", Op: "Unpack", Output: output, Inputs: []in{of(2, 3)}, Attrs: attrs(graphops.Int("num", 2))})
	}
	pack := func(name string, axis int, parts ...in) testCase {
		return testCase{Name: name, Op: "Pack", Inputs: parts, Attrs: attrs(graphops.Int("axis", axis))}
	}
	mixed := pack("some vary", 1, of(rows, 2), of(rows, 2), of(rows, 2))
	mixed.Wrt = []int{1, 2}
	return append(cases, mixed,
		testCase{Name: "one part", Op: "Split", Inputs: []in{scalar(1), of(rows, 4)}, Attrs: attrs(graphops.Int("num_split", 1))},
		testCase{Name: "one part", Op: "SplitV", Inputs: []in{of(rows, 4), vector(4), scalar(1)}, Attrs: attrs(graphops.Int("num_split", 1))},
		testCase{Name: "uneven", Op: "SplitV", Output: 1, Inputs: []in{of(rows, 5), vector(1, 3, -1), scalar(-1)}, Attrs: attrs(graphops.Int("num_split", 3))},
		testCase{Name: "one part", Op: "Unpack", Inputs: []in{of(rows, 1)}, Attrs: attrs(graphops.Int("num", 1), graphops.Int("axis", 1))},
		pack("first", 0, of(rows, 2), of(rows, 2)),
		pack("middle", 1, of(rows, 2), of(rows, 2), of(rows, 2)),
		pack("last", -1, of(rows, 2), of(rows, 2)),
		pack("scalars", 0, of(), of(), of()),
		pack("one", 0, of(rows, 2)))
}
