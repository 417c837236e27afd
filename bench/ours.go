package main

import (
	"context"
	"fmt"
	"time"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// methodNames are what a cell can be of, in the order of the tables.
func methodNames() []string {
	return []string{"forward", "grad*input", "elrp", "deeplift", "ig", "occlusion"}
}

func newMethod(name string, m model) (tfexplain.Method, error) {
	switch name {
	case "ig":
		return tfexplain.IntegratedGradients{Steps: 50}, nil
	case "occlusion":
		return tfexplain.Occlusion{Window: m.window, Stride: m.window}, nil
	}
	return tfexplain.NewMethod(name, nil)
}

// side is our side of one model.
type side struct {
	model  model
	loaded *savedmodel.Model
	input  savedmodel.TensorInfo
	x      *tensor.Tensor
	made   map[string]*tfexplain.Explainer
}

func openSide(m model, x func(savedmodel.TensorInfo) (*tensor.Tensor, error)) (*side, error) {
	loaded, err := savedmodel.Load(m.dir, savedmodel.Options{})
	if err != nil {
		return nil, err
	}
	sig, err := loaded.Signature("")
	if err != nil {
		return nil, err
	}
	s := &side{model: m, loaded: loaded, input: sig.Inputs[0], made: make(map[string]*tfexplain.Explainer)}
	s.x, err = x(s.input)
	return s, err
}

func (s *side) close() {
	for _, ex := range s.made {
		ex.Close()
	}
	s.loaded.Close()
}

// call gives one call of a method with the first rows of x: its attributions, or
// the logits of the forward pass.
func (s *side) call(ctx context.Context, method string, rows int) (func() (*tensor.Tensor, error), error) {
	x, err := s.x.Rows(0, rows)
	if err != nil {
		return nil, err
	}
	xs := map[string]*tensor.Tensor{s.input.Key: x}
	if method == "forward" {
		return func() (*tensor.Tensor, error) {
			out, err := s.loaded.Predict(ctx, "", xs)
			return out["logits"], err
		}, nil
	}
	ex := s.made[method]
	if ex == nil {
		m, err := newMethod(method, s.model)
		if err != nil {
			return nil, err
		}
		if ex, err = tfexplain.New(ctx, s.loaded, m, tfexplain.Options{Target: "logits"}); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", s.model.name, method, err)
		}
		s.made[method] = ex
	}
	return func() (*tensor.Tensor, error) {
		res, err := ex.Explain(ctx, xs, tfexplain.Class(0))
		if err != nil {
			return nil, err
		}
		return res.Attributions[s.input.Key], nil
	}, nil
}

// time gives the mean seconds of some calls one after the other.
func (s *side) time(ctx context.Context, method string, rows, repeat int) (float64, error) {
	call, err := s.call(ctx, method, rows)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	for range repeat {
		if _, err := call(); err != nil {
			return 0, err
		}
	}
	return time.Since(start).Seconds() / float64(repeat), nil
}
