package metrics

import "math"

// PerRow has a number for each row, NaN where it is not defined.
type PerRow []float64

// Mean is the mean over the rows where the number is defined, NaN if there is
// none.
func (v PerRow) Mean() float64 {
	sum := 0.0
	for _, x := range v {
		if !math.IsNaN(x) {
			sum += x
		}
	}
	return sum / float64(len(v)-v.Undefined())
}

// Max is the largest number that is defined, NaN if there is none.
func (v PerRow) Max() float64 {
	largest := math.NaN()
	for _, x := range v {
		if !(x <= largest) && !math.IsNaN(x) {
			largest = x
		}
	}
	return largest
}

// Undefined is how many rows have no number.
func (v PerRow) Undefined() int {
	n := 0
	for _, x := range v {
		if math.IsNaN(x) {
			n++
		}
	}
	return n
}
