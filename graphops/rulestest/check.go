package rulestest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

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
		if k != 0 && k != len(levels)-1 {
			continue
		}
		lift, err := buildLift(env, c, known)
		if err != nil {
			return nil, fmt.Errorf("%v, multipliers: %w", known, err)
		}
		if lift != nil {
			programs = append(programs, lift)
		}
		for _, i := range c.wrt() {
			if len(c.wrt()) == 1 {
				break
			}
			p, err := build(env, c, known, []int{i})
			if err != nil {
				return nil, fmt.Errorf("%v, input %d alone varies: %w", known, i, err)
			}
			programs = append(programs, p)
		}
	}
	if len(programs) == 0 && !c.Refused {
		return nil, errors.New("the case needs more than can be known")
	}
	return programs, nil
}

func refused(err error) bool {
	var op *graphops.UnsupportedOpError
	var node *graphops.GraphError
	return errors.As(err, &op) || errors.As(err, &node)
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

// checkRows compares all programs for one number of rows.
func checkRows(r *running, c Case, programs []*program, rows int) error {
	at := point{rows: rows, inputs: make([]*tensor.Tensor, len(c.Inputs)), baselines: make([]*tensor.Tensor, len(c.Inputs))}
	random := source(c)
	for i, in := range c.Inputs {
		var err error
		if at.inputs[i], err = in.tensor(random, rows, c); err == nil {
			at.baselines[i] = at.inputs[i]
			if slices.Contains(c.wrt(), i) {
				at.baselines[i], err = in.baseline(random, rows, c, at.inputs[i])
			}
		}
		if err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
	}
	op, err := r.function(0, programs[0], false, programs[0].target)
	if err != nil {
		return err
	}
	y, err := op.run(at.inputs, nil, nil)
	if err != nil {
		return fmt.Errorf("the op itself: %w", err)
	}
	w := weights(random, y[0].Len())
	if c.Want != nil {
		w = repeated([]float64{1}, y[0].Len())
	}
	if at.ys, err = of(w, y[0].DType(), y[0].Shape()); err != nil {
		return err
	}
	if at.slopes, err = expected(c, op, at.inputs, at.ys); err != nil {
		return err
	}
	if c.SameChoice {
		at.elsewhere = at.baselines
		if at.baselines, err = nearby(c, at.inputs); err != nil {
			return err
		}
		if y0, err := op.run(at.elsewhere, nil, nil); err != nil || sameValues(y[0], y0[0]) {
			at.elsewhere = nil
		}
	}
	if at.moved, err = difference(op, at, y[0]); err != nil {
		return err
	}
	for i, p := range programs {
		if err := p.check(r, i, at); err != nil {
			return fmt.Errorf("%v: %w", p, err)
		}
	}
	return nil
}

// slope is the derivative with respect to one input, and how far off it may be
// at each element.
type slope struct {
	of, bound []float64
}

// expected are the right adjoints of the inputs that vary.
func expected(c Case, op *function, inputs []*tensor.Tensor, ys *tensor.Tensor) (map[int]slope, error) {
	want := map[int]slope{}
	for _, i := range c.wrt() {
		if c.Want == nil {
			s, err := differences(c, op, inputs, i, ys)
			if err != nil {
				return nil, err
			}
			want[i] = s
			continue
		}
		if i >= len(c.Want) || len(c.Want[i]) == 0 {
			return nil, fmt.Errorf("no adjoint for input %d is given in Want", i)
		}
		s := slope{of: repeated(c.Want[i], inputs[i].Len())}
		for _, v := range s.of {
			// The cases with known answers are sums of a few exact products.
			s.bound = append(s.bound, 8*c.epsilon()*max(1, math.Abs(v)))
		}
		want[i] = s
	}
	return want, nil
}

// check runs one program.
func (p *program) check(r *running, index int, at point) error {
	fetches := slices.Clone(p.results)
	for _, n := range p.noted {
		fetches = append(fetches, n.of)
	}
	f, err := r.function(index, p, true, fetches...)
	if err != nil {
		return err
	}
	got, err := f.run(at.inputs, at.baselines, at.ys)
	if err != nil {
		return err
	}
	const by = -2 // a power of two rounds nothing, a negative one shows |ys|
	scaled, err := times(at.ys, by)
	if err != nil {
		return err
	}
	linear, err := f.run(at.inputs, at.baselines, scaled)
	if err != nil {
		return err
	}
	for k, i := range p.wrt {
		if !slices.Equal(got[k].Shape(), at.inputs[i].Shape()) {
			return fmt.Errorf("the adjoint of input %d has shape %v, the input %v", i, got[k].Shape(), at.inputs[i].Shape())
		}
		g, err := got[k].Float64s()
		if err != nil {
			return err
		}
		if p.baselines == nil {
			if err := at.slopes[i].compare(g); err != nil {
				return fmt.Errorf("input %d, shape %v: %w", i, at.inputs[i].Shape(), err)
			}
		}
		l, err := linear[k].Float64s()
		if err != nil {
			return err
		}
		for j := range g {
			// Only the order of sums over threads may differ between two runs.
			if d := math.Abs(l[j] - by*g[j]); !(d <= 64*epsilon(got[k].DType())*max(1, math.Abs(l[j]))) {
				return fmt.Errorf("input %d, element %d: the adjoint is not linear in ys: %g for ys, %g for %d*ys", i, j, g[j], l[j], by)
			}
		}
	}
	if p.baselines != nil {
		if err := p.checkDelta(got, at); err != nil {
			return err
		}
		if at.elsewhere != nil {
			if _, err := f.run(at.inputs, at.elsewhere, at.ys); err == nil || !strings.Contains(err.Error(), graphops.ChoiceMark) {
				return fmt.Errorf("at a baseline with other discrete values the multipliers must fail and say so; they gave: %v", err)
			}
		}
	}
	return p.checkNotes(got[len(p.results):], at.rows)
}

func (s slope) compare(got []float64) error {
	worst, where := 0.0, -1
	for j := range got {
		d := math.Abs(got[j] - s.of[j])
		if !(d <= s.bound[j]) && (where < 0 || !(d/s.bound[j] <= worst)) {
			worst, where = d/s.bound[j], j
		}
	}
	if where < 0 {
		return nil
	}
	return fmt.Errorf("the adjoint of element %d is %g, expected %g ± %g\n got      %.6g\n expected %.6g", where, got[where], s.of[where], s.bound[where], got, s.of)
}

// checkNotes compares the shapes that the pass counts on with those of a run.
func (p *program) checkNotes(got []*tensor.Tensor, rows int) error {
	for i, n := range p.noted {
		if !fits(n.shape, got[i].Shape(), rows) {
			return fmt.Errorf("node %q (%s) is noted as %v, but has shape %v", n.of, n.of.Node.Op, n.shape, got[i].Shape())
		}
	}
	return nil
}

// fits says whether a noted shape is that of a run with so many rows.
func fits(s graphops.Shape, got []int, rows int) bool {
	if s.Rank() != len(got) {
		return false
	}
	for i, d := range s.Dims {
		size := d.Size
		if d.PerRow {
			size *= rows
		}
		if d.Known() && size != got[i] {
			return false
		}
	}
	return true
}

func times(t *tensor.Tensor, by float64) (*tensor.Tensor, error) {
	v, err := t.Float64s()
	if err != nil {
		return nil, err
	}
	for i := range v {
		v[i] *= by
	}
	return of(v, t.DType(), t.Shape())
}
