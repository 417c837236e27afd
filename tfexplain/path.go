package tfexplain

import "math"

// pathPlan says where on the straight way from a baseline to an input a method
// wants gradients.
type pathPlan interface {
	// steps are the points and weights for a pair of sample and reference.
	steps(pair int) (alphas, weights []float64)
	// goal is how far the attributions of a pair may be from adding up.
	goal() float64
	// finer are the steps that make more of n, until the goal is reached, and how
	// much what they gave counts beside the new ones. None: it stays as it is.
	finer(n int) (alphas, weights []float64, keep float64)
}

// pathTask adds up the weighted gradients of one pair.
type pathTask struct {
	plan       pathPlan
	difference float64 // of the explained number, from the baseline to the input
	sums       [][]float64
	taken      int // steps that the sums are made of

	// One round of steps; only an adaptive rule has more than one.
	alphas, weights []float64
	keep            float64
	asked, got      int
	fresh           [][]float64
}

func newPathTask(plan pathPlan, pair int, difference float64) *pathTask {
	t := &pathTask{plan: plan, difference: difference}
	t.alphas, t.weights = plan.steps(pair)
	return t
}

// scale is what a row of weight 1 counts. Where all steps count alike, their
// sum in float32 stays exact as long as the gradients are.
func (t *pathTask) scale() float64 { return 1 / float64(len(t.alphas)) }

func (t *pathTask) next(n int) []row {
	n = min(n, len(t.alphas)-t.asked)
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{alpha: t.alphas[t.asked], weight: t.weights[t.asked] / t.scale()}
		t.asked++
	}
	return rows
}

func (t *pathTask) take(rows []row, got results) {
	addTo(&t.fresh, got.sums, 1)
	if t.got += len(rows); t.got < len(t.alphas) {
		return
	}
	for _, sum := range t.sums {
		for i := range sum {
			sum[i] *= t.keep
		}
	}
	addTo(&t.sums, t.fresh, t.scale())
	if t.keep == 0 {
		t.taken = 0
	}
	t.taken += len(t.alphas)
	t.alphas, t.weights, t.fresh, t.asked, t.got = nil, nil, nil, 0, 0
	if math.Abs(total(t.sums)-t.difference) > t.plan.goal() {
		t.alphas, t.weights, t.keep = t.plan.finer(t.taken)
	}
}

// addTo adds vectors, times a factor, to sums, which start empty.
func addTo(sums *[][]float64, more [][]float64, factor float64) {
	if *sums == nil {
		*sums = make([][]float64, len(more))
		for i, m := range more {
			(*sums)[i] = make([]float64, len(m))
		}
	}
	for i, m := range more {
		for k, v := range m {
			(*sums)[i][k] += v * factor
		}
	}
}

func total(vectors [][]float64) float64 {
	sum := 0.0
	for _, v := range vectors {
		for _, x := range v {
			sum += x
		}
	}
	return sum
}
