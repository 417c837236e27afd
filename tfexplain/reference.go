package tfexplain

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// baseline is the set of references an Explainer compares with at one time.
type baseline struct {
	count int                       // references per row
	x0    map[string]*tensor.Tensor // by input key, references as rows
}

// settle works out the values before the first call, so that a baseline which no
// call could use is refused at once. It is nil where the model leaves sizes open.
func (p *program) settle(b Baseline) (*baseline, error) {
	for _, i := range p.compared(b) {
		in := p.inputs[i]
		sizes := p.innerShape(in, b)
		if !in.inner {
			sizes = in.info.Shape[min(1, len(in.info.Shape)):]
		}
		if !in.info.KnownRank || slices.ContainsFunc(sizes, func(n int) bool { return n < 0 }) {
			return nil, p.checkKeys(b)
		}
	}
	return p.resolveBaseline(b, func(i int) []int { return p.inputs[i].info.Shape[1:] })
}

func (p *program) checkKeys(b Baseline) error {
	for _, key := range keysOfBaseline(b) {
		if keys := append(p.keys(), p.innerKeys()...); !slices.Contains(keys, key) {
			return &InputError{Input: key, Reason: "has a baseline but is not an input", Keys: keys}
		}
	}
	return nil
}

// resolveBaseline works out the values for inputs whose shape is known.
func (p *program) resolveBaseline(b Baseline, shapeOf func(i int) []int) (*baseline, error) {
	if b == nil {
		b = Zeros()
	}
	if err := p.checkKeys(b); err != nil {
		return nil, err
	}
	out := &baseline{x0: map[string]*tensor.Tensor{}}
	for _, i := range p.compared(b) {
		info := p.inputs[i].info
		shape := p.innerShape(p.inputs[i], b)
		if shape == nil {
			shape = shapeOf(i)
		}
		t, err := b.values(info.Key, info.DType, shape)
		if err != nil {
			return nil, err
		}
		out.x0[info.Key] = t
		out.count = max(out.count, t.Shape()[0])
	}
	for key, t := range out.x0 {
		switch n := t.Shape()[0]; {
		case n == out.count:
		case n == 1:
			many := make([]*tensor.Tensor, out.count)
			for i := range many {
				many[i] = t
			}
			all, err := tensor.Concat(many...)
			if err != nil {
				return nil, err
			}
			out.x0[key] = all
		default:
			return nil, &ShapeError{Input: "baseline of " + key, Given: t.Shape(), Wanted: fmt.Sprintf("1 or %d references, as other inputs have", out.count)}
		}
	}
	return out, nil
}

// innerKeys are the names of the inner tensors that are explained.
func (p *program) innerKeys() []string {
	var keys []string
	for _, in := range p.inputs {
		if in.inner {
			keys = append(keys, in.info.Key)
		}
	}
	return keys
}

// compared lists what a baseline gives values for: the explained tensors, and
// where an inner one is not among those that it names, every input with rows.
func (p *program) compared(b Baseline) []int {
	named := keysOfBaseline(b)
	var list []int
	viaInputs := false
	for _, i := range p.explained {
		if in := p.inputs[i]; in.inner && !slices.Contains(named, in.info.Key) {
			viaInputs = true
			continue
		}
		list = append(list, i)
	}
	for _, i := range p.feeds {
		if viaInputs && p.inputs[i].rows && !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	return list
}

// innerShape is the shape of one row of an inner tensor's baseline; sizes that
// the graph leaves open are those of the values given. It is nil for an input.
func (p *program) innerShape(in input, b Baseline) []int {
	if !in.inner {
		return nil
	}
	shape := append([]int{}, in.info.Shape[1:]...)
	var t *tensor.Tensor
	switch b := b.(type) {
	case valuesBaseline:
		t = b[in.info.Key]
	case meanBaseline:
		t = b[in.info.Key]
	}
	if t == nil {
		return shape
	}
	given := t.Shape()
	given = given[max(0, len(given)-len(shape)):]
	for i := range given {
		if len(given) == len(shape) && shape[i] < 0 {
			shape[i] = given[i]
		}
	}
	return shape
}

// remember writes the reference values of a baseline into the session.
func (p *program) remember(b *baseline) error {
	var feeds []*tensor.Tensor
	for _, i := range p.feeds {
		feeds = append(feeds, b.x0[p.inputs[i].info.Key])
	}
	_, err := p.write.Run(context.Background(), feeds)
	return err
}

// release frees the stored references.
func (p *program) release() error {
	if p.free == nil {
		return nil
	}
	_, err := p.free.Run(context.Background(), nil)
	return err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
