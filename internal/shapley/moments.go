package shapley

import "math"

// moments are the running mean and variance of vectors (Welford 1962,
// doi:10.1080/00401706.1962.10490022).
type moments struct {
	count  int
	mean   []float64
	square []float64 // sum of squared deviations from the mean
}

func newMoments(n int) moments {
	return moments{mean: make([]float64, n), square: make([]float64, n)}
}

func (m *moments) observe(x []float64) {
	m.count++
	for i, v := range x {
		d := v - m.mean[i]
		m.mean[i] += d / float64(m.count)
		m.square[i] += d * (v - m.mean[i])
	}
}

// stdErr is the standard error of mean i; NaN before the second observation.
func (m *moments) stdErr(i int) float64 {
	n := float64(m.count)
	if m.count < 2 {
		return math.NaN()
	}
	return math.Sqrt(m.square[i] / (n * (n - 1)))
}

func (m *moments) largestStdErr() float64 {
	largest := 0.0
	for i := range m.mean {
		largest = max(largest, m.stdErr(i)) // NaN if any is
	}
	return largest
}
