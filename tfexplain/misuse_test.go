package tfexplain_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// What is nil or was never made is an error that says so.
func TestMisuse(t *testing.T) {
	ctx := context.Background()
	var none context.Context
	m := mlp(t)
	ex := newExplainer(t, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
	x := xOf(random(t, tensor.Float32, 1, 2, 4))
	for field, makes := range map[string][]func() (*tfexplain.Explainer, error){
		"ctx": {func() (*tfexplain.Explainer, error) {
			return tfexplain.New(none, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
		}},
		"model": {
			func() (*tfexplain.Explainer, error) {
				return tfexplain.New(ctx, nil, tfexplain.DeepLIFT{}, tfexplain.Options{})
			},
			func() (*tfexplain.Explainer, error) {
				return tfexplain.New(ctx, new(savedmodel.Model), tfexplain.DeepLIFT{}, tfexplain.Options{})
			},
		},
		"method": {
			func() (*tfexplain.Explainer, error) { return tfexplain.New(ctx, m, nil, tfexplain.Options{}) },
			func() (*tfexplain.Explainer, error) {
				return tfexplain.New(ctx, m, (*tfexplain.DeepLIFT)(nil), tfexplain.Options{})
			},
			func() (*tfexplain.Explainer, error) { return tfexplain.NewFunc(bumpy(), nil, tfexplain.Options{}) },
		},
	} {
		for _, make := range makes {
			_, err := make()
			var option *tfexplain.OptionError
			require.ErrorAs(t, err, &option)
			require.Equal(t, field, option.Field)
			require.Equal(t, "nil", option.Given)
		}
	}
	for name, call := range map[string]func(ex *tfexplain.Explainer, ctx context.Context) error{
		"Explain": func(ex *tfexplain.Explainer, ctx context.Context) error {
			_, err := ex.Explain(ctx, x, nil)
			return err
		},
		"ExplainFrom": func(ex *tfexplain.Explainer, ctx context.Context) error {
			_, err := ex.ExplainFrom(ctx, x, x, nil)
			return err
		},
		"Score":       func(ex *tfexplain.Explainer, ctx context.Context) error { _, err := ex.Score(ctx, x, nil); return err },
		"Warmup":      func(ex *tfexplain.Explainer, ctx context.Context) error { return ex.Warmup(ctx, x) },
		"SetBaseline": func(ex *tfexplain.Explainer, ctx context.Context) error { return ex.SetBaseline(ctx, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, unmade := range []*tfexplain.Explainer{nil, {}} {
				require.ErrorIs(t, call(unmade, ctx), tfexplain.ErrClosed)
				require.NoError(t, unmade.Close())
				require.Zero(t, unmade.Stats())
				require.Empty(t, unmade.Explained())
				_, err := unmade.Rows(x, nil)
				require.ErrorIs(t, err, tfexplain.ErrClosed)
			}
			if name == "ExplainFrom" {
				return // refused for another reason
			}
			var option *tfexplain.OptionError
			require.ErrorAs(t, call(ex, none), &option)
			require.Equal(t, "ctx", option.Field)
		})
	}
	_, err := tfexplain.Inspect(nil, tfexplain.DeepLIFT{}, tfexplain.Options{})
	var option *tfexplain.OptionError
	require.ErrorAs(t, err, &option)
	_, err = new(savedmodel.Model).Predict(ctx, "", nil)
	require.ErrorIs(t, err, savedmodel.ErrClosed)
	_, err = m.Predict(none, "", x)
	var model *savedmodel.OptionError
	require.ErrorAs(t, err, &model)
}

// A function that does not look at its context is not asked again once that has
// ended.
func TestFuncIsNotAskedAgain(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	asked := 0
	f := bumpy()
	predict := f.Predict
	f.Predict = func(_ context.Context, xs map[string]*tensor.Tensor) (*tensor.Tensor, error) {
		asked++
		cancel()
		return predict(context.Background(), xs)
	}
	ex, err := tfexplain.NewFunc(f, tfexplain.Occlusion{}, tfexplain.Options{})
	require.NoError(t, err)
	_, err = ex.Explain(ctx, xOf(random(t, tensor.Float32, 1, 3, 8)), nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, asked)
}
