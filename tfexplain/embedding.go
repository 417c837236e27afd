package tfexplain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Token ids, categories and strings have no gradient. What is explained for
// such an input is the output of the table lookup that it reaches first: the
// embedding.

// embeddingOf finds the lookup that the ids of an input reach first.
func (d *draft) embeddingOf(in input) (graphops.Output, error) {
	w := graphops.NewWalk(d.graph, d.target, []graphops.Output{in.place}, d.rules)
	var found []graphops.Output
	below := map[*graphops.Node]bool{} // computed from a lookup: behind the first one
	for _, n := range w.Path {
		if slices.ContainsFunc(n.Inputs, func(o graphops.Output) bool { return below[o.Node] }) {
			below[n] = true
			continue
		}
		if o := (graphops.Output{Node: n}); isLookup(w, n) {
			found = append(found, o)
			below[n] = true
		}
	}
	switch len(found) {
	case 0:
		return graphops.Output{}, &OptionError{Field: "Explain", Given: in.info.Key,
			Wanted: fmt.Sprintf("a float input, or ids that are looked up in a table: %v has no gradient, and this input reaches no lookup", in.info.DType)}
	case 1:
	default:
		var paths []string
		for _, o := range found {
			paths = append(paths, o.Node.Origin)
		}
		return graphops.Output{}, &OptionError{Field: "Explain", Given: in.info.Key,
			Wanted: "an input that is looked up once: this one is in " + strings.Join(paths, ", ")}
	}
	s := found[0].Shape()
	if s.Rank() < 1 || s.Dims[0] != (graphops.Dim{Size: 1, PerRow: true}) {
		return graphops.Output{}, &OptionError{Field: "Explain", Given: in.info.Key,
			Wanted: fmt.Sprintf("an embedding whose first axis counts rows: %s has the shape %v", found[0].Node.Origin, s)}
	}
	return found[0], nil
}

// isLookup says whether a node reads float rows of a table at places that vary.
func isLookup(w *graphops.Walk, n *graphops.Node) bool {
	switch n.Op {
	case "Gather", "GatherV2", "ResourceGather", "GatherNd", "ResourceGatherNd":
		return len(n.Inputs) >= 2 && !w.Varies(n.Inputs[0]) && w.Varies(n.Inputs[1]) && n.Outputs[0].DType.IsFloat()
	}
	return false
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
