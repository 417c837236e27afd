package tfexplain

import (
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// Explained says what is explained under one name of Options.Explain.
type Explained struct {
	Name  string   // key in Result.Attributions
	Nodes []string // where it stands in the model; several for ids that are looked up several times
	DType tensor.DType
	Shape []int // of the attributions; -1 where a size is open, as the rows are; nil: unknown rank

	// IDs is the key of the input whose ids, categories or strings it embeds, and
	// empty for anything else. Result.Summed then gives one number for each id.
	IDs string
}

// Explained lists what is explained, in the order of Options.Explain.
func (e *Explainer) Explained() []Explained {
	if e.unmade() {
		return nil
	}
	return explainedOf(e.program.inputs, e.program.explained)
}

func explainedOf(inputs []input, explained []int) []Explained {
	var list []Explained
	for _, i := range explained {
		in := inputs[i]
		x := Explained{Name: in.info.Key, Nodes: slices.Clone(in.nodes), DType: in.info.DType, Shape: in.info.Shape, IDs: in.ids}
		if in.x.Valid() { // in a graph
			x.DType, x.Shape = in.x.DType(), in.x.Shape().Sizes()
		}
		list = append(list, x)
	}
	return list
}
