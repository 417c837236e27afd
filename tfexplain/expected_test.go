package tfexplain_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Expected gradients approach the mean of integrated gradients over the
// background set, the faster the more samples; so does delta.
func TestExpectedGradients(t *testing.T) {
	m := mlp(t)
	x, o := xOf(random(t, tensor.Float32, 1, 16, 4)), tfexplain.Options{Baseline: tfexplain.Values(xOf(random(t, tensor.Float32, 2, 8, 4))), BatchSize: 512}
	ig := explain(t, newExplainer(t, m, tfexplain.IntegratedGradients{}, o), x, tfexplain.Class(0))
	want := float64s(t, ig.Attributions["x"])
	miss := func(samples int) (attribution, delta float64) { // root mean squares
		res := explain(t, newExplainer(t, m, tfexplain.ExpectedGradients{Samples: samples}, o), x, tfexplain.Class(0))
		for i, v := range float64s(t, res.Attributions["x"]) {
			attribution += (v - want[i]) * (v - want[i]) / float64(len(want))
		}
		for row, d := range res.Delta {
			delta += d * d / float64(len(res.Delta))
			if samples%8 == 0 { // every reference is drawn equally often
				require.InDelta(t, ig.BaselineTarget[row], res.BaselineTarget[row], 1e-5)
			}
		}
		return math.Sqrt(attribution), math.Sqrt(delta)
	}
	few, fewDelta := miss(32)
	many, manyDelta := miss(2048)
	// 64 times the samples: 8 times closer if they were independent. Half of that
	// leaves room for chance.
	require.Less(t, many, few/4)
	require.Less(t, manyDelta, fewDelta/4)
	require.Less(t, many, .02*largest(want))
}

func TestExpectedGradientsSeed(t *testing.T) {
	m := mlp(t)
	x, o := xOf(random(t, tensor.Float32, 1, 6, 4)), tfexplain.Options{Baseline: tfexplain.Values(xOf(random(t, tensor.Float32, 2, 8, 4)))}
	of := func(seed uint64) *tfexplain.Result {
		return explain(t, newExplainer(t, m, tfexplain.ExpectedGradients{Samples: 9, Seed: seed}, o), x, nil)
	}
	require.True(t, alike(of(7), of(7)))
	require.False(t, alike(of(7), of(8)))
	ex := newExplainer(t, m, tfexplain.ExpectedGradients{Samples: 9}, o)
	explain(t, ex, x, nil)
	require.EqualValues(t, 6*9, ex.Stats().Rows)
}
