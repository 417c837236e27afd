package shapley

import "math"

// sum adds with compensation (Neumaier 1974, doi:10.1002/zamm.19740540106): its
// error does not grow with the number of terms.
type sum struct {
	high, low float64
}

func (s *sum) add(x float64) {
	t := s.high + x
	if math.Abs(s.high) >= math.Abs(x) {
		s.low += (s.high - t) + x
	} else {
		s.low += (x - t) + s.high
	}
	s.high = t
}

func (s *sum) value() float64 {
	if math.IsInf(s.high, 0) {
		return s.high // low is Inf - Inf then
	}
	return s.high + s.low
}

// balance makes shares sum to total. In exact arithmetic they do already; what
// rounding left over goes to the largest share, whose own rounding hides it, so
// that a player who contributes nothing keeps an exact zero.
func balance(phi []float64, total float64) {
	var s sum
	s.add(total)
	largest := 0
	for i, v := range phi {
		s.add(-v)
		if math.Abs(v) > math.Abs(phi[largest]) {
			largest = i
		}
	}
	if rest := s.value(); !math.IsNaN(rest) && !math.IsInf(rest, 0) {
		phi[largest] += rest
	}
}
