package render

import (
	"fmt"
	"math"
	"slices"
)

// DefaultPercentile clips half a percent of the values at each map: in a
// picture of 28 by 28 the four largest. Gradient pictures have a few values far
// above all others (Smilkov et al. 2017, SmoothGrad, section 3.1, cap them at
// the 99th percentile); with 99.5 small pictures keep nearly all of theirs.
const DefaultPercentile = 99.5

// Scale says which attributions the two ends of the colour map stand for.
type Scale struct {
	Limit float64 // red is +Limit and beyond, blue -Limit and beyond
}

// NewScale sets the limit to a percentile (0 to 100) of |values|, between two
// values by linear interpolation as numpy's percentile does. NaN is left out.
// If the percentile is 0, as in a map of which few values are not, the limit
// is the largest finite |value|; if that is 0 too, or there are no values, it
// is 1. Infinite values count as such, but the limit is always finite.
func NewScale(values []float64, percentile float64) Scale {
	sizes := make([]float64, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) {
			sizes = append(sizes, math.Abs(v))
		}
	}
	if len(sizes) == 0 {
		return Scale{Limit: 1}
	}
	slices.Sort(sizes)
	at := float64(len(sizes)-1) * min(max(percentile, 0), 100) / 100
	if math.IsNaN(at) {
		at = float64(len(sizes) - 1)
	}
	low := int(at)
	limit := sizes[low]
	if part := at - float64(low); part > 0 {
		limit += part * (sizes[low+1] - sizes[low])
	}
	if limit == 0 || math.IsInf(limit, 0) || math.IsNaN(limit) {
		limit = 0
		for _, v := range sizes {
			if !math.IsInf(v, 0) {
				limit = v // they are sorted
			}
		}
	}
	if limit == 0 {
		limit = 1
	}
	return Scale{Limit: limit}
}

// Position is where a value lies on the colour map, from -1 to 1. It is NaN
// for NaN.
func (s Scale) Position(v float64) float64 {
	limit := s.Limit
	if !(limit > 0) { // the zero value
		limit = 1
	}
	return min(max(v/limit, -1), 1)
}

// String is the limit as captions show it, such as "± 0.031".
func (s Scale) String() string { return fmt.Sprintf("± %.2g", s.Limit) }
