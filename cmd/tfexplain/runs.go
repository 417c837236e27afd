package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tfexplain/tfexplain-go/savedmodel"
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
	for _, method := range p.methods {
		o := p.options
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

// run explains with every method.
func (p *plan) run(ctx context.Context, explainers explainers, progress io.Writer) (runs []methodRun, err error) {
	pairs := 0 // of rows and references
	for _, method := range p.methods {
		pairs += p.in.rows
		if method.info.Baseline {
			pairs += p.in.rows * (p.baseline.refs - 1)
		}
	}
	stop := showProgress(progress, pairs, func() (done int64) {
		for _, e := range explainers {
			done += e.Stats().Rows
		}
		return done
	})
	defer stop()
	ys, err := p.choice.weights(p.in.rows)
	if err != nil {
		return nil, err
	}
	for i, method := range p.methods {
		r, err := p.explain(ctx, method, explainers[i], ys)
		if err != nil {
			return nil, err
		}
		runs = append(runs, methodRun{method, r, explainers[i].Explained()})
		if r.Classes != nil { // all explain what the model chose for the first
			ys = tfexplain.Classes(r.Classes...)
		}
	}
	return runs, nil
}

// explain explains with one method.
func (p *plan) explain(ctx context.Context, method chosenMethod, e *tfexplain.Explainer, ys tfexplain.Ys) (r *tfexplain.Result, err error) {
	if method.info.Baseline && p.baseline.perSample {
		r, err = e.ExplainFrom(ctx, p.in.values, p.baseline.values, ys)
	} else {
		r, err = e.Explain(ctx, p.in.values, ys)
	}
	if isAny[*tfexplain.DeltaError](err) {
		err = fmt.Errorf("%s: %w", method.Name(), err)
	}
	return r, err
}
