package rulestest

import (
	"errors"
	"fmt"
	"math"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// String says how a program was built.
func (p *program) String() string {
	if p.baselines != nil {
		return fmt.Sprintf("%v, multipliers of %v", p.known, p.wrt)
	}
	return fmt.Sprintf("%v, varying %v", p.known, p.wrt)
}

// buildLift makes the graph of a case and its DeepLIFT multipliers, which must
// account for the whole difference between an input and a baseline, by the
// rule's Multiplier or by what its Kind promises. It returns nil for an op
// that DeepLIFT refuses.
func buildLift(env environment, c Case, known Knowledge) (*program, error) {
	p, err := forward(env, c, known, c.wrt(), true)
	if err != nil {
		return nil, err
	}
	leaf := func(o graphops.Output) graphops.Output {
		for k, x := range p.xs {
			if x == o {
				return p.baselines[k].x
			}
		}
		return graphops.Output{}
	}
	walk := graphops.NewWalk(p.graph, p.target, p.xs, env.rules)
	reference := graphops.NewBuilder(p.graph, passScope+"/reference")
	_, err = p.backward(walk, graphops.NewDeepLIFT(walk, graphops.NewReference(walk, reference, leaf)), graphops.NewBuilder(p.graph, passScope))
	var unsupported *graphops.UnsupportedOpError
	if errors.As(err, &unsupported) {
		return nil, nil
	}
	return p, errors.Join(err, reference.Err())
}

// delta is the difference of the target from that of the baselines, weighted
// by the ys, and the size of what it is a sum of.
type delta struct{ of, size float64 }

// difference runs the op at the baselines.
func difference(op *function, at point, y *tensor.Tensor) (delta, error) {
	y0, err := op.run(at.baselines, nil, nil)
	if err != nil {
		return delta{}, fmt.Errorf("the op itself, at the baseline: %w", err)
	}
	here, err := y.Float64s()
	if err != nil {
		return delta{}, err
	}
	there, err := y0[0].Float64s()
	if err != nil {
		return delta{}, err
	}
	w, err := at.ys.Float64s()
	if err != nil {
		return delta{}, err
	}
	d := delta{}
	for k := range w {
		d.of += w[k] * (here[k] - there[k])
		d.size += math.Abs(w[k]) * max(1, math.Abs(here[k]), math.Abs(there[k]))
	}
	return d, nil
}

// checkDelta compares the sum of multiplier times difference over all inputs
// with the difference of the target.
func (p *program) checkDelta(multipliers []*tensor.Tensor, at point) error {
	sum, size, eps := 0.0, at.moved.size, epsilon(at.ys.DType())
	for k, i := range p.wrt {
		m, err := multipliers[k].Float64s()
		if err != nil {
			return err
		}
		x, err := at.inputs[i].Float64s()
		if err != nil {
			return err
		}
		x0, err := at.baselines[i].Float64s()
		if err != nil {
			return err
		}
		eps = max(eps, epsilon(at.inputs[i].DType()))
		for j := range m {
			sum += m[j] * (x[j] - x0[j])
			size += math.Abs(m[j]) * max(1, math.Abs(x[j]), math.Abs(x0[j]))
		}
	}
	// A closed form is exact; what is left is rounding, of every term a few times.
	const roundings = 16
	if d := math.Abs(sum - at.moved.of); !(d <= roundings*eps*size) {
		return fmt.Errorf("the multipliers account for a difference of %g, the target differs by %g (off by %g, rounding explains %g)",
			sum, at.moved.of, d, roundings*eps*size)
	}
	return nil
}
