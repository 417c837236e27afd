package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// joins put tensors together or take them apart.
func joins() graphops.Registry {
	return graphops.Registry{
		"ConcatV2": {Kind: graphops.Linear, VJP: func(c *context) []output {
			last := len(c.Node.Inputs) - 1
			return concatBack(c, c.Node.Inputs[:last], c.Node.Inputs[last], 0)
		}},
		"Concat": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return concatBack(c, c.Node.Inputs[1:], c.Node.Inputs[0], 1)
		}},
		"Split": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(nil, func() output { return c.Like(joined(c, c.Node.Inputs[0]), c.Node.Inputs[1]) })
		}},
		"SplitV": linear(func(c *context, _ output) output { return joined(c, c.Node.Inputs[2]) }),
		"Pack": {Kind: graphops.Linear, VJP: func(c *context) []output {
			out := make([]output, len(c.Node.Inputs))
			if parts := c.Builder.Node("Unpack", []output{c.Grad(0)}, graphops.Int("num", len(out)), c.Node.Copy("axis")); parts != nil {
				for i := range out {
					if c.Wants(i) {
						out[i] = output{Node: parts, Index: i}
					}
				}
			}
			return out
		}},
		"Unpack": linear(func(c *context, _ output) output { return c.Op("Pack", allGrads(c), c.Node.Copy("axis")) }),
	}
}

func allGrads(c *context) []output {
	out := make([]output, len(c.Node.Outputs))
	for i := range out {
		out[i] = c.Grad(i)
	}
	return out
}

// joined puts the adjoints of all outputs together. ConcatV2 takes no fewer
// than two.
func joined(c *context, axis output) output {
	all := allGrads(c)
	if len(all) == 1 {
		return all[0]
	}
	return c.Op("ConcatV2", append(all, axis))
}

// concatBack cuts the adjoint of a concatenation into its parts. first is the
// position of the first part among the node's inputs.
func concatBack(c *context, parts []output, axis output, first int) []output {
	out := make([]output, len(c.Node.Inputs))
	begins, sizes, ok := concatSlices(c, parts, axis)
	if !ok {
		begins, sizes = concatSlicesAtRunTime(c, parts, axis)
	}
	for i, p := range parts {
		if c.Wants(first + i) {
			out[first+i] = c.Like(c.Op("Slice", []output{c.Grad(0), begins(i), sizes(i)}), p)
		}
	}
	return out
}

// concatSlices works out where each part begins and how long it is, if the
// sizes along the axis are fixed. Size -1 takes the whole axis.
func concatSlices(c *context, parts []output, axis output) (begin, size func(i int) output, ok bool) {
	at, ok := graphops.ConstInts(axis)
	rank := parts[0].Shape().Rank()
	if !ok || len(at) != 1 || rank < 1 {
		return nil, nil, false
	}
	k := at[0]
	if k < 0 {
		k += rank
	}
	begins, sizes := make([][]int, len(parts)), make([][]int, len(parts))
	sum := 0
	for i, p := range parts {
		if k < 0 || k >= rank || p.Shape().Rank() != rank || !p.Shape().Dims[k].Static() {
			return nil, nil, false
		}
		begins[i], sizes[i] = make([]int, rank), make([]int, rank)
		for j := range sizes[i] {
			sizes[i][j] = -1
		}
		begins[i][k], sizes[i][k] = sum, p.Shape().Dims[k].Size
		sum += sizes[i][k]
	}
	return func(i int) output { return c.IntVector(begins[i]...) }, func(i int) output { return c.IntVector(sizes[i]...) }, true
}

func concatSlicesAtRunTime(c *context, parts []output, axis output) (begin, size func(i int) output) {
	shapes := make([]output, len(parts))
	for i, p := range parts {
		shapes[i] = c.Op("Shape", []output{p}, graphops.Type("out_type", tensor.Int32))
	}
	offsets := c.Builder.Node("ConcatOffset", append([]output{c.Op("Cast", []output{axis}, graphops.Type("DstT", tensor.Int32))}, shapes...))
	return func(i int) output { return output{Node: offsets, Index: i} }, func(i int) output { return shapes[i] }
}
