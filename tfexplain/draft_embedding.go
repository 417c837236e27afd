package tfexplain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// Token ids, categories and strings have no gradient. What is explained for
// such an input is the output of the table lookup that it reaches first: the
// embedding. An input that is looked up in several tables is explained by all
// embeddings side by side, and integers that are numbers, the bytes of a picture
// say, by what they are cast to.

// embed makes the embedding of an input of ids what is explained by x.
func (d *draft) embed(x *input, in input) error {
	refuse := func(format string, a ...any) error {
		return &OptionError{Field: "Explain", Given: x.info.Key, Wanted: fmt.Sprintf(format, a...)}
	}
	found, numbers := d.lookups(in)
	if len(found) == 0 {
		return refuse("a float input, or ids that are looked up in a table: %v has no gradient, and this input reaches no lookup; name the others in Options.Explain, or take a method without a gradient", in.info.DType)
	}
	var nodes []string
	for _, o := range found {
		nodes = append(nodes, tensorName(o))
		if !d.countsRows(o) {
			return refuse("an embedding that is known to have an entry for each row: nothing in the graph says so of %s, which has the shape %v; explain a model that takes ids instead (docs/guide.md, Texts), or take a method without a gradient", tensorName(o), o.Shape())
		}
	}
	x.nodes = nodes
	if len(found) == 1 {
		if x.x = found[0]; !numbers && forEach(in.place, x.x) {
			x.ids = in.info.Key
		}
		return nil
	}
	list := strings.Join(nodes, ", ")
	if slices.Contains(found, d.target) {
		return refuse("one of the embeddings of this input, since one of them is the target: name another of %s", list)
	}
	var err error
	if x.x, err = d.graph.Join(found); err != nil {
		return refuse("one of the embeddings of this input: name one of %s, because they cannot be explained side by side (%v)", list, err)
	}
	if forEach(in.place, x.x) {
		x.ids = in.info.Key
	}
	return nil
}

// forEach says whether a tensor has one vector for each id: it does not where
// only some ids are looked up, or several together.
func forEach(ids, x graphops.Output) bool {
	a, b := ids.Shape(), x.Shape()
	if !a.KnownRank || b.Rank() != a.Rank()+1 {
		return !a.KnownRank
	}
	for i, d := range a.Dims {
		if d.Known() && b.Dims[i].Known() && d != b.Dims[i] {
			return false
		}
	}
	return true
}
