package rulestest

import (
	"fmt"
	"math"
	"slices"

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

// slope is the derivative with respect to one input, and how far off it may be
// at each element.
type slope struct {
	of, bound []float64
}

// expected are the right adjoints of the inputs that vary.
func expected(c Case, op *function, inputs []*tensor.Tensor, ys *tensor.Tensor) (map[int]slope, error) {
	want := map[int]slope{}
	for _, i := range c.wrt() {
		if c.Want == nil {
			s, err := differences(c, op, inputs, i, ys)
			if err != nil {
				return nil, err
			}
			want[i] = s
			continue
		}
		if i >= len(c.Want) || len(c.Want[i]) == 0 {
			return nil, fmt.Errorf("no adjoint for input %d is given in Want", i)
		}
		s := slope{of: repeated(c.Want[i], inputs[i].Len())}
		for _, v := range s.of {
			// The cases with known answers are sums of a few exact products.
			s.bound = append(s.bound, 8*c.epsilon()*max(1, math.Abs(v)))
		}
		want[i] = s
	}
	return want, nil
}

func (s slope) compare(got []float64) error {
	worst, where := 0.0, -1
	for j := range got {
		d := math.Abs(got[j] - s.of[j])
		if !(d <= s.bound[j]) && (where < 0 || !(d/s.bound[j] <= worst)) {
			worst, where = d/s.bound[j], j
		}
	}
	if where < 0 {
		return nil
	}
	return fmt.Errorf("the adjoint of element %d is %g, expected %g ± %g\n got      %.6g\n expected %.6g", where, got[where], s.of[where], s.bound[where], got, s.of)
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
	s := slope{of: make([]float64, len(x)), bound: make([]float64, len(x))}
	for j := range x {
		h := math.Cbrt(eps) * max(1, math.Abs(x[j]))
		above, up, err := op.at(inputs, i, j, x[j]+h)
		if err != nil {
			return slope{}, err
		}
		below, down, err := op.at(inputs, i, j, x[j]-h)
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

// at runs the function with another value for element j of input i. moved is that
// value as the input's type holds it.
func (f *function) at(inputs []*tensor.Tensor, i, j int, v float64) (moved float64, y []float64, err error) {
	x, err := inputs[i].Float64s()
	if err != nil {
		return 0, nil, err
	}
	x[j] = v
	t, err := of(x, inputs[i].DType(), inputs[i].Shape())
	if err != nil {
		return 0, nil, err
	}
	rounded, err := t.Float64s()
	if err != nil {
		return 0, nil, err
	}
	others := slices.Clone(inputs)
	others[i] = t
	out, err := f.run(others, nil, nil)
	if err != nil {
		return 0, nil, err
	}
	y, err = out[0].Float64s()
	return rounded[j], y, err
}
