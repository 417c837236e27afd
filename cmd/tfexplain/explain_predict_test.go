package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestLargest(t *testing.T) {
	for name, tt := range map[string]struct {
		shape []int
		want  []string
	}{
		"one number a row":       {[]int{4}, []string{"0.5000", "0.1250", "0.2500", "1.0000"}},
		"one number on its axis": {[]int{4, 1}, []string{"0.5000", "0.1250", "0.2500", "1.0000"}},
		"classes":                {[]int{2, 2}, []string{"0 (0.5000)", "1 (1.0000)"}},
		"several axes":           {[]int{1, 2, 2, 1}, []string{"1,1,0 (1.0000)"}},
	} {
		t.Run(name, func(t *testing.T) {
			x, err := tensor.New([]float32{0.5, 0.125, 0.25, 1}, tt.shape...)
			require.NoError(t, err)
			found, err := largest(x, tt.shape[0])
			require.NoError(t, err)
			var words []string
			for _, p := range found {
				words = append(words, p.String())
			}
			require.Equal(t, tt.want, words)
		})
	}
}
