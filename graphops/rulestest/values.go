package rulestest

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// source gives the random numbers of a case: the same ones in each run.
func source(c Case) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(c.Op + "/" + c.Name))
	return rand.New(rand.NewPCG(h.Sum64(), 1))
}

// shapeAt is the input's shape for a number of rows.
func (i Input) shapeAt(rows int) []int {
	s := slices.Clone(i.Shape)
	if len(s) > 0 && s[0] == Rows {
		s[0] = rows
	}
	return s
}

// values makes what the input is fed with, before any rounding to its type.
// An input that becomes a bool or an integer stays clear of where that jumps.
func (i Input) values(r *rand.Rand, rows int, dtype tensor.DType) ([]float64, error) {
	n, err := tensor.Count(i.shapeAt(rows))
	if err != nil {
		return nil, err
	}
	out := make([]float64, n)
	if i.isConst() {
		for k := range out {
			out[k] = float64(i.Const[k])
		}
		return out, nil
	}
	if len(i.Values) > 0 {
		return repeated(i.Values, n), nil
	}
	low, high := i.Low, i.High
	if low == 0 && high == 0 {
		low, high = -2, 2
	}
	order := r.Perm(n)
	for k := range out {
		at := r.Float64()
		if i.Distinct {
			at = (float64(order[k]) + 0.5 + 0.2*(at-0.5)) / float64(n)
		}
		out[k] = away(low+(high-low)*at, i.Avoid)
		switch {
		case dtype == tensor.Bool:
			out[k] = away(out[k], []float64{0})
		case dtype.IsInteger():
			out[k] = math.Floor(out[k]) + 0.5
		}
	}
	return out, nil
}

// tensor makes what the input is fed with.
func (i Input) tensor(r *rand.Rand, rows int, c Case) (*tensor.Tensor, error) {
	v, err := i.values(r, rows, i.dtype(c))
	if err != nil {
		return nil, err
	}
	return of(v, i.fedType(c), i.shapeAt(rows))
}

// baseline is other values of the same input, but for every third element of a
// float one: what does not differ must be given nothing.
func (i Input) baseline(r *rand.Rand, rows int, c Case, x *tensor.Tensor) (*tensor.Tensor, error) {
	other, err := i.other().tensor(r, rows, c)
	if err != nil || len(i.Values) > 0 || i.Distinct { // given or distinct values are to stay so
		return other, err
	}
	here, err := x.Float64s()
	if err != nil {
		return nil, err
	}
	there, err := other.Float64s()
	if err != nil {
		return nil, err
	}
	for k := 1; k < len(there); k += 3 {
		there[k] = here[k]
	}
	return of(there, other.DType(), other.Shape())
}

// nearby are baselines at which nothing that is chosen by order or sign changes.
func nearby(c Case, inputs []*tensor.Tensor) ([]*tensor.Tensor, error) {
	out := slices.Clone(inputs)
	for _, k := range c.wrt() {
		if c.Inputs[k].dtype(c).IsInteger() {
			continue
		}
		v, err := inputs[k].Float64s()
		if err != nil {
			return nil, err
		}
		for j := range v {
			v[j] *= 0.75
		}
		if out[k], err = of(v, inputs[k].DType(), inputs[k].Shape()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func sameValues(a, b *tensor.Tensor) bool {
	x, err := a.Float64s()
	y, err2 := b.Float64s()
	return err == nil && err2 == nil && slices.Equal(a.Shape(), b.Shape()) && slices.Equal(x, y)
}

// other is the same input with other values, for the baseline: random ones are
// drawn again, given ones change places and are halved.
func (i Input) other() Input {
	if n := len(i.Values); n > 0 {
		moved := append(slices.Clone(i.Values[1:]), i.Values[0])
		for k := range moved {
			moved[k] /= 2
		}
		i.Values = moved
	}
	return i
}

// away moves v out of the 0.1 around each point, to the side where it is.
func away(v float64, points []float64) float64 {
	const gap = 0.1
	for _, p := range points {
		if math.Abs(v-p) < gap {
			v = p + math.Copysign(gap, v-p)
		}
	}
	return v
}

// weights are the ys: between 0.5 and 1.5 with a random sign, so that none
// hides what it multiplies.
func weights(r *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = 0.5 + r.Float64()
		if r.IntN(2) == 0 {
			out[k] = -out[k]
		}
	}
	return out
}

func repeated(v []float64, n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = v[k%len(v)]
	}
	return out
}

// of makes a tensor, rounding to the type.
func of(v []float64, dtype tensor.DType, shape []int) (*tensor.Tensor, error) {
	t, err := tensor.New(v, shape...)
	if err != nil {
		return nil, err
	}
	return t.Convert(dtype)
}

// epsilon is the distance from 1 to the next number of a float type.
func epsilon(t tensor.DType) float64 {
	switch t {
	case tensor.Float32:
		return 0x1p-23
	case tensor.Float16:
		return 0x1p-10
	case tensor.BFloat16:
		return 0x1p-7
	}
	return 0x1p-52
}
