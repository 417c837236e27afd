package soak

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// answer is what one row got.
type answer struct {
	attributions []float64 // of all inputs, by key
	target       float64
	base         float64 // the target at the baseline, if there is one
	class        int
}

// answers takes a result apart, row by row.
func answers(res *tfexplain.Result) ([]answer, error) {
	rows := make([]answer, len(res.Target))
	for i := range rows {
		rows[i].target = res.Target[i]
		if res.BaselineTarget != nil {
			rows[i].base = res.BaselineTarget[i]
		}
		if res.Classes != nil {
			rows[i].class = res.Classes[i]
		}
	}
	for _, key := range slices.Sorted(maps.Keys(res.Attributions)) {
		a := res.Attributions[key]
		if len(a.Shape()) == 0 || a.Shape()[0] != len(rows) {
			return nil, fmt.Errorf("attributions of %s have shape %v for %d rows", key, a.Shape(), len(rows))
		}
		values, err := a.Float64s()
		if err != nil {
			return nil, err
		}
		each := len(values) / max(len(rows), 1)
		for i := range rows {
			rows[i].attributions = append(rows[i].attributions, values[i*each:(i+1)*each]...)
		}
	}
	return rows, nil
}

// miss is how far an answer is from what is known, in units that a right one keeps
// below tolerance. What is not finite must be the same.
func (want answer) miss(got answer) float64 {
	if want.class != got.class || len(want.attributions) != len(got.attributions) {
		return math.Inf(1)
	}
	target := max(1, finite(want.target), finite(want.base))
	m := max(apart(want.target, got.target), apart(want.base, got.base)) / target
	largest, most := 0., 0.
	for i, w := range want.attributions {
		largest, most = max(largest, finite(w)), max(most, apart(w, got.attributions[i]))
	}
	// A thousandth of the target beside the largest attribution: differences of
	// targets are no better than the targets' own rounding, 1e-6 of them.
	return max(m, most/(largest+target/1000))
}

// apart is the distance of two numbers; 0 for the same infinity, and for NaN twice.
func apart(a, b float64) float64 {
	if a == b || math.IsNaN(a) && math.IsNaN(b) {
		return 0
	}
	if d := math.Abs(a - b); !math.IsNaN(d) {
		return d
	}
	return math.Inf(1)
}

// finite is the size of a finite number, 0 for others.
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return math.Abs(v)
}
