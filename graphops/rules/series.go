package rules

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// series are evenly spaced numbers; how many there are is a number that does
// not move with the ends.
func series() graphops.Registry {
	return graphops.Registry{
		// start, start+delta, ...
		"Range": {Kind: graphops.Linear, VJP: func(c *context) []output {
			return c.Adjoints(
				func() output { return sumAll(c, c.Grad(0)) }, nil,
				func() output {
					places := count(c, c.Op("Size", []output{c.Grad(0)}, graphops.Type("out_type", tensor.Int32)))
					return sumAll(c, c.Op("Mul", []output{c.Grad(0), asType(c, places, c.Node.Inputs[2].DType())}))
				})
		}},
		"LinSpace": {Kind: graphops.Linear, VJP: func(c *context) []output {
			weighted := func(from, to float64) func() output {
				return func() output {
					x := c.Node.Inputs[0]
					weight := c.Op("LinSpace", []output{c.ScalarLike(x, from), c.ScalarLike(x, to), c.In(2)})
					return sumAll(c, c.Op("Mul", []output{c.Grad(0), weight}))
				}
			}
			return c.Adjoints(weighted(1, 0), weighted(0, 1))
		}},
	}
}

// places are indices and bits of numbers, which do not move with them.
func places() graphops.Registry {
	r := graphops.Registry{}
	for _, op := range []string{
		"Unique", "UniqueV2", "UniqueWithCounts", "UniqueWithCountsV2", "ListDiff", "InvertPermutation", "HistogramFixedWidth",
		"Where", "Bucketize", "InTopK", "InTopKV2",
		"NonMaxSuppression", "NonMaxSuppressionV2", "NonMaxSuppressionV3", "NonMaxSuppressionV4",
	} {
		r[op] = graphops.Rule{Kind: graphops.Discrete}
	}
	r["Bitcast"] = graphops.Rule{Kind: graphops.Discrete, Note: "DeepLIFT: choices, too, between types of one size"}
	// How many of some numbers are below (or not above) another one: of that one
	// a step function, the numbers given.
	for _, op := range []string{"LowerBound", "UpperBound"} {
		r[op] = graphops.Rule{Kind: graphops.Discrete, Note: "DeepLIFT: of the second input", Choice: func(c *context) []output {
			if c.Wants(0) || c.Differs(0) {
				refuse(c, "the numbers that it counts depend on the explained inputs")
				return nil
			}
			x, x0 := values(c, 1)
			share := asType(c, c.Grad(0), x.DType())
			return []output{{}, answer(c, 1, c.Op("DivNoNan", []output{share, c.Sub(x, x0)}))}
		}}
	}
	return r
}
