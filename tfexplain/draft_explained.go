package tfexplain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// findRows decides which inputs have one entry per row: those whose first axis
// is open. If no input has an open first axis, the model was exported for a
// fixed number of rows.
func (d *draft) findRows() {
	for i, in := range d.inputs {
		if !in.info.KnownRank || len(in.info.Shape) > 0 && in.info.Shape[0] < 0 {
			d.inputs[i].rows = true
		}
	}
	if slices.ContainsFunc(d.inputs, func(in input) bool { return in.rows }) {
		return
	}
	target := d.target.Shape()
	if target.Rank() < 1 || !target.Dims[0].Static() {
		return
	}
	for i, in := range d.inputs {
		if len(in.info.Shape) > 0 && in.info.Shape[0] == target.Dims[0].Size {
			d.inputs[i].rows, d.fixedRows = true, target.Dims[0].Size
		}
	}
}

// chooseExplained takes the inputs and inner tensors that were named, or else
// every float input with rows, or else every input of ids that are looked up in
// a table.
func (d *draft) chooseExplained() error {
	named := d.opts.Explain
	if len(named) == 0 {
		named = keysWithRows(d.inputs, func(in input) bool { return in.info.DType.IsFloat() })
	}
	if len(named) == 0 {
		named = keysWithRows(d.inputs, func(in input) bool { return d.graph.Node(in.place.Node.Name) != nil })
	}
	if len(named) == 0 {
		var keys []string
		for _, in := range d.inputs {
			keys = append(keys, in.info.Key)
		}
		return &OptionError{Field: "Explain", Given: "", Wanted: "a model with an input that has rows: none of " + strings.Join(keys, ", ") + " has"}
	}
	for _, name := range named {
		if err := d.explain(name); err != nil {
			return err
		}
	}
	return d.checkApart()
}

// explain adds an input, or a tensor inside the model, to what is explained.
func (d *draft) explain(name string) error {
	i := slices.IndexFunc(d.inputs, func(in input) bool { return !in.inner && in.info.Key == name })
	if i < 0 {
		return d.explainInner(name)
	}
	in := &d.inputs[i]
	if err := in.explainable(slices.Contains(d.explained, i)); err != nil {
		return err
	}
	in.x = in.place
	d.explained = append(d.explained, i)
	if in.info.DType.IsFloat() {
		return nil
	}
	if d.plan.game != nil { // asks for answers to other ids, or other numbers
		if _, numbers := d.lookups(*in); !numbers {
			in.ids = name
		}
		return nil
	}
	if err := d.embed(in, *in); err != nil {
		return err
	}
	if d.plan.noise != nil {
		return &OptionError{Field: "Explain", Given: name, Wanted: "a float input: noise cannot be added to " + in.info.DType.String()}
	}
	return nil
}

// keysWithRows are the keys of inputs that have rows, of a kind.
func keysWithRows(inputs []input, kind func(input) bool) []string {
	var keys []string
	for _, in := range inputs {
		if in.rows && kind(in) {
			keys = append(keys, in.info.Key)
		}
	}
	return keys
}

// explainable says what is wrong with explaining an input that was named.
func (in input) explainable(twice bool) error {
	switch {
	case !in.rows:
		return &OptionError{Field: "Explain", Given: in.info.Key, Wanted: "an input with a row axis: this one is shared by all rows"}
	case twice:
		return &OptionError{Field: "Explain", Given: in.info.Key, Wanted: "each input once"}
	}
	return nil
}

// explainedInputs are the inputs of a function that were named, or else those with
// rows that are float, or else all with rows.
func explainedInputs(inputs []input, named []string) ([]int, error) {
	var keys []string
	for _, in := range inputs {
		keys = append(keys, in.info.Key)
	}
	if len(named) == 0 {
		named = keysWithRows(inputs, func(in input) bool { return in.info.DType.IsFloat() })
	}
	if len(named) == 0 {
		named = keysWithRows(inputs, func(input) bool { return true })
	}
	var chosen []int
	for _, key := range named {
		i := slices.Index(keys, key)
		if i < 0 {
			return nil, &InputError{Input: key, Reason: "is not an input", Keys: keys}
		}
		if err := inputs[i].explainable(slices.Contains(chosen, i)); err != nil {
			return nil, err
		}
		chosen = append(chosen, i)
	}
	if len(chosen) == 0 {
		return nil, &OptionError{Field: "Explain", Given: "", Wanted: fmt.Sprintf("a model with an input that has rows: none of %v has", keys)}
	}
	return chosen, nil
}

// xs are what is explained.
func (d *draft) xs() []graphops.Output {
	var xs []graphops.Output
	for _, i := range d.explained {
		xs = append(xs, d.inputs[i].x)
	}
	return xs
}

// places are where the explained inputs are fed.
func (d *draft) places() []graphops.Output {
	var places []graphops.Output
	for _, i := range d.explained {
		places = append(places, d.inputs[i].place)
	}
	return places
}
