package rules_test

import (
	"testing"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestSlices(t *testing.T) { run(t, sliceCases()) }

func sliceCases() []testCase {
	vector, pairs := rulestest.Vector, rulestest.Pairs
	wide := func(c in) in { c.DType = tensor.Int64; return c }
	strided := func(name string, x in, begin, end, step []int, a ...graphops.Attr) testCase {
		return testCase{Name: name, Op: "StridedSlice", Inputs: []in{x, vector(begin...), vector(end...), vector(step...)}, Attrs: a}
	}
	beginMask := func(m int) graphops.Attr { return graphops.Int("begin_mask", m) }
	endMask := func(m int) graphops.Attr { return graphops.Int("end_mask", m) }
	ellipsis := func(m int) graphops.Attr { return graphops.Int("ellipsis_mask", m) }
	newAxis := func(m int) graphops.Attr { return graphops.Int("new_axis_mask", m) }
	shrink := func(m int) graphops.Attr { return graphops.Int("shrink_axis_mask", m) }
	long := strided("int64", of(rows, 5), []int{0, 1}, []int{0, 4}, []int{1, 2}, beginMask(1), endMask(1))
	for i := 1; i < 4; i++ {
		long.Inputs[i] = wide(long.Inputs[i])
	}
	slice := func(name string, x in, begin, size in) testCase {
		return testCase{Name: name, Op: "Slice", Inputs: []in{x, begin, size}}
	}
	cases := []testCase{long,
		strided("masks", of(rows, 5), []int{0, 1}, []int{0, 4}, []int{1, 1}, beginMask(1), endMask(1)),
		strided("steps", of(rows, 5, 4), []int{0, 0, 1}, []int{0, 0, 4}, []int{1, 2, 2}, beginMask(3), endMask(3)),
		strided("backwards", of(rows, 5), []int{0, 4}, []int{0, 0}, []int{1, -1}, beginMask(1), endMask(1)),
		strided("backwards by two, masked", of(rows, 5), []int{0, 0}, []int{0, 0}, []int{1, -2}, beginMask(3), endMask(3)),
		strided("negative ends", of(rows, 5), []int{0, -4}, []int{0, -1}, []int{1, 1}, beginMask(1), endMask(1)),
		strided("new axis", of(rows, 3), []int{0, 0, 1}, []int{0, 0, 3}, []int{1, 1, 1}, beginMask(1), endMask(1), newAxis(2)),
		strided("shrink", of(rows, 3, 2), []int{0, 1}, []int{0, 2}, []int{1, 1}, beginMask(1), endMask(1), shrink(2)),
		strided("shrink the last", of(rows, 3), []int{0, -1}, []int{0, 0}, []int{1, 1}, beginMask(1), endMask(1), shrink(2)),
		strided("ellipsis", of(rows, 2, 3, 2), []int{0, 1}, []int{0, 2}, []int{1, 1}, ellipsis(1)),
		strided("first row", of(rows, 3), []int{0}, []int{1}, []int{1}, shrink(1)),
		strided("everything", of(2, 4, 3), []int{1, 0, 0, 2}, []int{2, 0, 0, 0}, []int{1, 1, 1, -1}, shrink(1), newAxis(2), ellipsis(4), endMask(8)),
		slice("inner", of(rows, 5), vector(0, 1), vector(-1, 3)),
		slice("to the end", of(rows, 4, 3), vector(0, 2, 1), vector(-1, -1, -1)),
		slice("whole", of(rows, 3), vector(0, 0), vector(-1, -1)),
		slice("fixed", of(4, 3), vector(1, 0), vector(2, 2)),
		slice("one row", of(rows, 3), vector(0, 1), vector(1, 2)),
		slice("int64", of(rows, 5), wide(vector(0, 1)), wide(vector(-1, 3))),
		slice("nothing", of(rows, 3), vector(0, 1), vector(-1, 0)),
	}
	paddings := map[string][2]in{
		"inner":            {of(rows, 3, 2), pairs(0, 0, 1, 2, 0, 1)},
		"rows":             {of(rows, 2), pairs(1, 2, 0, 1)},
		"rows only before": {of(rows, 2), pairs(1, 0, 0, 0)},
		"nothing":          {of(rows, 2), pairs(0, 0, 0, 0)},
		"fixed":            {of(2, 3), pairs(1, 0, 0, 2)},
		"int64":            {of(rows, 3), wide(pairs(0, 0, 2, 1))},
		"vector":           {of(rows), pairs(0, 2)},
	}
	for name, p := range paddings {
		cases = append(cases,
			testCase{Name: name, Op: "Pad", Inputs: []in{p[0], p[1]}},
			testCase{Name: name, Op: "PadV2", Inputs: []in{p[0], p[1], of()}})
	}
	for _, mode := range []string{"REFLECT", "SYMMETRIC"} {
		mirror := func(name string, x, p in) testCase {
			return testCase{Name: mode + " " + name, Op: "MirrorPad", Inputs: []in{x, p}, Attrs: attrs(graphops.Str("mode", mode))}
		}
		cases = append(cases,
			mirror("inner", of(rows, 3, 4), pairs(0, 0, 1, 2, 2, 1)),
			mirror("one side", of(rows, 4), pairs(0, 0, 0, 3)),
			mirror("fixed", of(3, 3), pairs(2, 1, 1, 0)),
			mirror("int64", of(rows, 3), wide(pairs(0, 0, 2, 1))))
	}
	return cases
}
