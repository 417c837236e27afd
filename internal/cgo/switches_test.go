package cgo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRequireDeterminism(t *testing.T) {
	l := open(t)
	require.True(t, l.RequireDeterminism(), "the supported versions have the switch, and it says that it is on")
}

func TestSetTF32(t *testing.T) {
	l := open(t)
	for _, on := range []bool{false, true} {
		l.SetTF32(on)
		got, ok := l.TF32()
		require.True(t, ok, "the supported versions have the switch")
		require.Equal(t, on, got)
	}
}
