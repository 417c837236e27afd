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
// embedding. An input that is looked up in several tables is explained by all
// embeddings side by side, and integers that are numbers, the bytes of a picture
// say, by what they are cast to.

// embed makes the embedding of an input of ids what is explained by x.
func (d *draft) embed(x *input, in input) error {
	refuse := func(format string, a ...any) error {
		return &OptionError{Field: "Explain", Given: x.info.Key, Wanted: fmt.Sprintf(format, a...)}
	}
	found, numbers := d.lookups(in)
	if x.ids = in.info.Key; numbers {
		x.ids = ""
	}
	if len(found) == 0 {
		return refuse("a float input, or ids that are looked up in a table: %v has no gradient, and this input reaches no lookup", in.info.DType)
	}
	var nodes []string
	for _, o := range found {
		nodes = append(nodes, tensorName(o))
		if !d.countsRows(o) {
			return refuse("an embedding whose first axis counts rows: %s has the shape %v", tensorName(o), o.Shape())
		}
	}
	x.nodes = nodes
	if len(found) == 1 {
		x.x = found[0]
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
	return nil
}

// lookups are the tensors in which the ids of an input first are floats. numbers
// says that the integers of the input are not looked up but cast.
func (d *draft) lookups(in input) (found []graphops.Output, numbers bool) {
	w := graphops.NewWalk(d.graph, d.target, []graphops.Output{in.place}, d.rules)
	l := lookups{draft: d, walk: w, users: map[graphops.Output][]*graphops.Node{}}
	for _, n := range w.Path {
		for _, o := range n.Inputs {
			if !slices.Contains(l.users[o], n) {
				l.users[o] = append(l.users[o], n)
			}
		}
	}
	var casts []graphops.Output
	below := map[*graphops.Node]bool{} // computed from a lookup: behind the first one
	for _, n := range w.Path {
		if slices.ContainsFunc(n.Inputs, func(o graphops.Output) bool { return below[o.Node] }) {
			below[n] = true
			continue
		}
		switch o := (graphops.Output{Node: n}); {
		case isGather(w, n):
			found = append(found, l.settle(o))
			below[n] = true
		case n.Op == "OneHot" && w.Varies(n.Inputs[0]):
			if o := l.product(o); o.Valid() {
				found = append(found, l.settle(o))
				below[n] = true
			}
		case n.Op == "Cast" && o.DType().IsFloat() && l.isInput(n.Inputs[0], in):
			casts = append(casts, o)
		}
	}
	if len(found) == 0 && len(casts) == 1 && in.info.DType.IsInteger() {
		return casts, true
	}
	return found, false
}

// lookups follows ids through a graph.
type lookups struct {
	*draft
	walk  *graphops.Walk
	users map[graphops.Output][]*graphops.Node // on the way to the target
}

// isGather says whether a node reads float rows of a table at places that vary.
func isGather(w *graphops.Walk, n *graphops.Node) bool {
	switch n.Op {
	case "Gather", "GatherV2", "ResourceGather", "GatherNd", "ResourceGatherNd":
		return len(n.Inputs) >= 2 && !w.Varies(n.Inputs[0]) && w.Varies(n.Inputs[1]) && n.Outputs[0].DType.IsFloat()
	}
	return false
}

// only is the node that uses a tensor if it is the only one.
func (l *lookups) only(o graphops.Output) *graphops.Node {
	if users := l.users[o]; len(users) == 1 && o != l.target {
		return users[0]
	}
	return nil
}

// settle follows a tensor whose first axis does not count rows, such as the
// embeddings of all tokens of all rows in one list, to where it is put in rows.
func (l *lookups) settle(o graphops.Output) graphops.Output {
	for at := o; ; {
		if l.countsRows(at) {
			return at
		}
		n := l.only(at)
		if n == nil || !moves(n.Op) || n.Inputs[0] != at {
			return o
		}
		at = graphops.Output{Node: n}
	}
}

// product follows a one-hot tensor to its product with a table: that picks rows
// of the table, as a gather does. Without a table it is the one-hot tensor
// itself, as floats; not valid if it never becomes one.
func (l *lookups) product(o graphops.Output) graphops.Output {
	var last graphops.Output
	for {
		if o.DType().IsFloat() && !last.Valid() {
			last = o
		}
		n := l.only(o)
		switch {
		case n == nil:
			return last
		case moves(n.Op) && n.Inputs[0] == o, n.Op == "Cast":
			o = graphops.Output{Node: n}
		case isProduct(n.Op) && !slices.ContainsFunc(n.Inputs, func(side graphops.Output) bool { return side != o && l.walk.Varies(side) }):
			return graphops.Output{Node: n}
		default:
			return last
		}
	}
}

// isInput says whether a tensor is the input itself, moved at most.
func (l *lookups) isInput(o graphops.Output, in input) bool {
	for o != in.place {
		if !moves(o.Node.Op) {
			return false
		}
		o = o.Node.Inputs[0]
	}
	return true
}

// moves lists ops that put the elements of their first input in another order
// or shape.
func moves(op string) bool {
	switch op {
	case "Identity", "Reshape", "Squeeze", "ExpandDims", "Transpose":
		return true
	}
	return false
}

func isProduct(op string) bool {
	switch op {
	case "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum":
		return true
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
