package graphops

import (
	"errors"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// inside is what a walk needs to know of a loop that it passes.
type inside struct {
	walk    *Walk // through the body
	vary    []bool
	carried []int // the variables whose adjoints go from turn to turn
}

// inside finds out about a loop on the path.
func (w *Walk) inside(n *Node) *inside {
	if in := w.insides[n]; in != nil {
		return in
	}
	used := make([]bool, len(n.Inputs))
	use := func(o Output) {
		if o.Node == n {
			used[o.Index] = true
		}
	}
	for _, target := range w.Targets {
		use(target)
	}
	for _, m := range w.Path {
		for _, in := range m.Inputs {
			use(in)
		}
	}
	w.insides[n] = w.open(n.Loop.Body, w.loops[n], used)
	return w.insides[n]
}

// open walks through the body of a loop of which some variables vary and some
// are used afterwards.
func (w *Walk) open(body Function, vary, used []bool) *inside {
	in := &inside{vary: vary}
	carries := func(i int) bool { return vary[i] && w.carries(body.Args[i]) }
	for i, on := range used {
		if on && i < len(vary) && carries(i) {
			in.carried = append(in.carried, i)
		}
	}
	for {
		var results, args []Output
		for _, i := range in.carried {
			results, args = append(results, body.Results[i]), append(args, body.Args[i])
		}
		in.walk = newWalk(body.Graph, results, args, body.varying(vary), w.rules)
		in.walk.AllowFallback = w.AllowFallback
		before := len(in.carried)
		// What a turn takes from a variable goes back to the turn before it.
		for i := range vary {
			if carries(i) && !slices.Contains(in.carried, i) && in.walk.takes(body.Args[i]) {
				in.carried = append(in.carried, i)
			}
		}
		if len(in.carried) == before {
			return in
		}
	}
}

// carries says whether the pass takes anything from turn to turn for a variable
// like o. There are no shares of strings: they are fixed where they enter a turn.
func (w *Walk) carries(o Output) bool {
	return o.carries() || w.shares && takesShare(o) && o.DType() != tensor.String && o.Element() != tensor.String
}

// takes says whether a tensor leads to a target.
func (w *Walk) takes(o Output) bool {
	return slices.Contains(w.Targets, o) || w.uses(o)
}

// checkLoop lists what stands in the way of a pass in the body of a loop.
func (w *Walk) checkLoop(n *Node, p Pass) []Refusal {
	in := w.inside(n)
	var refused *UnsupportedOpError
	if err := in.walk.Check(p.Within(in.walk, nil)); errors.As(err, &refused) {
		return refused.Ops
	}
	w.Fallbacks = append(w.Fallbacks, in.walk.Fallbacks...)
	return nil
}
