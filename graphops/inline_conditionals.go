package graphops

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// conditional expands an If or a Case. ins[0] chooses.
//
// A choice that is a constant, the learning phase of an exported model for
// instance, leaves only its branch. Otherwise the branches are put between
// Switch and Merge, TensorFlow's own form of a conditional inside a graph: the
// branch not taken is never run, and the rules of the two ops are each other.
func (c *copier) conditional(s *scope, d *tfproto.NodeDef, branches []*tfproto.NameAttrList, ins []Output) ([]Output, error) {
	if len(ins) == 0 {
		return nil, &GraphError{s.join(d.Name), "a conditional without a choice"}
	}
	choice, args := ins[0], ins[1:]
	if v, ok := c.ints.of(choice); fixed(v, ok) && len(v) == 1 {
		k := v[0]
		if k < 0 || k >= len(branches) { // TensorFlow takes the last branch then
			k = len(branches) - 1
		}
		return c.call(s, d, d.Name, branches[k], args)
	}
	if d.Op == "If" || d.Op == "StatelessIf" {
		if choice.DType() != tensor.Bool {
			return nil, &GraphError{s.join(d.Name), fmt.Sprintf("its condition is %v; only bool conditions can be explained", choice.DType())}
		}
		return c.either(s, d, choice, 1,
			func(args []Output) ([]Output, error) {
				return c.call(s, d, d.Name+"/then", branches[1], args)
			},
			func(args []Output) ([]Output, error) {
				return c.call(s, d, d.Name+"/else", branches[0], args)
			}, args)
	}
	return c.oneOf(s, d, branches, 0, choice, args)
}

// oneOf is a Case from branch k on: that branch if the index is k, else one of
// the later ones, the last for any other index.
func (c *copier) oneOf(s *scope, d *tfproto.NodeDef, branches []*tfproto.NameAttrList, k int, index Output, args []Output) ([]Output, error) {
	this := func(args []Output) ([]Output, error) {
		return c.call(s, d, fmt.Sprintf("%s/branch_%d", d.Name, k), branches[k], args)
	}
	if k == len(branches)-1 {
		return this(args)
	}
	b := NewBuilder(c.graph, s.join(d.Name))
	is := b.Op("Equal", []Output{index, b.IntScalar(k)})
	if b.Err() != nil {
		return nil, b.Err()
	}
	return c.either(s, d, is, k+1, this, func(args []Output) ([]Output, error) {
		return c.oneOf(s, d, branches, k+1, index, args)
	}, args)
}

// either joins two branches: their arguments pass a Switch, so that only one
// side of them is alive, and their results a Switch and a Merge.
func (c *copier) either(s *scope, d *tfproto.NodeDef, condition Output, number int, then, otherwise func([]Output) ([]Output, error), args []Output) ([]Output, error) {
	b := NewBuilder(c.graph, fmt.Sprintf("%s/cond_%d", s.join(d.Name), number))
	// Switch has the outputs false and true.
	side := func(o Output, i int) Output {
		if n := b.Node("Switch", []Output{o, condition}); n != nil {
			n.Origin = s.join(d.Name)
			return Output{n, i}
		}
		return Output{}
	}
	sides := [2][]Output{}
	for i := range sides {
		for _, a := range args {
			if a.DType() != tensor.Resource { // a variable may be named in a branch that is not taken
				a = side(a, i)
			}
			sides[i] = append(sides[i], a)
		}
	}
	if b.Err() != nil {
		return nil, b.Err()
	}
	no, err := otherwise(sides[0])
	if err != nil {
		return nil, err
	}
	yes, err := then(sides[1])
	if err != nil {
		return nil, err
	}
	if len(no) != len(yes) {
		return nil, &GraphError{s.join(d.Name), fmt.Sprintf("its branches give %d and %d tensors", len(yes), len(no))}
	}
	var outs []Output
	for i := range yes {
		// A result that no argument leads to is alive on both sides.
		n := b.Node("Merge", []Output{side(no[i], 0), side(yes[i], 1)})
		if n == nil {
			return nil, b.Err()
		}
		n.Origin = s.join(d.Name)
		outs = append(outs, Output{n, 0})
	}
	return outs, nil
}
