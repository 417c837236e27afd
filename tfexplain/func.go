package tfexplain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Func is a model that is no SavedModel: a service behind a network call, or
// any Go function. Methods that only ask what a model answers (Occlusion,
// FeatureAblation, ShapleySampling, ExactShapley, KernelSHAP) explain it.
type Func struct {
	// Inputs are what Predict takes.
	Inputs []Input
	// Predict answers for a batch of rows: one tensor for each input, by key,
	// rows first, which it must not change. The answer has as many rows. It is
	// called from the goroutine that called Explain, which returns its error
	// wrapped. It should end with ctx, as Explain can return no sooner.
	Predict func(ctx context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error)
}

// Input describes an input of a Func.
type Input struct {
	Key   string
	DType tensor.DType
	// Shape has -1 where a size is open. An input whose first size is open has
	// one entry for each row; another one is the same for all rows.
	Shape []int
}

// NewFunc makes an Explainer of a function. Options.Signature, Target, Rules and
// others that are about a graph are not used, and Options.Explain defaults to every float input with rows, or, if
// there is none, every input with rows. The error is an *OptionError or an
// *InputError.
func NewFunc(f Func, method Method, o Options) (*Explainer, error) {
	start := time.Now()
	p, err := funcProgram(f, method, o)
	if err != nil {
		return nil, err
	}
	if _, err := p.settle(o.Baseline); err != nil {
		return nil, err
	}
	e := newExplainer(nil, method, p, o)
	e.compile = time.Since(start)
	return e, nil
}

func funcProgram(f Func, method Method, o Options) (*program, error) {
	if isNil(method) {
		return nil, errNoMethod()
	}
	if err := errors.Join(o.Validate(), method.validate()); err != nil {
		return nil, err
	}
	plan := method.plan()
	switch {
	case plan.game == nil:
		return nil, &OptionError{Field: "method", Given: method.Name(), Wanted: "a method that needs no gradient, for a function: Occlusion, FeatureAblation, ShapleySampling, ExactShapley or KernelSHAP"}
	case f.Predict == nil:
		return nil, &OptionError{Field: "Predict", Given: "nil", Wanted: "a function that answers"}
	}
	p := &program{plan: plan, fedYs: len(o.TargetIndex) == 0, compares: true, target: targetShape{dtype: tensor.Float64}}
	for i, in := range f.Inputs {
		if slices.ContainsFunc(f.Inputs[:i], func(other Input) bool { return other.Key == in.Key }) {
			return nil, &InputError{Input: in.Key, Reason: "is described twice", Keys: p.keys()}
		}
		if !in.DType.Holdable() {
			return nil, &OptionError{Field: "Inputs", Given: in.DType.String(), Wanted: fmt.Sprintf("a type of elements that a tensor can hold, for %q", in.Key)}
		}
		rows := len(in.Shape) > 0 && in.Shape[0] < 0
		info := savedmodel.TensorInfo{Key: in.Key, DType: in.DType, Shape: in.Shape, KnownRank: true}
		p.inputs, p.feeds = append(p.inputs, input{info: info, rows: rows}), append(p.feeds, i)
	}
	var err error
	if p.explained, err = explainedInputs(p.inputs, o.Explain); err != nil {
		return nil, err
	}
	p.answer = called{f, p.keys()}
	return p, nil
}

// called is a Func as a prepared call.
type called struct {
	f    Func
	keys []string
}

// Run implements runner.
func (c called) Run(ctx context.Context, feeds []*tensor.Tensor) ([]*tensor.Tensor, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	xs := map[string]*tensor.Tensor{}
	for i, key := range c.keys {
		xs[key] = feeds[i]
	}
	t, err := c.f.Predict(ctx, xs)
	switch {
	case err != nil:
		return nil, fmt.Errorf("tfexplain: predict: %w", err)
	case t == nil:
		return nil, &OptionError{Field: "Predict", Given: "nil", Wanted: "an answer or an error"}
	case t.DType() == tensor.String:
		return nil, &DTypeError{Input: "target", Given: t.DType(), Wanted: tensor.Float64}
	}
	return []*tensor.Tensor{t}, nil
}

// asSaved is a model whose graph cannot be copied, as a function: its own
// signature is asked.
func asSaved(m *savedmodel.Model, method Method, o Options) (*program, error) {
	sig, err := m.Signature(o.Signature)
	if err != nil {
		return nil, err
	}
	target, err := chooseTarget(sig, o.Target)
	if err != nil {
		return nil, err
	}
	f := Func{Predict: func(ctx context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
		out, err := m.Predict(ctx, sig.Name, xs)
		return out[target.Key], err
	}}
	for _, in := range sig.Inputs {
		f.Inputs = append(f.Inputs, Input{Key: in.Key, DType: in.DType, Shape: in.Shape})
	}
	p, err := funcProgram(f, method, o)
	if err != nil {
		return nil, err
	}
	if _, err := p.settle(o.Baseline); err != nil {
		return nil, err
	}
	for i, in := range sig.Inputs {
		p.inputs[i].info = in
		p.inputs[i].rows = p.inputs[i].rows || !in.KnownRank
	}
	return p, nil
}
