package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// methodRun is a method and what it gave.
type methodRun struct {
	method    chosenMethod
	result    *tfexplain.Result
	explained []tfexplain.Explained
}

// compile compiles every method, so that what one of them refuses shows before
// the work starts.
func (p *plan) compile(ctx context.Context, m *savedmodel.Model) (list explainers, err error) {
	for i, method := range p.methods {
		o := p.options
		o.Progress = func(done, total int) { p.bar.set(i, done, total) }
		if method.info.Baseline {
			p.baseline.options(&o)
		}
		e, err := tfexplain.New(ctx, m, method.Method, o)
		if err != nil {
			return nil, errors.Join(err, list.Close())
		}
		list = append(list, e)
		if err := p.baseline.checkInner(e.Explained()); err != nil {
			return nil, errors.Join(err, list.Close())
		}
	}
	return list, nil
}

// explainers are compiled methods.
type explainers []*tfexplain.Explainer

// Close frees all of them.
func (list explainers) Close() (err error) {
	for _, e := range list {
		err = errors.Join(err, e.Close())
	}
	return err
}

// run explains each choice with every method.
func (p *plan) run(ctx context.Context, explainers explainers, stderr io.Writer) (all [][]methodRun, err error) {
	if isTerminal(stderr) {
		total, err := p.cost(explainers)
		if err != nil {
			return nil, err
		}
		p.bar = newProgress(stderr, total, len(p.choices))
		defer func() { p.bar.clear(); p.bar = nil }()
	}
	for i, choice := range p.choices {
		p.bar.begin(i)
		runs, err := p.runMethods(ctx, explainers, choice)
		if err != nil {
			return nil, err
		}
		all = append(all, runs)
	}
	return all, nil
}

// runMethods explains one choice with every method.
func (p *plan) runMethods(ctx context.Context, explainers explainers, choice choice) (runs []methodRun, err error) {
	ys := choice.ys
	for i, method := range p.methods {
		r, err := p.explain(ctx, method, explainers[i], ys)
		if err != nil {
			return nil, err
		}
		p.bar.ended(i)
		runs = append(runs, methodRun{method, r, explainers[i].Explained()})
		if r.Classes != nil { // all explain what the model chose for the first
			ys = tfexplain.Classes(r.Classes...)
		}
	}
	return runs, nil
}

// cost is how many rows each method computes.
func (p *plan) cost(explainers explainers) (rows []int, err error) {
	rows = make([]int, len(explainers))
	for i, e := range explainers {
		if rows[i], err = e.Rows(p.in.values, p.ownBaseline(p.methods[i])); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// ownBaseline is a baseline of each row's own, if the method compares and there
// is one.
func (p *plan) ownBaseline(method chosenMethod) map[string]*tensor.Tensor {
	if !method.info.Baseline || !p.baseline.perSample {
		return nil
	}
	return p.baseline.values
}

// explain explains with one method.
func (p *plan) explain(ctx context.Context, method chosenMethod, e *tfexplain.Explainer, ys tfexplain.Ys) (r *tfexplain.Result, err error) {
	if x0 := p.ownBaseline(method); x0 != nil {
		r, err = e.ExplainFrom(ctx, p.in.values, x0, ys)
	} else {
		r, err = e.Explain(ctx, p.in.values, ys)
	}
	if isAny[*tfexplain.DeltaError](err) {
		err = fmt.Errorf("%s: %w", method.Name(), err)
	}
	return r, err
}
