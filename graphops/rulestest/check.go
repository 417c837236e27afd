package rulestest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// check builds a case in every way, runs all of them and compares.
func check(env environment, c Case, rows []int) error {
	programs, err := buildAll(env, c)
	if err != nil || c.Refused {
		return err
	}
	r, err := load(env, programs)
	if err != nil {
		return err
	}
	defer r.close()
	if !c.hasRows() {
		rows = []int{1}
	}
	for _, n := range rows {
		if err := checkRows(r, c, programs, n); err != nil {
			return fmt.Errorf("%d rows: %w", n, err)
		}
	}
	return nil
}

// buildAll builds a case for each level of knowledge and checks that rules
// refuse what they cannot know. Knowing most and knowing least, it is also
// built with each input varying alone and with multipliers.
func buildAll(env environment, c Case) ([]*program, error) {
	var levels []Knowledge
	for _, known := range c.builds() {
		if c.Needs&^known == 0 && !c.Refused {
			levels = append(levels, known)
			continue
		}
		if _, err := build(env, c, known, c.wrt()); !refused(err) {
			return nil, fmt.Errorf("knowing %v, the rule must refuse with an *UnsupportedOpError or a *GraphError; it gave: %v", known, err)
		}
	}
	var programs []*program
	for k, known := range levels {
		p, err := build(env, c, known, c.wrt())
		if err != nil {
			return nil, fmt.Errorf("%v: %w", known, err)
		}
		programs = append(programs, p)
		if k == 0 || k == len(levels)-1 {
			more, err := buildOther(env, c, known)
			if err != nil {
				return nil, err
			}
			programs = append(programs, more...)
		}
	}
	if len(programs) == 0 && !c.Refused {
		return nil, errors.New("the case needs more than can be known")
	}
	return programs, nil
}

// buildOther builds a case with multipliers, and with each of its inputs varying
// alone.
func buildOther(env environment, c Case, known Knowledge) ([]*program, error) {
	var programs []*program
	lift, err := buildLift(env, c, known)
	if err != nil {
		return nil, fmt.Errorf("%v, multipliers: %w", known, err)
	}
	if lift != nil {
		programs = append(programs, lift)
	}
	if len(c.wrt()) == 1 {
		return programs, nil
	}
	for _, i := range c.wrt() {
		p, err := build(env, c, known, []int{i})
		if err != nil {
			return nil, fmt.Errorf("%v, input %d alone varies: %w", known, i, err)
		}
		programs = append(programs, p)
	}
	return programs, nil
}

func refused(err error) bool {
	var op *graphops.UnsupportedOpError
	var node *graphops.GraphError
	return errors.As(err, &op) || errors.As(err, &node)
}

// checkRows compares all programs for one number of rows.
func checkRows(r *running, c Case, programs []*program, rows int) error {
	op, err := r.function(0, programs[0], false, programs[0].target)
	if err != nil {
		return err
	}
	at, err := newPoint(c, op, rows)
	if err != nil {
		return err
	}
	for i, p := range programs {
		if err := p.check(r, i, at); err != nil {
			return fmt.Errorf("%v: %w", p, err)
		}
	}
	return nil
}

// point is where a case is evaluated.
type point struct {
	rows      int
	inputs    []*tensor.Tensor
	baselines []*tensor.Tensor // other values of the same inputs
	ys        *tensor.Tensor
	slopes    map[int]slope    // the right adjoints
	moved     delta            // how far the target is from that of the baselines
	elsewhere []*tensor.Tensor // baselines where a Case.SameChoice must fail
}

// newPoint chooses values and works out what is right there. op is the op itself.
func newPoint(c Case, op *function, rows int) (at point, err error) {
	at = point{rows: rows, inputs: make([]*tensor.Tensor, len(c.Inputs)), baselines: make([]*tensor.Tensor, len(c.Inputs))}
	random := source(c)
	for i, in := range c.Inputs {
		if at.inputs[i], err = in.tensor(random, rows, c); err == nil {
			at.baselines[i] = at.inputs[i]
			if slices.Contains(c.wrt(), i) {
				at.baselines[i], err = in.baseline(random, rows, c, at.inputs[i])
			}
		}
		if err != nil {
			return at, fmt.Errorf("input %d: %w", i, err)
		}
	}
	y, err := op.run(at.inputs, nil, nil)
	if err != nil {
		return at, fmt.Errorf("the op itself: %w", err)
	}
	w := weights(random, y[0].Len())
	if c.Want != nil {
		w = repeated([]float64{1}, y[0].Len())
	}
	if at.ys, err = of(w, y[0].DType(), y[0].Shape()); err != nil {
		return at, err
	}
	if at.slopes, err = expected(c, op, at.inputs, at.ys); err != nil {
		return at, err
	}
	if c.SameChoice {
		at.elsewhere = at.baselines
		if at.baselines, err = nearby(c, at.inputs); err != nil {
			return at, err
		}
		if y0, err := op.run(at.elsewhere, nil, nil); err != nil || sameValues(y[0], y0[0]) {
			at.elsewhere = nil
		}
	}
	at.moved, err = difference(op, at, y[0])
	return at, err
}
