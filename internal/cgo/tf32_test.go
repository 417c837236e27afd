package cgo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSetTF32(t *testing.T) {
	l := open(t)
	for _, on := range []bool{false, true} {
		l.SetTF32(on)
		got, ok := l.TF32()
		require.True(t, ok, "the supported versions have the switch")
		require.Equal(t, on, got)
	}
}
