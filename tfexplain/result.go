package tfexplain

import (
	"time"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Result is the explanation of one call.
type Result struct {
	// Attributions has for each explained input or inner tensor, by the name given
	// in Options.Explain, a tensor of its shape and dtype: what each element
	// contributed. For an input of ids it has the shape and dtype of their
	// embedding; Summed gives one number for each id.
	Attributions map[string]*tensor.Tensor

	// Target is the explained number of each row, sum(T*ys).
	Target []float64

	// BaselineTarget is the same number at the baseline; nil for methods that
	// have none.
	BaselineTarget []float64

	// Delta is the completeness delta of each row: the sum of all its
	// attributions less (Target - BaselineTarget). Nil for methods without a
	// conservation law.
	Delta []float64

	// Players has for each row what a method that values coalitions
	// (ShapleySampling, ExactShapley, KernelSHAP, FeatureAblation) found for its
	// players. Nil for other methods.
	Players []Players

	// Fallbacks lists the nodes at which the plain gradient stood in for a rule
	// (Options.AllowGradientFallback), and why. Usually empty.
	Fallbacks []graphops.Refusal

	// CustomGradients lists the ops with a gradient of their own between inputs and
	// target, and whether it was applied. Usually empty.
	CustomGradients []graphops.CustomGradient

	// Classes is the class explained in each row when ys named or chose one,
	// else nil.
	Classes []int

	ranks map[string]int // rank of each explained input
}

// Summed adds up an attribution over the axes that the input itself does not
// have: for ids looked up in a table, one number for each id. For a float input
// it is the attribution itself.
func (r *Result) Summed(key string) (*tensor.Tensor, error) {
	t := r.Attributions[key]
	if t == nil {
		return nil, &InputError{Input: key, Reason: "was not explained", Keys: sortedKeys(r.Attributions)}
	}
	rank, ok := r.ranks[key]
	if !ok || rank >= len(t.Shape()) {
		return t, nil
	}
	shape := t.Shape()[:rank]
	n, err := tensor.Count(shape)
	if err != nil {
		return nil, err
	}
	values, err := t.Float64s()
	if err != nil {
		return nil, err
	}
	sums := make([]float64, n)
	each := len(values) / max(n, 1)
	for i, v := range values {
		sums[i/max(each, 1)] += v
	}
	out, err := tensor.New(sums, shape...)
	if err != nil {
		return nil, err
	}
	return out.Convert(t.DType())
}

// Stats count what an Explainer has done. They are safe to read at any time.
type Stats struct {
	GraphOps int           // operations in the session's graph
	Runs     int64         // Runs of the session
	Rows     int64         // rows explained; of methods that take many for each sample, all of them
	Compile  time.Duration // time New took to build and splice the graph

	// RowsOfARun is what Warmup found to be fastest; 0 before, and where
	// Options.BatchSize says it.
	RowsOfARun int
}
