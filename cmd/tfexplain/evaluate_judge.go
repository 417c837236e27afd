package main

import (
	"context"
	"maps"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// judge is what the metrics get to judge a method: the data, and the method to
// ask again.
type judge struct {
	e         *evaluation
	data      metrics.Data
	explainer *tfexplain.Explainer
	method    chosenMethod
	classes   []int // the class of each row; nil if it has none
}

func (e *evaluation) judge(explainer *tfexplain.Explainer, run methodRun) *judge {
	return &judge{e: e, data: e.data(run.result.Attributions), explainer: explainer, method: run.method, classes: run.result.Classes}
}

// givesSlopes says whether a method's attributions are per unit of input.
func givesSlopes(m tfexplain.Method) bool {
	switch m := m.(type) {
	case tfexplain.Gradient, tfexplain.Saliency:
		return true
	case tfexplain.SmoothGrad:
		return m.Method == nil || givesSlopes(m.Method)
	case tfexplain.VarGrad:
		return m.Method == nil || givesSlopes(m.Method)
	}
	return false
}

// score implements metrics.Score.
func (j *judge) score(ctx context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error) {
	ys, err := j.ysOf(of)
	if err != nil {
		return nil, err
	}
	return j.explainer.Score(ctx, j.withShared(xs), ys)
}

// explain implements metrics.Explain.
func (j *judge) explain(ctx context.Context, xs map[string]*tensor.Tensor, of []int) (map[string]*tensor.Tensor, error) {
	n := len(of)
	xs, of, err := j.fill(xs, of)
	if err != nil {
		return nil, err
	}
	ys, err := j.ysOf(of)
	if err != nil {
		return nil, err
	}
	var r *tfexplain.Result
	if base := j.e.baseline; j.method.info.Baseline && base.perSample {
		x0 := maps.Clone(base.values)
		for key, t := range x0 {
			if t.Shape()[0] == j.e.in.rows { // one row is for all
				if x0[key], err = t.Take(of); err != nil {
					return nil, err
				}
			}
		}
		r, err = j.explainer.ExplainFrom(ctx, j.withShared(xs), x0, ys)
	} else {
		r, err = j.explainer.Explain(ctx, j.withShared(xs), ys)
	}
	if err != nil {
		return nil, err
	}
	out := make(map[string]*tensor.Tensor, len(r.Attributions))
	for key, t := range r.Attributions {
		if out[key], err = t.Rows(0, n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// withShared adds the inputs that have no rows.
func (j *judge) withShared(xs map[string]*tensor.Tensor) map[string]*tensor.Tensor {
	all := maps.Clone(j.e.in.values)
	maps.Copy(all, xs)
	return all
}

// fill gives a model that was exported for a number of rows that many: the
// first of them again.
func (j *judge) fill(xs map[string]*tensor.Tensor, of []int) (map[string]*tensor.Tensor, []int, error) {
	if len(of) >= j.e.in.fixedRows {
		return xs, of, nil
	}
	rows, filled := make([]int, j.e.in.fixedRows), make([]int, j.e.in.fixedRows)
	for i := range rows {
		if i < len(of) {
			rows[i] = i
		}
		filled[i] = of[rows[i]]
	}
	all := make(map[string]*tensor.Tensor, len(xs))
	for key, x := range xs {
		t, err := x.Take(rows)
		if err != nil {
			return nil, nil, err
		}
		all[key] = t
	}
	return all, filled, nil
}

// ysOf are the weights over the target's entries for copies of these rows.
func (j *judge) ysOf(of []int) (tfexplain.Ys, error) {
	switch one := j.e.choices[0]; {
	case j.classes != nil:
		classes := make([]int, len(of))
		for i, row := range of {
			classes[i] = j.classes[row]
		}
		return tfexplain.Classes(classes...), nil
	case one.given != nil:
		w, err := one.given.Take(of)
		return tfexplain.Weights(w), err
	default:
		return one.ys, nil // the same for all rows
	}
}
