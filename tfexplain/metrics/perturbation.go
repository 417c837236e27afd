package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Perturbation is a way to perturb inputs for Infidelity: Squares or
// NoisyBaseline.
type Perturbation interface {
	// check says whether it fits the inputs.
	check(s *study, slopes bool) error
	// perturb changes a row and gives the difference that the attributions
	// expect of it.
	perturb(rng *rand.Rand, p perturbed, c *coefficients) (expected float64, err error)
}

// Squares removes a random box from each attributed input: a square of an
// image, with all its channels if they are grouped, or a run of a sequence
// (square removal of Yeh et al.). Sides are drawn from 1 to Side and cut at the
// length of each axis, places evenly.
type Squares struct {
	// Side is the longest side. 0: a third of the longest axis, rounded up, as
	// the paper's 10 of 28 pixels.
	Side int
}

// NoisyBaseline replaces every element of the attributed inputs by its
// baseline plus normal noise (the noisy baseline of Yeh et al.). It needs float
// inputs, and suits slopes: for contributions, elements near their baseline
// have small divisors.
type NoisyBaseline struct {
	// Sigma is the standard deviation of the noise, in units of the input.
	Sigma float64
}

// coefficients turn changes of a row's elements into expected differences, by
// input.
type coefficients struct {
	slopes   bool
	r, x, x0 [][]float64 // x and x0 of float inputs only
}

func (s *study) coefficients(row int, slopes bool) (*coefficients, error) {
	n := len(s.inputs)
	c := &coefficients{slopes: slopes, r: make([][]float64, n), x: make([][]float64, n), x0: make([][]float64, n)}
	for i := range s.inputs {
		in := &s.inputs[i]
		if in.count == 0 {
			continue
		}
		var err error
		if c.r[i], err = in.elements(row); err != nil {
			return nil, err
		}
		if !in.x.DType().IsFloat() {
			continue
		}
		if c.x[i], err = values(in.x, row); err != nil {
			return nil, err
		}
		if c.x0[i], err = values(in.x0, in.baselineRow(row)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// moved is the difference expected of an element that became v.
func (c *coefficients) moved(i, element int, v float64) float64 {
	x, x0 := c.x[i][element], c.x0[i][element]
	step := x - v
	if !c.slopes && x != x0 {
		step /= x - x0
	}
	return step * c.r[i][element]
}

// needFloats refuses attributed inputs of another type.
func (s *study) needFloats(why string) error {
	for _, in := range s.inputs {
		if in.count > 0 && !in.x.DType().IsFloat() {
			return &InputError{Input: in.key, Reason: fmt.Sprintf("it is %v; %s needs a float type", in.x, why)}
		}
	}
	return nil
}

func (q Squares) check(s *study, slopes bool) error {
	if q.Side < 0 {
		return &OptionError{Field: "Squares.Side", Given: fmt.Sprint(q.Side), Wanted: "0 (a third of the longest axis) or a positive number of elements"}
	}
	if slopes {
		return s.needFloats("a slope")
	}
	return nil
}

func (q Squares) perturb(rng *rand.Rand, p perturbed, c *coefficients) (expected float64, err error) {
	for i := range p.b.study.inputs {
		in := &p.b.study.inputs[i]
		if in.count == 0 {
			continue
		}
		for _, feature := range q.box(rng, in.spaces) {
			start := feature * in.width
			p.removeElements(i, start, in.width)
			for e := start; e < start+in.width; e++ {
				if c.slopes {
					expected += c.moved(i, e, c.x0[i][e])
				} else {
					expected += c.r[i][e]
				}
			}
		}
	}
	return expected, nil
}

// box draws a box and lists the places in it, as flat indices.
func (q Squares) box(rng *rand.Rand, axes []int) []int {
	longest := 1
	for _, n := range axes {
		longest = max(longest, n)
	}
	side := q.Side
	if side == 0 {
		side = (longest + 2) / 3
	}
	side = 1 + rng.IntN(side)
	places := []int{0}
	for _, n := range axes {
		length := min(side, n)
		start := rng.IntN(n - length + 1)
		next := make([]int, 0, len(places)*length)
		for _, at := range places {
			for k := range length {
				next = append(next, at*n+start+k)
			}
		}
		places = next
	}
	return places
}

func (n NoisyBaseline) check(s *study, _ bool) error {
	if !(n.Sigma > 0) || math.IsInf(n.Sigma, 1) {
		return &OptionError{Field: "NoisyBaseline.Sigma", Given: fmt.Sprint(n.Sigma), Wanted: "a positive standard deviation, in units of the input"}
	}
	return s.needFloats("noise")
}

func (n NoisyBaseline) perturb(rng *rand.Rand, p perturbed, c *coefficients) (expected float64, err error) {
	for i := range p.b.study.inputs {
		if p.b.study.inputs[i].count == 0 {
			continue
		}
		v := make([]float64, len(c.x0[i]))
		for e, base := range c.x0[i] {
			v[e] = base + n.Sigma*rng.NormFloat64()
		}
		if v, err = p.set(i, v); err != nil {
			return 0, err
		}
		for e := range v {
			expected += c.moved(i, e, v[e])
		}
	}
	return expected, nil
}
