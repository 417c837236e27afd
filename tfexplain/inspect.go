package tfexplain

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// Report says how a method would go through a model. Nothing has been run.
type Report struct {
	Method    string
	Explained []Explained
	Nodes     int                // nodes of the forward graph, bodies of loops included
	Path      int                // nodes between the explained tensors and the target
	Ops       []OpUse            // op types on the path, by name
	Refused   []graphops.Refusal // what stands in the way; empty if the method works

	// Fallbacks is where the plain gradient would stand in, as far as
	// Options.AllowGradientFallback allows it, and Passable those of Refused where
	// it would if that were allowed.
	Fallbacks, Passable []graphops.Refusal

	// Err is why the method cannot be used with these options at all; only
	// InspectAll leaves it here.
	Err error

	// CustomGradients lists the ops with a gradient of their own on the path, and
	// whether the method applies it.
	CustomGradients []graphops.CustomGradient
}

// OpUse is one op type on the path.
type OpUse struct {
	Op    string
	Count int
	Kind  string // what the op is to a backward pass; "opaque" has no rule
	Note  string // what is special about its rule, if anything
}

// Inspect finds the ops between the explained tensors and the target and what
// the method would do with each. Errors are those of New, but refused ops are
// part of the Report.
func Inspect(m *savedmodel.Model, method Method, o Options) (*Report, error) {
	reports, err := InspectAll(m, []Method{method}, o)
	if err != nil {
		return nil, err
	}
	return &reports[0], nil
}

// InspectAll is Inspect for several methods, with one Report for each. What one
// of them takes amiss is in its Report's Err; if all of them do, it is the error.
func InspectAll(m *savedmodel.Model, methods []Method, o Options) ([]Report, error) {
	var reports []Report
	drafts := map[reach]*draft{} // copies of the graph: more than one method may share one
	var failed []error
	for _, method := range methods {
		r, err := inspect(m, method, o, drafts)
		if err != nil {
			failed = append(failed, err)
			r = &Report{Err: err}
			if !isNil(method) {
				r.Method = method.Name()
			}
		}
		reports = append(reports, *r)
	}
	if len(failed) == len(methods) {
		return nil, errors.Join(failed[:min(1, len(failed))]...)
	}
	return reports, nil
}

// reach is what a method's draft depends on beside the options: whether it can
// explain what has no gradient, whether it adds to the inputs, and whether it
// takes no custom gradients.
type reach struct{ game, noise, recorded bool }

func inspect(m *savedmodel.Model, method Method, o Options, drafts map[reach]*draft) (*Report, error) {
	if err := checkGiven(m, method); err != nil {
		return nil, err
	}
	if err := method.validate(); err != nil {
		return nil, err
	}
	plan := method.plan()
	kind := reach{plan.game != nil, plan.noise != nil, plan.recorded}
	if drafts[kind] == nil {
		d, err := newDraft(context.Background(), m, method, o)
		var uncopied *graphops.GraphError
		if errors.As(err, &uncopied) && kind.game {
			return &Report{Method: method.Name()}, nil // the model's own signature is asked
		}
		if err != nil {
			return nil, err
		}
		drafts[kind] = d
	}
	return drafts[kind].report(method)
}

func (d *draft) report(method Method) (*Report, error) {
	walk := d.walk(d.target)
	path := walk.Nodes()
	r := &Report{Method: method.Name(), Explained: explainedOf(d.inputs, d.explained), Path: len(path)}
	d.graph.Each(func(*graphops.Node) { r.Nodes++ })
	counts := map[string]int{}
	for _, n := range path {
		counts[n.Op]++
	}
	for _, op := range slices.SortedFunc(maps.Keys(counts), strings.Compare) {
		rule := d.rules[op]
		r.Ops = append(r.Ops, OpUse{Op: op, Count: counts[op], Kind: rule.Kind.String(), Note: rule.Note})
	}
	pass := method.plan().pass
	if pass == nil { // it only runs the model
		return r, nil
	}
	var refused *UnsupportedOpError
	err := walk.Check(pass(walk, nil))
	if err != nil && !errors.As(err, &refused) {
		return nil, err
	}
	r.Fallbacks, r.CustomGradients = walk.Fallbacks, walk.CustomGradients()
	if refused == nil {
		return r, nil
	}
	r.Refused = refused.Ops
	walk.AllowFallback = func(string) bool { return true }
	if err := walk.Check(pass(walk, nil)); err != nil && !errors.As(err, &refused) {
		return nil, err
	}
	for _, f := range walk.Fallbacks {
		if slices.ContainsFunc(r.Refused, func(b graphops.Refusal) bool { return b.Node == f.Node && b.Op == f.Op }) {
			r.Passable = append(r.Passable, f)
		}
	}
	return r, nil
}
