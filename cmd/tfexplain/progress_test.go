package main

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProgress(t *testing.T) {
	var screen bytes.Buffer
	p := newProgress(&screen, []int{10, 20}, 1)
	require.Contains(t, screen.String(), "(0/30,")
	p.set(0, 10, 10)
	p.ended(0)
	p.set(1, 5, 20)
	require.EqualValues(t, 15, p.bar.State().CurrentNum)
	require.EqualValues(t, 30, p.bar.State().Max)
	p.set(1, 20, 20) // all that was known of; more may follow
	p.set(1, 30, 60) // an adaptive rule went on
	require.EqualValues(t, 40, p.bar.State().CurrentNum)
	require.EqualValues(t, 70, p.bar.State().Max)
	p.ended(1) // sooner than it said
	require.EqualValues(t, 40, p.bar.State().CurrentNum)
	require.EqualValues(t, 41, p.bar.State().Max, "never full: a full bar takes no more")
	p.clear()

	p = newProgress(&screen, []int{10, 20}, 2)
	p.begin(1)
	p.set(1, 5, 20)
	require.EqualValues(t, 60, p.bar.State().Max)
	require.Equal(t, []int{0, 0, 0, 5}, p.done)

	var none *progress
	none.begin(1)
	none.set(0, 1, 1)
	none.ended(0)
	none.clear()
	newProgress(io.Discard, []int{0}, 1).set(0, 0, 0)
	require.False(t, isTerminal(&screen))
}
