package rulestest

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// check runs one program and compares.
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
		if err := sameTimes(g, linear[k], by); err != nil {
			return fmt.Errorf("input %d, %w", i, err)
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

// sameTimes compares an adjoint with that for by times the ys.
func sameTimes(got []float64, scaled *tensor.Tensor, by float64) error {
	l, err := scaled.Float64s()
	if err != nil {
		return err
	}
	for j := range got {
		// Only the order of sums over threads may differ between two runs.
		if d := math.Abs(l[j] - by*got[j]); !(d <= 64*epsilon(scaled.DType())*max(1, math.Abs(l[j]))) {
			return fmt.Errorf("element %d: the adjoint is not linear in ys: %g for ys, %g for %g*ys", j, got[j], l[j], by)
		}
	}
	return nil
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
