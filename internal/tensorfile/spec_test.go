package tensorfile

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestAlign(t *testing.T) {
	const several, none = "more than one way", "neither the wanted one nor one row"
	digit := []int{-1, 28, 28, 1}
	for _, c := range []struct {
		given, wanted, is []int
		says              string
	}{
		{[]int{5, 28, 28, 1}, digit, []int{5, 28, 28, 1}, ""},
		{[]int{28, 28, 1}, digit, []int{1, 28, 28, 1}, ""},
		{[]int{28, 28}, digit, []int{1, 28, 28, 1}, ""},
		{[]int{10, 28, 28}, digit, []int{10, 28, 28, 1}, ""},
		{[]int{28, 28, 28}, digit, []int{28, 28, 28, 1}, ""},
		{[]int{1, 28, 28}, digit, []int{1, 28, 28, 1}, ""},
		{[]int{10, 1, 28, 28}, digit, []int{10, 28, 28, 1}, ""},
		{[]int{1, 1, 28, 28, 1, 1}, digit, []int{1, 28, 28, 1}, ""},
		{[]int{784}, digit, nil, none},
		{[]int{10, 784}, digit, nil, none},
		{[]int{28, 28, 3}, digit, nil, none},
		{[]int{2, 5, 28, 28, 1}, digit, nil, none},
		{[]int{}, digit, nil, none},
		{[]int{5}, []int{-1, 5}, []int{1, 5}, ""},
		{[]int{5}, []int{-1, -1}, []int{1, 5}, ""}, // one row first
		{[]int{5}, []int{-1, 1}, []int{5, 1}, ""},
		{[]int{1}, []int{-1, 1}, []int{1, 1}, ""},
		{[]int{5}, []int{-1}, []int{5}, ""},
		{[]int{}, []int{-1}, []int{1}, ""},
		{[]int{5, 1}, []int{-1}, []int{5}, ""},
		{[]int{1, 5}, []int{-1}, []int{5}, ""},
		{[]int{5}, []int{-1, -1, 1}, nil, several},
		{[]int{1, 5}, []int{-1, -1, 1}, []int{1, 5, 1}, ""},
		{[]int{28}, []int{-1, 28, -1, 1}, []int{1, 28, 1, 1}, ""},
		{[]int{2, 3}, []int{2, 3}, []int{2, 3}, ""},
		{[]int{3}, []int{2, 3}, nil, none},
		{[]int{0}, []int{-1, 3}, []int{0, 3}, ""},
		{[]int{0, 3}, []int{-1, 3}, []int{0, 3}, ""},
		{[]int{0}, []int{-1, -1}, []int{1, 0}, ""},
		{[]int{7, 7}, nil, []int{7, 7}, ""},
		{[]int{}, []int{}, []int{}, ""},
		{[]int{1, 1}, []int{}, []int{}, ""},
		{[]int{2}, []int{}, nil, none},
	} {
		about := fmt.Sprint(c.given, " as ", c.wanted)
		got, err := align(c.given, c.wanted, false)
		if c.says != "" {
			require.ErrorContains(t, err, c.says, about)
			continue
		}
		require.NoError(t, err, about)
		require.Equal(t, c.is, got, about)
	}
	got, err := align([]int{10, 784}, digit, true)
	require.NoError(t, err)
	require.Equal(t, []int{10, 28, 28, 1}, got)
	_, err = align([]int{10, 783}, digit, true)
	require.ErrorContains(t, err, none)
}

// Whatever align answers has the wanted form and the given axes, in order.
func TestAlignProperty(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	pick := func(from ...int) []int {
		s := make([]int, r.IntN(5))
		for i := range s {
			s[i] = from[r.IntN(len(from))]
		}
		return s
	}
	core := func(s []int) []int {
		return slices.DeleteFunc(slices.Clone(s), func(d int) bool { return d == 1 })
	}
	answered := 0
	for range 20000 {
		given, wanted := pick(1, 2, 3), pick(-1, -1, 1, 2, 3)
		got, err := align(given, wanted, false)
		if err != nil {
			continue
		}
		answered++
		if !matches(got, wanted) || !slices.Equal(core(got), core(given)) {
			t.Fatalf("%v as %v became %v", given, wanted, got)
		}
	}
	require.Greater(t, answered, 1000)
	// Many free axes are no reason to search for long.
	_, err := align([]int{2, 3}, slices.Repeat([]int{-1}, MaxRank), false)
	require.ErrorContains(t, err, "more than one way")
	_, err = align(slices.Repeat([]int{2}, 30), slices.Repeat([]int{-1, 1}, 32), false)
	require.ErrorContains(t, err, "more than one way")
}

func TestFitDType(t *testing.T) {
	ids := Spec{DType: tensor.Int32}
	x, err := ids.fit(made(t, []float64{1, -2}, 2), false)
	require.NoError(t, err)
	same(t, made(t, []int32{1, -2}, 2), x, "whole floats")
	for says, y := range map[string]*tensor.Tensor{
		"element 1 is 1.5, not an integer":  made(t, []float32{1, 1.5}, 2),
		"element 0 is 1e+17":                made(t, []float64{1e17}, 1),
		"3e+09 does not fit int32":          made(t, []int64{3e9}, 1),
		"element type is string":            made(t, []string{"1"}, 1),
		"given complex64[1], wanted int32 ": made(t, []complex64{1}, 1),
	} {
		_, err := ids.fit(y, false)
		require.ErrorContains(t, err, says)
	}
	var r *tensor.RangeError
	_, err = ids.fit(made(t, []int64{3e9}, 1), false)
	require.ErrorAs(t, err, &r)
}
