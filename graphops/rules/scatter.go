package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// scatters put elements at indices, and share them out over tensors.
func scatters() graphops.Registry {
	at := func(c *context, o output) output { return c.Op("GatherNd", []output{o, c.In(1)}) }
	// The inputs are a tensor, indices and updates.
	added := func(sign func(c *context, o output) output) graphops.Rule {
		return graphops.Rule{Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(
				func() output { return c.Grad(0) }, nil,
				func() output { return c.Like(sign(c, at(c, c.Grad(0))), c.Node.Inputs[2]) })
		}}
	}
	extreme := func(further string) graphops.Rule {
		return extremes(further, func(c *context, in func(int) output, y, dy output) []output {
			equal := func(a, b output) output { return asType(c, c.Op("Equal", []output{a, b}), c.Node.Inputs[0].DType()) }
			kept := equal(y, in(0))
			put := equal(in(2), at(c, y))
			shape := shapeOf(c, c.Node.Inputs[0], c.Node.Inputs[1].DType())
			ties := c.Add(kept, c.Op("ScatterNd", []output{c.In(1), put, shape}))
			share := c.Div(dy, ties) // what is largest is one of them
			return c.Adjoints(
				func() output { return c.Like(c.Mul(share, kept), c.Node.Inputs[0]) }, nil,
				func() output { return c.Like(c.Mul(at(c, share), put), c.Node.Inputs[2]) })
		})
	}
	return graphops.Registry{
		"ScatterNd": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(nil, func() output {
				return c.Like(c.Op("GatherNd", []output{c.Grad(0), c.In(0)}), c.Node.Inputs[1])
			})
		}},
		"TensorScatterAdd":        added(func(_ *context, o output) output { return o }),
		"ScatterNdNonAliasingAdd": added(func(_ *context, o output) output { return o }),
		"TensorScatterSub":        added(func(c *context, o output) output { return c.Neg(o) }),
		"TensorScatterUpdate": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(
				func() output {
					return c.Like(c.Op("TensorScatterUpdate", []output{c.Grad(0), c.In(1), c.Zeros(c.Node.Inputs[2])}), c.Node.Inputs[0])
				}, nil,
				func() output { return c.Like(at(c, c.Grad(0)), c.Node.Inputs[2]) })
		}, Note: "which of two updates of one place counts is up to TensorFlow; both get the adjoint"},
		"TensorScatterMax":      extreme("Maximum"),
		"TensorScatterMin":      extreme("Minimum"),
		"DynamicPartition":      linear(partitionBack),
		"DynamicStitch":         stitch(true),
		"ParallelDynamicStitch": stitch(false),
		"OneHot": {Kind: graphops.Linear, Choice: oneHotChoice, VJP: func(c *context) []output {
			return c.Adjoints(nil, nil,
				func() output { return oneHotBack(c, c.Grad(0), c.In(0), 1, 0) },
				func() output { return oneHotBack(c, c.Grad(0), c.In(0), 0, 1) })
		}},
	}
}

// oneHotBack adds up what is on, or what is off.
func oneHotBack(c *context, dy, ids output, on, off float64) output {
	mask := c.Op("OneHot", []output{ids, c.In(1), c.ScalarLike(dy, on), c.ScalarLike(dy, off)}, c.Node.Copy("axis"))
	return sumAll(c, c.Op("Mul", []output{dy, mask}))
}

// oneHotChoice is the half rule over indices, on and off.
func oneHotChoice(c *context) []output {
	m, ids, ids0 := slopeOf(c, 0), c.In(0), there(c, 0)
	side := func(i int, on, off float64) output {
		if !c.Wants(i) && !c.Differs(i) {
			return output{}
		}
		return answer(c, i, halfOf(c, oneHotBack(c, m, ids, on, off), oneHotBack(c, m, ids0, on, off)))
	}
	out := []output{{}, {}, side(2, 1, 0), side(3, 0, 1)}
	if c.Differs(0) {
		mean := func(i int) output {
			v, v0 := values(c, i)
			return asType(c, halfOf(c, asType(c, v, m.DType()), asType(c, v0, m.DType())), m.DType())
		}
		on, off := mean(2), mean(3)
		hot := func(ids output) output {
			return c.Op("OneHot", []output{ids, c.In(1), on, off}, c.Node.Copy("axis"))
		}
		share := c.Sum(c.Mul(m, c.Sub(hot(ids), hot(ids0))), false, c.Node.Int("axis"))
		out[0] = c.Like(asType(c, share, c.ShareType()), c.Node.Inputs[0])
	}
	return out
}

// partitionBack puts the parts back together: the places of the elements are
// shared out in the same way as the elements were.
func partitionBack(c *context, _ output) output {
	data := c.Node.Inputs[0]
	parts := c.In(1)
	places := c.ReshapeLike(count(c, c.Op("Size", []output{parts})), c.Node.Inputs[1])
	shared := c.Builder.Node("DynamicPartition", []output{places, parts}, c.Node.Copy("num_partitions"))
	if shared == nil {
		return output{}
	}
	var in []output
	for i := range shared.Outputs {
		in = append(in, output{Node: shared, Index: i})
	}
	return c.ReshapeLike(c.Op("DynamicStitch", append(in, allGrads(c)...), graphops.Int("N", len(shared.Outputs))), data)
}

// stitch is the rule of a merge of N tensors, whose indices come first. Where
// an index occurs more than once the last element counts.
func stitch(lastCounts bool) graphops.Rule {
	return graphops.Rule{Kind: graphops.Linear, VJP: func(c *context) []output {
		n := len(c.Node.Inputs) / 2
		out := make([]output, 2*n)
		var numbers []output // of all elements
		var merged output    // the number of the element that counts
		if lastCounts && !differentIndices(c.Node.Inputs[:n]) {
			start := c.IntScalar(0)
			var in []output
			for i := range n {
				stop := c.Op("AddV2", []output{start, c.Op("Size", []output{c.Node.Inputs[i]})})
				numbers = append(numbers, c.Op("Range", []output{start, stop, c.IntScalar(1)}))
				in = append(in, c.Op("Reshape", []output{c.In(i), c.IntVector(-1)}))
				start = stop
			}
			merged = c.Op("DynamicStitch", append(in, numbers...), graphops.Int("N", n))
		}
		for i := range n {
			if !c.Wants(n + i) {
				continue
			}
			ids := c.Op("Reshape", []output{c.In(i), c.IntVector(-1)})
			g := c.Op("Gather", []output{c.Grad(0), ids})
			if merged.Valid() {
				counts := c.Op("Equal", []output{c.Op("Gather", []output{merged, ids}), numbers[i]})
				g = c.Op("Select", []output{counts, g, c.Op("ZerosLike", []output{g})})
			}
			out[n+i] = c.ReshapeLike(g, c.Node.Inputs[n+i])
		}
		return out
	}}
}

// differentIndices says whether it is certain that no index occurs twice.
func differentIndices(indices []output) bool {
	seen := map[int]bool{}
	for _, o := range indices {
		v, ok := graphops.ConstInts(o)
		if !ok {
			return false
		}
		for _, i := range v {
			if seen[i] {
				return false
			}
			seen[i] = true
		}
	}
	return true
}

// extremes is the rule of an op whose results are the largest or smallest of
// some elements, given the adjoints as a function of the inputs, the result and
// its adjoint. The multipliers are those of graphops.DeepLIFT for any extremum:
// with k the further of y and its reference y0, k-y0 belongs to what x chose and
// y-k to what the reference chose.
func extremes(further string, back func(c *context, in func(int) output, y, dy output) []output) graphops.Rule {
	return graphops.Rule{
		Kind: graphops.Extremum,
		VJP:  func(c *context) []output { return back(c, c.In, c.Out(0), c.Grad(0)) },
		Multiplier: func(c *context) []output {
			n := c.Node
			there := func(i int) output {
				if c.Wants(i) {
					return repeated(c, c.RefIn(i), n.Inputs[i])
				}
				return c.In(i)
			}
			y, y0, m := c.Out(0), repeated(c, c.RefOut(0), output{Node: n}), c.Grad(0)
			k := c.Like(c.Op(further, []output{y, y0}), y)
			first := back(c, c.In, y, c.Mul(m, c.Sub(k, y0)))
			second := back(c, there, y0, c.Mul(m, c.Sub(y, k)))
			out := make([]output, len(n.Inputs))
			for i, x := range n.Inputs {
				if c.Wants(i) {
					out[i] = c.Like(c.Op("DivNoNan", []output{c.Add(first[i], second[i]), c.Sub(c.In(i), there(i))}), x)
				}
			}
			return out
		},
	}
}

// asIndex is a tensor of indices in a type that every op takes.
func asIndex(c *context, ids output) output {
	if ids.DType() == tensor.Int64 {
		return ids
	}
	return asType(c, ids, tensor.Int32)
}
