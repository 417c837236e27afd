package tfexplain

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
)

// Report says how a method would go through a model. Nothing has been run.
type Report struct {
	Method  string
	Nodes   int                // nodes of the forward graph
	Path    int                // nodes between the explained inputs and the target
	Ops     []OpUse            // op types on the path, by name
	Refused []graphops.Refusal // what stands in the way; empty if the method works

	// Fallbacks is where the plain gradient would stand in, if that is allowed.
	Fallbacks []graphops.Refusal
}

// OpUse is one op type on the path.
type OpUse struct {
	Op    string
	Count int
	Kind  string // what the op is to a backward pass; "opaque" has no rule
	Note  string
}

// Inspect finds the ops between the explained inputs and the target and what
// the method would do with each. Errors are those of New, but refused ops are
// part of the Report.
func Inspect(m *savedmodel.Model, method Method, o Options) (*Report, error) {
	d, err := newDraft(m, method, o)
	if err != nil {
		return nil, err
	}
	walk := d.walk(d.target)
	r := &Report{Method: method.Name(), Nodes: len(d.graph.Nodes()), Path: len(walk.Path)}
	counts := map[string]int{}
	for _, n := range walk.Path {
		counts[n.Op]++
	}
	for _, op := range slices.SortedFunc(maps.Keys(counts), strings.Compare) {
		rule := d.rules[op]
		r.Ops = append(r.Ops, OpUse{Op: op, Count: counts[op], Kind: rule.Kind.String(), Note: rule.Note})
	}
	if d.plan.pass == nil {
		return r, nil // it needs no more than answers
	}
	if err := walk.Check(d.plan.pass(walk, nil)); err != nil {
		var refused *UnsupportedOpError
		if !errors.As(err, &refused) {
			return nil, err
		}
		r.Refused = refused.Ops
	}
	r.Fallbacks = walk.Fallbacks
	return r, nil
}
