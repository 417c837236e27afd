package cgo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func TestBare(t *testing.T) {
	l := open(t)
	checkAlive(t, l)
	s, _ := start(t, l, placeholder("a", tensor.Float32, -1, -1), placeholder("b", tensor.Float32, 2, 1), matMul("ab", "a", "b"),
		placeholder("open", tensor.Float32), identity("same", "open", tensor.Float32))
	defer s.Close()
	c, err := s.Callable(at("a", "b"), at("ab"), nil)
	require.NoError(t, err)

	fits, err := c.Bare(2)
	require.NoError(t, err)
	defer fits.Close()
	for range 3 {
		require.NoError(t, fits.Run())
	}

	misfit, err := c.Bare(3) // 3x3 times 2x1
	require.NoError(t, err)
	defer misfit.Close()
	require.ErrorIs(t, misfit.Run(), &cgo.Error{Code: cgo.InvalidArgument})

	c, err = s.Callable(at("open"), at("same"), nil)
	require.NoError(t, err)
	_, err = c.Bare(1)
	var shape *cgo.ShapeError
	require.ErrorAs(t, err, &shape)
}
