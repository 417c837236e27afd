package main

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
)

func TestTopShare(t *testing.T) {
	for _, tt := range []struct {
		name string
		a    []float64
		want float64
	}{
		{"none", nil, 0},
		{"all zero", []float64{0, 0}, 0},
		{"one of one", []float64{-3}, 1},
		{"even", []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1}, 0.05},
		{"two of 21", append(make([]float64, 19), 1, -3), 1},
		{"one of 4", []float64{1, -6, 2, 1}, 0.6},
		{"infinite", []float64{math.Inf(1), 1}, math.NaN()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := topShare(tt.a)
			if math.IsNaN(tt.want) {
				require.True(t, math.IsNaN(got))
				return
			}
			require.InDelta(t, tt.want, got, 1e-15)
		})
	}
}

func TestNumber(t *testing.T) {
	for want, v := range map[string]float64{
		"0.0000": 0, "1.0000": 0.99998486, "-12.5000": -12.5, "4.000e-05": 4e-5, "1.500e+06": 1.5e6, "NaN": math.NaN(), "-Inf": math.Inf(-1),
	} {
		require.Equal(t, want, number(v))
	}
}

func TestRough(t *testing.T) {
	for want, v := range map[string]float64{"0": 0, "-3e-07": -2.9e-7, "4e-03": 0.0041, "0.01": 0.0062, "-1.64": -1.6441, "2e+06": 2e6, "NaN": math.NaN()} {
		require.Equal(t, want, rough(v))
	}
}

func TestPlaces(t *testing.T) {
	var list []graphops.Refusal
	for _, node := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		list = append(list, graphops.Refusal{Op: "Op", Node: node})
	}
	require.Equal(t, "Op (node a), Op (node b)", places(list[:2]))
	require.Equal(t, "Op (node a), Op (node b), Op (node c), Op (node d), Op (node e), and 2 more", places(list))
}

func TestQuantile(t *testing.T) {
	var v []time.Duration
	for i := range 100 {
		v = append(v, time.Duration(i+1))
	}
	require.EqualValues(t, 50, quantile(v, 50))
	require.EqualValues(t, 99, quantile(v, 99))
	require.EqualValues(t, 1, quantile(v[:1], 50))
	require.EqualValues(t, 2, quantile(v[:2], 90))
}
