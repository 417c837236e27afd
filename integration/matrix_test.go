package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"2.18.1", "2.21.0", true}, {"2.21.0", "2.18.1", false}, {"2.18.1", "2.18.1", false}, {"2.9.3", "2.18.1", true}} {
		require.Equal(t, c.want, older(c.a, c.b), "%s, %s", c.a, c.b)
	}
}

// What failed, was refused, or no session can run must show in the matrix, beside the worst of the rest.
func TestMatrixShowsWhatFailed(t *testing.T) {
	of := func(model, library string, o outcome) cell {
		o.Library = library
		return cell{example: &example{TensorFlow: "2.21.0", Writer: "w", Model: model}, outcome: o}
	}
	text := document([]cell{
		of("a", "2.18.1", outcome{Refused: "unknown\nop | X"}), of("b", "2.18.1", outcome{Failed: "off"}),
		of("a", "2.21.0", outcome{Answer: 1e-7, Gradient: 3e-7, Delta: 1e-8}), of("b", "2.21.0", outcome{Answer: 2e-7, Gradient: 1e-7, Delta: 2e-8}),
		of("c", "2.21.0", outcome{Unusable: "no variable"}),
	})
	require.Contains(t, text, `| TensorFlow | written by | models | libtensorflow 2.18.1 | libtensorflow 2.21.0 |`)
	require.Contains(t, text, `| 2.21.0 | w | a, b, c | 0 of 2: a refused: unknown op \| X; b FAILED: off | `+
		`2 of 3: answer 2e-07, gradient 3e-07, delta 2e-08, command 0e+00; c no session runs it, its writer's neither: no variable |`)
}

func TestDifference(t *testing.T) {
	array := func(v ...float64) *tensor.Tensor {
		a, err := tensor.New(v, len(v))
		require.NoError(t, err)
		return a
	}
	off, err := difference(array(1, 2.5), array(1, 2))
	require.NoError(t, err)
	require.InDelta(t, 0.25, off, 1e-15)
	for _, pair := range [][2]*tensor.Tensor{{nil, array(1)}, {array(1, 2), array(1)}, {array(0), array(0)}} {
		_, err := difference(pair[0], pair[1])
		require.Error(t, err)
	}
}
