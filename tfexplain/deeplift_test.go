package tfexplain_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

func TestZooDeepLIFTAndLRP(t *testing.T) {
	ctx := context.Background()
	eachSuite(t, func(t *testing.T, m zooModel, s zooSuite, model *savedmodel.Model, xs map[string]*tensor.Tensor) {
		for i, c := range s.Cases {
			var method tfexplain.Method
			switch {
			case c.Method == "elrp":
				method = tfexplain.EpsilonLRP{Epsilon: c.Params["epsilon"].(float64)}
			case c.Method == "deeplift" && (c.Params["maxpool"] == "plain gradient" || c.Params["softmax"] == "plain gradient"):
				method = tfexplain.DeepLIFT{Rules: tfexplain.DeepExplain}
			case c.Method == "deeplift" && c.Params["softmax"] != "max-centred exp, sum, div": // shap's own split, also complete
				method = tfexplain.DeepLIFT{}
			default:
				continue
			}
			o := tfexplain.Options{Signature: s.Signature, Target: s.Target, Explain: sortedKeys(c.Expected)}
			if c.Baseline != nil {
				x0 := map[string]*tensor.Tensor{}
				for key, file := range c.Baseline {
					x0[key] = m.read(t, file)
				}
				o.Baseline = tfexplain.Values(x0)
			}
			ex, err := tfexplain.New(ctx, model, method, o)
			if errors.As(err, new(*tfexplain.UnsupportedOpError)) {
				return // named; TestZooCoverage holds the list
			}
			require.NoError(t, err, "case %d %v", i, c)
			var ys tfexplain.Ys
			if c.Ys != nil {
				ys = tfexplain.Weights(m.read(t, *c.Ys))
			}
			res, err := ex.Explain(ctx, xs, ys)
			require.NoError(t, err)
			for key, file := range c.Expected {
				t.Logf("case %d %s by %s: %v", i, c.Method, c.Reference, c.Params)
				requireClose(t, m.read(t, file), res.Attributions[key], c.Rtol, c.Atol)
			}
			require.NoError(t, ex.Close())
		}
	})
}

// baselines are four ways to choose x0; zeros make pooling windows constant
// and hide errors, another sample does not.
func baselines(t *testing.T, xs map[string]*tensor.Tensor, explained []string) map[string]tfexplain.Baseline {
	t.Helper()
	random, another := map[string]*tensor.Tensor{}, map[string]*tensor.Tensor{}
	data := map[string]*tensor.Tensor{}
	r := rand.New(rand.NewPCG(1, 2))
	for _, key := range explained {
		x := xs[key]
		row, err := x.Rows(x.Shape()[0]-1, x.Shape()[0])
		require.NoError(t, err)
		another[key] = row.Clone()
		if !x.DType().IsFloat() { // ids
			return map[string]tfexplain.Baseline{"zero": tfexplain.Zeros(), "another sample": tfexplain.Values(another)}
		}
		values := make([]float64, row.Len())
		for i := range values {
			values[i] = 0.2 + r.Float64()
		}
		v, err := tensor.New(values, row.Shape()...)
		require.NoError(t, err)
		random[key], err = v.Convert(x.DType())
		require.NoError(t, err)
		data[key] = x
	}
	return map[string]tfexplain.Baseline{"zero": tfexplain.Zeros(), "mean": tfexplain.Mean(data), "random": tfexplain.Values(random), "another sample": tfexplain.Values(another)}
}

// exceptions are the points where no multiplier can add up in float32, and why.
func exceptions(model, baseline string) string {
	if baseline == "zero" && (model == "ops_reduce/rmsnorm" || model == "ops_reduce/l2_normalize") {
		return "the norm of a zero vector: the reference divides by 1e-3 and 1e-6, and the two sides of the product cancel from 1e3 and 1e6 times their sum"
	}
	return ""
}

// coupled says whether the rows of a batch depend on each other, so that only
// the sum over all rows is accounted for.
func coupled(model string) bool {
	return model == "ops_reduce/center_over_batch" || model == "condnet/data_cond"
}

// together is a result with all rows as one.
func together(res *tfexplain.Result) *tfexplain.Result {
	sum := func(v []float64) []float64 {
		s := 0.0
		for _, x := range v {
			s += x
		}
		return []float64{s}
	}
	return &tfexplain.Result{Target: sum(res.Target), BaselineTarget: sum(res.BaselineTarget), Delta: sum(res.Delta)}
}

// The attributions of a row must sum to f(x) - f(x0) on every model without a
// refused op, whatever the baseline. float32 adds up to about 1e-7 of the
// largest number at each of a few layers; 1e-5 leaves room for depth.
func TestDeepLIFTCompleteness(t *testing.T) {
	ctx := context.Background()
	table := completenessTable{}
	eachSuite(t, func(t *testing.T, m zooModel, s zooSuite, model *savedmodel.Model, xs map[string]*tensor.Tensor) {
		ex, err := tfexplain.New(ctx, model, tfexplain.DeepLIFT{}, tfexplain.Options{Signature: s.Signature, Target: s.Target})
		if err != nil {
			var unsupported *tfexplain.UnsupportedOpError
			if errors.As(err, &unsupported) {
				for _, r := range unsupported.Ops {
					table.refuse(m.Model, s.Signature, r.Op)
				}
				return
			}
			require.NoError(t, err)
		}
		var explained []string
		for _, key := range sortedKeys(s.Inputs) {
			if xs[key].DType().IsFloat() && len(xs[key].Shape()) > 0 {
				explained = append(explained, key)
			}
		}
		if len(explained) == 0 {
			explained = []string{idsKey(t, xs)}
		}
		for name, b := range baselines(t, xs, explained) {
			if exceptions(m.Model+"/"+s.Signature, name) != "" {
				continue
			}
			require.NoError(t, ex.SetBaseline(ctx, b))
			res, err := ex.Explain(ctx, xs, nil)
			require.NoError(t, err)
			if coupled(m.Model + "/" + s.Signature) {
				res = together(res)
			}
			for n, delta := range res.Delta {
				if math.IsNaN(res.Target[n]) || math.IsNaN(res.BaselineTarget[n]-res.BaselineTarget[n]) {
					continue // the function has no value there
				}
				relative := math.Abs(delta) / max(1, math.Abs(res.Target[n]), math.Abs(res.BaselineTarget[n]))
				table.add(m.Model, name, relative)
				if !(relative <= 1e-5) {
					t.Errorf("%s %s baseline %s row %d: delta %g, f %g, f0 %g", m.Model, s.Signature, name, n, delta, res.Target[n], res.BaselineTarget[n])
				}
			}
		}
		require.NoError(t, ex.Close())
	})
	all := table.all()
	require.NotEmpty(t, all)
	require.LessOrEqual(t, all[len(all)/2], 1e-6, "median")
	if *report != "" {
		require.NoError(t, table.write(*report))
	}
}
