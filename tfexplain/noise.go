package tfexplain

import (
	"fmt"
	"math"
)

// noisePlan runs a method on noisy copies.
type noisePlan struct {
	of       Method
	samples  int
	noise    float64
	seed     uint64
	variance bool
}

func (p noisePlan) withDefaults() noisePlan {
	if isNil(p.of) {
		p.of = Gradient{}
	}
	if p.samples == 0 {
		p.samples = 50
	}
	if p.noise == 0 {
		p.noise = .15
	}
	return p
}

func (p noisePlan) validate() error {
	switch {
	case p.samples < 0:
		return &OptionError{Field: "Samples", Given: fmt.Sprint(p.samples), Wanted: "a positive number of noisy copies, or 0 for 50"}
	case !(p.noise >= 0) || math.IsInf(p.noise, 0):
		return &OptionError{Field: "Noise", Given: fmt.Sprint(p.noise), Wanted: "a share of the input's range, or 0 for 0.15"}
	}
	if of := p.of.plan(); of.manyRows() {
		return &OptionError{Field: "Method", Given: p.of.Name(), Wanted: "a method that takes one row for each sample, such as Gradient{} or DeepLIFT{}"}
	}
	return p.of.validate()
}

func (p noisePlan) plan() plan {
	of := p.of.plan()
	of.noise = &p
	return of
}

// noiseTask takes the mean, or the variance, of the rows of one pair. Its first
// row has no noise: it says what is explained.
type noiseTask struct {
	plan       *noisePlan
	asked, got int
	value      float64
	base       float64
	mean, m2   [][]float64 // Welford's
}

func (t *noiseTask) next(n int) []row {
	var rows []row
	for ; t.asked <= t.plan.samples && len(rows) < n; t.asked++ {
		rows = append(rows, row{draw: t.asked})
	}
	return rows
}

func (t *noiseTask) take(rows []row, got results) {
	for i, r := range rows {
		if r.draw == 0 {
			t.value = got.values[i]
			if got.bases != nil {
				t.base = got.bases[i]
			}
			continue
		}
		t.got++
		if t.mean == nil {
			for _, v := range got.each[i] {
				t.mean, t.m2 = append(t.mean, make([]float64, len(v))), append(t.m2, make([]float64, len(v)))
			}
		}
		for j, v := range got.each[i] {
			for k := range v {
				d := v[k] - t.mean[j][k]
				t.mean[j][k] += d / float64(t.got)
				t.m2[j][k] += d * (v[k] - t.mean[j][k])
			}
		}
	}
}

func (t *noiseTask) result() [][]float64 {
	if !t.plan.variance {
		return t.mean
	}
	for _, v := range t.m2 {
		for k := range v {
			v[k] /= float64(t.got)
		}
	}
	return t.m2
}
