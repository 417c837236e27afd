package graphops

import "maps"

// Replay computes tensors again from other values of some of the tensors they
// depend on. What does not depend on those is shared with the original.
type Replay struct {
	b    *Builder
	memo map[Output]Output
}

// NewReplay takes, for each key of from, its value instead; b adds the nodes.
func NewReplay(b *Builder, from map[Output]Output) *Replay {
	r := &Replay{b: b, memo: map[Output]Output{}}
	maps.Copy(r.memo, from)
	return r
}

// At is o computed from the new values; the zero Output after an error.
func (r *Replay) At(o Output) Output {
	if v, ok := r.memo[o]; ok {
		if !v.Valid() {
			r.b.Fail(&GraphError{o.Node.Name, "it depends on itself, as the nodes of a TensorFlow 1 loop do, and cannot be computed twice"})
		}
		return v
	}
	n := o.Node
	for i := range n.Outputs {
		if _, ok := r.memo[Output{n, i}]; !ok {
			r.memo[Output{n, i}] = Output{} // on its way
		}
	}
	in := make([]Output, len(n.Inputs))
	same := true
	for i, from := range n.Inputs {
		if in[i] = r.At(from); !in[i].Valid() {
			return Output{}
		}
		same = same && in[i] == from
	}
	again := n
	if !same {
		if again = r.b.again(n, in); again == nil {
			return Output{}
		}
	}
	for i := range n.Outputs {
		if instead := (Output{n, i}); r.memo[instead] == (Output{}) {
			r.memo[instead] = Output{again, i}
		}
	}
	if n.custom != nil && again != n {
		again.custom = n.custom.with(r.At)
	}
	return r.memo[o]
}
