package metrics

import "math"

// pearson is a running correlation (Welford's updates: no sum of squares is
// taken whose difference would cancel).
type pearson struct {
	n              float64
	meanA, meanB   float64
	aa, bb, ab     float64
	rangeA, rangeB extent
}

func (p *pearson) add(a, b float64) {
	p.n++
	da, db := a-p.meanA, b-p.meanB
	p.meanA += da / p.n
	p.meanB += db / p.n
	p.aa += da * (a - p.meanA)
	p.bb += db * (b - p.meanB)
	p.ab += da * (b - p.meanB)
	p.rangeA.add(a, p.n == 1)
	p.rangeB.add(b, p.n == 1)
}

// r is NaN where one side does not vary.
func (p *pearson) r() float64 {
	if p.rangeA.flat() || p.rangeB.flat() {
		return math.NaN()
	}
	return max(-1, min(1, p.ab/math.Sqrt(p.aa*p.bb))) // rounding may step outside
}

// extent is where some numbers lie.
type extent struct{ low, high float64 }

func (e *extent) add(v float64, first bool) {
	if first {
		e.low, e.high = v, v
	}
	e.low, e.high = min(e.low, v), max(e.high, v) // a NaN stays
}

// flat says that numbers differ by no more than eight units in the last place
// of a float32, the type that models compute in: that is rounding, and a
// correlation with it would mean nothing.
func (e *extent) flat() bool {
	const unit = 1.0 / (1 << 23)
	return !(e.high-e.low > 8*unit*max(math.Abs(e.low), math.Abs(e.high)))
}
