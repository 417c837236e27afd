package tfexplain

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// Explained may name, besides inputs of the signature, tensors inside the
// model; so may Target. A tensor that the model computes is explained as if it
// were an input: what reaches the target without passing through it stays as it
// is in the call.

// embeddingPrefix before the key of an input names the embedding of its ids.
const embeddingPrefix = "embedding of "

// explainInner adds a tensor inside the model to what is explained.
func (d *draft) explainInner(name string) error {
	in := input{rows: true, inner: true}
	in.info.Key = name
	var err error
	if key, ok := strings.CutPrefix(name, embeddingPrefix); ok {
		i := slices.IndexFunc(d.inputs, func(in input) bool { return in.info.Key == key && !in.inner })
		if i < 0 {
			return &NameError{Field: "Explain", Given: name, Reason: fmt.Sprintf("is no embedding: %q is not an input", key), Candidates: nearest(name, d.names("Explain"))}
		}
		err = d.embed(&in, d.inputs[i])
	} else if in.x, err = d.innerX(name); err == nil {
		in.nodes = []string{tensorName(in.x)}
		in.ids = d.idsOf(in.x)
	}
	if err != nil {
		return err
	}
	if d.plan.game != nil || d.plan.noise != nil {
		return &OptionError{Field: "Explain", Given: name, Wanted: fmt.Sprintf("an input of the signature: %s changes the values that are fed, and this tensor is computed", d.method.Name())}
	}
	in.place = in.x
	in.info = savedmodel.TensorInfo{Key: name, DType: in.x.DType(), Shape: in.x.Shape().Sizes(), KnownRank: true}
	in.info.Shape[0] = -1
	d.explained = append(d.explained, len(d.inputs))
	d.inputs = append(d.inputs, in)
	return nil
}

// innerX finds the tensor that is meant, and checks that it can be explained.
func (d *draft) innerX(name string) (graphops.Output, error) {
	var places []graphops.Output
	for _, in := range d.inputs {
		if !in.inner {
			places = append(places, in.place)
		}
	}
	w := graphops.NewWalk(d.graph, d.target, places, d.rules)
	o, err := d.find("Explain", name, func(o graphops.Output) bool { return o.DType().IsFloat() && w.Varies(o) })
	switch {
	case err != nil:
		return o, err
	case !o.DType().IsFloat():
		return o, &OptionError{Field: "Explain", Given: name, Wanted: fmt.Sprintf("a tensor of a float type: %s is %v", tensorName(o), o.DType())}
	case !d.countsRows(o):
		return o, &OptionError{Field: "Explain", Given: name, Wanted: fmt.Sprintf("a tensor that is known to have an entry for each row: nothing in the graph says so of %s, which has the shape %v", tensorName(o), o.Shape())}
	}
	return o, nil
}

// find gives the one tensor that a name means: "node", "node:1", or a layer
// that one tensor leaves on its way to the target. "name/" is the layer where a
// node has the same name. Of the tensors that leave a layer only those count that
// fit.
func (d *draft) find(field, name string, fits func(graphops.Output) bool) (graphops.Output, error) {
	node, index, numbered := cutIndex(name)
	node, layer := strings.CutSuffix(node, "/")
	places := d.graph.Find(node)
	switch {
	case len(places) == 0:
		return graphops.Output{}, &NameError{Field: field, Given: name, Reason: "is neither in the signature nor a node or layer on the way to the target", Candidates: d.candidates(field, name)}
	case len(places) > 1:
		e := &NameError{Field: field, Given: name, Reason: "is in several places"}
		for _, p := range places {
			e.Candidates = append(e.Candidates, p.Path)
		}
		return graphops.Output{}, e
	}
	p := places[0]
	if p.Node != nil && !layer {
		if index >= len(p.Node.Outputs) {
			return graphops.Output{}, &NameError{Field: field, Given: name, Reason: fmt.Sprintf("is not there: the node has %d outputs", len(p.Node.Outputs)), Candidates: outputNames(p.Node)}
		}
		return graphops.Output{Node: p.Node, Index: index}, nil
	}
	leaving := slices.DeleteFunc(d.graph.Leaving(p.Path, d.ends...), func(o graphops.Output) bool { return !fits(o) })
	e := &NameError{Field: field, Given: name}
	for _, o := range leaving {
		e.Candidates = append(e.Candidates, tensorName(o))
	}
	switch {
	case numbered:
		e.Reason = "is a layer, whose tensors have no numbers"
	case len(leaving) == 0:
		e.Reason = "is a layer that no float tensor leaves on the way from the inputs to the target"
		e.Candidates = d.candidates(field, name)
	case len(leaving) > 1:
		e.Reason = "is a layer that several tensors leave"
	default:
		return leaving[0], nil
	}
	return graphops.Output{}, e
}

// cutIndex reads "node:1".
func cutIndex(name string) (node string, index int, numbered bool) {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		if k, err := strconv.ParseUint(name[i+1:], 10, 31); err == nil {
			return name[:i], int(k), true
		}
	}
	return name, 0, false
}

// tensorName is how a user names a tensor of the copied graph.
func tensorName(o graphops.Output) string {
	if o.Index == 0 {
		return o.Node.Path()
	}
	return fmt.Sprintf("%s:%d", o.Node.Path(), o.Index)
}

func outputNames(n *graphops.Node) []string {
	var names []string
	for i := range n.Outputs {
		names = append(names, tensorName(graphops.Output{Node: n, Index: i}))
	}
	return names
}

// countsRows says whether the first axis of a tensor has one entry per row.
func (d *draft) countsRows(o graphops.Output) bool {
	s := o.Shape()
	return s.Rank() > 0 && (s.Dims[0] == graphops.Dim{Size: 1, PerRow: true} || d.fixedRows > 0 && s.Dims[0] == graphops.Dim{Size: d.fixedRows})
}

// idsOf is the key of the input whose ids, looked up, are a tensor; empty if
// there is none.
func (d *draft) idsOf(x graphops.Output) string {
	for x.Node.Op == "Identity" {
		x = x.Node.Inputs[0]
	}
	for _, in := range d.inputs {
		if in.inner || in.info.DType.IsFloat() {
			continue
		}
		if found, numbers := d.lookups(in); len(found) == 1 && found[0] == x && !numbers && forEach(in.place, x) {
			return in.info.Key
		}
	}
	return ""
}

// checkApart refuses to explain a tensor together with one that it is computed
// from: both would be given the same share of the answer.
func (d *draft) checkApart() error {
	for _, i := range d.explained {
		w := graphops.NewWalk(d.graph, d.target, []graphops.Output{d.inputs[i].x}, d.rules)
		for _, k := range d.explained {
			if i != k && w.Varies(d.inputs[k].x) {
				return &OptionError{Field: "Explain", Given: d.inputs[k].info.Key, Wanted: fmt.Sprintf("tensors that do not depend on each other: it is computed from %s, so explain one at a time", d.inputs[i].info.Key)}
			}
		}
	}
	return nil
}

// innerFetches are the tensors to copy when the target is a tensor inside the
// model: itself if it is in the top graph, else everything that leads to an
// output.
func (d *draft) innerFetches(sig *savedmodel.Signature) (fetches []string, top bool) {
	node, _, _ := cutIndex(d.opts.Target)
	for _, n := range d.model.GraphDef().Node {
		if n.Name == node {
			return []string{d.opts.Target}, true
		}
	}
	for _, out := range sig.Outputs {
		if out.Name != "" && !slices.Contains(fetches, out.Name) {
			fetches = append(fetches, out.Name)
		}
	}
	return fetches, false
}

// innerTarget finds the target among what was copied, and drops the rest.
func (d *draft) innerTarget(feeds []graphops.Output, top bool) error {
	w := graphops.NewWalk(d.graph, d.target, feeds, d.rules)
	if !top {
		var err error
		if d.target, err = d.find("Target", d.opts.Target, func(o graphops.Output) bool { return o.DType().IsFloat() && w.Varies(o) }); err != nil {
			return err
		}
	}
	if !w.Varies(d.target) || slices.Contains(feeds, d.target) {
		return &OptionError{Field: "Target", Given: d.opts.Target, Wanted: "a tensor that is computed from the inputs"}
	}
	d.graph.Prune(append(slices.Clone(feeds), d.target)...)
	d.ends = []graphops.Output{d.target}
	return nil
}

func isAny[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}
