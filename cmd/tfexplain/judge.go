package main

import (
	"context"
	"fmt"
	"maps"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
	"github.com/tfexplain/tfexplain-go/tfexplain/metrics"
)

// judge is what the metrics get to judge a method: the data, and the model and
// the method to ask again.
type judge struct {
	e         *evaluation
	data      metrics.Data
	slopes    bool // the attributions are per unit of input
	model     *savedmodel.Model
	explainer *tfexplain.Explainer
	method    chosenMethod
	classes   []int          // the class of each row, or
	weights   *tensor.Tensor // the weights of each row, or neither: see ysOf
	w         []float64      // weights, as numbers
}

func (e *evaluation) judge(m *savedmodel.Model, explainer *tfexplain.Explainer, run methodRun) (*judge, error) {
	w, err := e.choice.tensor(e.in.rows)
	if err != nil {
		return nil, err
	}
	j := &judge{e: e, data: e.data(run.result.Attributions), slopes: givesSlopes(run.method), model: m, explainer: explainer,
		method: run.method, classes: run.result.Classes, weights: w}
	if w != nil {
		j.w, err = w.Float64s()
	}
	return j, err
}

// givesSlopes says whether a method's attributions are per unit of input.
func givesSlopes(m tfexplain.Method) bool {
	switch m.Name() {
	case tfexplain.Gradient{}.Name(), tfexplain.Saliency{}.Name():
		return true
	}
	return false
}

// score implements metrics.Score: the model's own answer, weighed.
func (j *judge) score(ctx context.Context, xs map[string]*tensor.Tensor, of []int) ([]float64, error) {
	all, filled, err := j.whole(xs, of)
	if err != nil {
		return nil, err
	}
	answer, err := j.model.Predict(ctx, j.e.sig.Name, all)
	if err != nil {
		return nil, err
	}
	f, err := j.weigh(answer[j.e.target.Key], filled)
	if err != nil {
		return nil, err
	}
	return f[:len(of)], nil
}

// explain implements metrics.Explain.
func (j *judge) explain(ctx context.Context, xs map[string]*tensor.Tensor, of []int) (map[string]*tensor.Tensor, error) {
	all, filled, err := j.whole(xs, of)
	if err != nil {
		return nil, err
	}
	ys, err := j.ysOf(filled)
	if err != nil {
		return nil, err
	}
	var r *tfexplain.Result
	if base := j.e.baseline; j.method.info.Baseline && base.perSample {
		x0 := maps.Clone(base.values)
		for key, t := range x0 {
			if t.Shape()[0] == j.e.in.rows { // one row is for all
				if x0[key], err = t.Take(filled); err != nil {
					return nil, err
				}
			}
		}
		r, err = j.explainer.ExplainFrom(ctx, all, x0, ys)
	} else {
		r, err = j.explainer.Explain(ctx, all, ys)
	}
	if err != nil {
		return nil, err
	}
	return rowsOfAll(r.Attributions, len(of))
}

// whole adds the inputs that have no rows. A model that was exported for a
// number of rows gets that many, the first of them again.
func (j *judge) whole(xs map[string]*tensor.Tensor, of []int) (all map[string]*tensor.Tensor, filled []int, err error) {
	all = maps.Clone(j.e.in.values)
	maps.Copy(all, xs)
	missing := j.e.in.fixedRows - len(of)
	if missing <= 0 {
		return all, of, nil
	}
	rows := make([]int, len(of)+missing)
	filled = append(filled, of...)
	for i := range rows {
		if i < len(of) {
			rows[i] = i
		} else {
			filled = append(filled, of[0])
		}
	}
	for key, x := range xs {
		if all[key], err = x.Take(rows); err != nil {
			return nil, nil, err
		}
	}
	return all, filled, nil
}

func rowsOfAll(ts map[string]*tensor.Tensor, n int) (map[string]*tensor.Tensor, error) {
	out := make(map[string]*tensor.Tensor, len(ts))
	for key, t := range ts {
		r, err := t.Rows(0, n)
		if err != nil {
			return nil, err
		}
		out[key] = r
	}
	return out, nil
}

// ysOf are the weights over the target's entries for copies of these rows.
func (j *judge) ysOf(of []int) (tfexplain.Ys, error) {
	switch {
	case j.classes != nil:
		classes := make([]int, len(of))
		for i, row := range of {
			classes[i] = j.classes[row]
		}
		return tfexplain.Classes(classes...), nil
	case j.weights != nil:
		w, err := j.weights.Take(of)
		return tfexplain.Weights(w), err
	}
	return nil, nil // all entries, or the one of --target-index
}

// weigh is sum(T*ys) of copies of these rows.
func (j *judge) weigh(target *tensor.Tensor, of []int) ([]float64, error) {
	v, err := target.Float64s()
	if err != nil {
		return nil, err
	}
	if s := target.Shape(); len(s) == 0 || s[0] != len(of) {
		return nil, fmt.Errorf("the target %s has shape %v, not one answer for each of the %d rows", j.e.target.Key, s, len(of))
	}
	f, width := make([]float64, len(of)), len(v)/len(of)
	for i, row := range of {
		t := v[i*width : (i+1)*width]
		switch index := j.e.options.TargetIndex; {
		case j.classes != nil:
			f[i] = t[j.classes[row]]
		case j.w != nil:
			for k := range t {
				f[i] += t[k] * j.w[row*width+k]
			}
		case len(index) > 0:
			at := 0
			for axis, k := range index {
				at = at*target.Shape()[1+axis] + k
			}
			f[i] = t[at]
		default:
			for _, y := range t {
				f[i] += y
			}
		}
	}
	return f, nil
}
