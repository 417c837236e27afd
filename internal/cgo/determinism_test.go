package cgo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRequireDeterminism(t *testing.T) {
	l := open(t)
	require.True(t, l.RequireDeterminism(), "the supported versions have the switch, and it says that it is on")
}
