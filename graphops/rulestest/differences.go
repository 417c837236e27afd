package rulestest

import (
	"fmt"
	"math"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// epsilon is that of the coarsest float type the case computes in.
func (c Case) epsilon() float64 {
	e := 0.0
	for _, in := range c.Inputs {
		if t := in.fedType(c); t.IsFloat() {
			e = max(e, epsilon(t))
		}
	}
	return e
}

// differences are the central differences of sum(ys*y) for one input.
//
// With a step h the difference quotient is off by about h² (the cubic term) and
// by epsilon/h (the rounding of the y that change). The step that balances both
// is the cube root of epsilon, times max(1, |x|).
func differences(c Case, op *function, inputs []*tensor.Tensor, i int, ys *tensor.Tensor) (slope, error) {
	x, err := inputs[i].Float64s()
	if err != nil {
		return slope{}, err
	}
	w, err := ys.Float64s()
	if err != nil {
		return slope{}, err
	}
	eps := max(c.epsilon(), epsilon(ys.DType()))
	at := func(j int, v float64) (moved float64, y []float64, err error) {
		here := append([]float64{}, x...)
		here[j] = v
		t, err := of(here, inputs[i].DType(), inputs[i].Shape())
		if err != nil {
			return 0, nil, err
		}
		rounded, err := t.Float64s()
		if err != nil {
			return 0, nil, err
		}
		others := append([]*tensor.Tensor{}, inputs...)
		others[i] = t
		out, err := op.run(others, nil, nil)
		if err != nil {
			return 0, nil, err
		}
		y, err = out[0].Float64s()
		return rounded[j], y, err
	}
	s := slope{of: make([]float64, len(x)), bound: make([]float64, len(x))}
	for j := range x {
		h := math.Cbrt(eps) * max(1, math.Abs(x[j]))
		above, up, err := at(j, x[j]+h)
		if err != nil {
			return slope{}, err
		}
		below, down, err := at(j, x[j]-h)
		if err != nil {
			return slope{}, err
		}
		rounding := 0.0
		for k := range up {
			if up[k] != down[k] {
				s.of[j] += w[k] * (up[k] - down[k]) / (above - below)
				rounding += math.Abs(w[k]) * max(1, math.Abs(up[k]))
			}
		}
		if math.IsNaN(s.of[j]) || math.IsInf(s.of[j], 0) {
			return slope{}, fmt.Errorf("the op is not finite around element %d of input %d (%g)", j, i, x[j])
		}
		// The factor covers third derivatives and kernels that round several
		// times; errors of rules are a thousand times larger.
		const safety = 16
		s.bound[j] = safety * (eps/h*rounding + h*h*max(1, math.Abs(s.of[j])))
	}
	return s, nil
}
