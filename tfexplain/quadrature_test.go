package tfexplain_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// The error of integrated gradients falls as the theory of quadrature says. The
// same figures are in docs/quadrature.md.
func TestQuadratureError(t *testing.T) {
	ctx := context.Background()
	steps := []int{4, 8, 16, 32, 64, 100, 128, 256, 512}
	rules := []tfexplain.Quadrature{tfexplain.GaussLegendre, tfexplain.RiemannRight, tfexplain.RiemannLeft, tfexplain.RiemannMiddle, tfexplain.Trapezoid}
	var text strings.Builder
	text.WriteString(quadratureHead)
	// mean |delta| over the samples, by model, rule and number of steps
	errors := map[string]map[tfexplain.Quadrature]map[int]float64{}
	for _, name := range []string{"digits_mlp_tanh", "digits_mlp_relu"} {
		m, xs := zooX(t, name)
		errors[name] = map[tfexplain.Quadrature]map[int]float64{}
		fmt.Fprintf(&text, "\n## %s\n\n| steps |", name)
		for _, rule := range rules {
			errors[name][rule] = map[int]float64{}
			for _, n := range steps {
				ex, err := tfexplain.New(ctx, m, tfexplain.IntegratedGradients{Rule: rule, Steps: n}, tfexplain.Options{Target: "logits", BatchSize: 512})
				require.NoError(t, err)
				res := explain(t, ex, xs, tfexplain.Argmax())
				for _, delta := range res.Delta {
					errors[name][rule][n] += math.Abs(delta) / float64(len(res.Delta))
				}
				require.NoError(t, ex.Close())
			}
			fmt.Fprintf(&text, " %v |", rule)
		}
		text.WriteString("\n|---|" + strings.Repeat("---|", len(rules)) + "\n")
		for _, n := range steps {
			fmt.Fprintf(&text, "| %d |", n)
			for _, rule := range rules {
				fmt.Fprintf(&text, " %.1e |", errors[name][rule][n])
			}
			text.WriteString("\n")
		}
	}
	if *quadratureReport != "" {
		require.NoError(t, os.WriteFile(*quadratureReport, []byte(text.String()), 0o644))
	}

	smooth, kinked := errors["digits_mlp_tanh"], errors["digits_mlp_relu"]
	gl, right := smooth[tfexplain.GaussLegendre], smooth[tfexplain.RiemannRight]
	require.Less(t, gl[32], right[100])
	require.Less(t, gl[8], right[100], "even eight")
	// The order of convergence: |delta| is C/n for the ends' rules, C/n^2 for
	// the middle and the trapezoids, whose interval is 1/(n-1). Twice the steps
	// are twice, and four times, as good. Between 16 and 64 steps the next term
	// of the expansion is below a tenth, and float32 not yet seen.
	for rule, order := range map[tfexplain.Quadrature]float64{tfexplain.RiemannRight: 1, tfexplain.RiemannLeft: 1, tfexplain.RiemannMiddle: 2, tfexplain.Trapezoid: 2} {
		e, intervals := smooth[rule], 0.
		if rule == tfexplain.Trapezoid {
			intervals = -1
		}
		slope := math.Log(e[16]/e[64]) / math.Log((64+intervals)/(16+intervals))
		require.InDelta(t, order, slope, .15, "%v", rule)
		require.Less(t, kinked[rule][512], kinked[rule][8]/20, "%v", rule)
	}
	// Kinks: a jump of the gradient costs its size times the weight of a step,
	// whatever the rule's order; no rule is much better than the middle.
	require.Less(t, kinked[tfexplain.GaussLegendre][512], kinked[tfexplain.GaussLegendre][8]/20)
	require.Greater(t, kinked[tfexplain.GaussLegendre][64], 100*smooth[tfexplain.GaussLegendre][64])
}

const quadratureHead = `# What do the steps of integrated gradients leave?

Mean |delta|, in units of the target (a logit), over the samples of two models
of testdata/zoo, float32, class of the answer, baseline zero. Written by "make
report"; TestQuadratureError asserts that the order is the one theory gives: right and
left fall as 1/n, middle and trapezoid as 1/n^2, Gauss-Legendre at once, on the
smooth model (tanh). On the kinked one (ReLU) each jump of the gradient costs its
size times the weight of a step, whatever the rule. Around 1e-6 float32 takes over.
`
