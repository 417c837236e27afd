package players_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/players"
)

func TestElements(t *testing.T) {
	for _, c := range []struct {
		shape []int
		want  []int32
	}{
		{nil, []int32{0}},
		{[]int{3}, []int32{0, 1, 2}},
		{[]int{2, 2}, []int32{0, 1, 2, 3}},
	} {
		g, err := players.Elements(c.shape)
		require.NoError(t, err)
		require.Equal(t, players.Groups{Players: len(c.want), Of: [][]int32{c.want}}, g)
	}
}

// An element's player is the row-major number of its coordinates on the chosen
// axes, whichever these are.
func TestAxes(t *testing.T) {
	shape := []int{2, 3, 4, 5}
	for chosen := range 1 << len(shape) {
		var axes []int
		for a := range shape {
			if chosen>>a&1 == 1 {
				axes = append([]int{a}, axes...) // the order named does not matter
			}
		}
		t.Run(fmt.Sprint(axes), func(t *testing.T) {
			g, err := players.Axes(shape, axes)
			require.NoError(t, err)
			want := 1
			for a, d := range shape {
				if len(axes) == 0 || chosen>>a&1 == 1 {
					want *= d
				}
			}
			require.Equal(t, want, g.Players)
			e := 0
			for i := range shape[0] {
				for j := range shape[1] {
					for k := range shape[2] {
						for l := range shape[3] {
							player := 0
							for a, at := range []int{i, j, k, l} {
								if len(axes) == 0 || chosen>>a&1 == 1 {
									player = player*shape[a] + at
								}
							}
							require.EqualValues(t, player, g.Of[0][e])
							e++
						}
					}
				}
			}
			require.Len(t, g.Of[0], e)
		})
	}
}

func TestJoin(t *testing.T) {
	a, err := players.Axes([]int{2, 2}, []int{0})
	require.NoError(t, err)
	b, err := players.Elements([]int{3})
	require.NoError(t, err)
	g, err := players.Join(a, b)
	require.NoError(t, err)
	require.Equal(t, players.Groups{Players: 5, Of: [][]int32{{0, 0, 1, 1}, {2, 3, 4}}}, g)
	require.Equal(t, []int32{0, 1, 2}, b.Of[0], "the parts stay as they were")

	_, err = players.Join(players.Groups{Players: 1<<31 - 1}, players.Groups{Players: 1})
	var s *players.ShapeError
	require.ErrorAs(t, err, &s)
	require.ErrorContains(t, err, "2147483648 players")
}

func TestGroupErrors(t *testing.T) {
	for _, shape := range [][]int{{0}, {2, -1}, {1 << 20, 1 << 20}} {
		_, err := players.Elements(shape)
		var s *players.ShapeError
		require.ErrorAs(t, err, &s)
		require.ErrorContains(t, err, fmt.Sprint(shape))
		_, err = players.Axes(shape, []int{0})
		require.ErrorAs(t, err, &s)
	}
	for _, c := range []struct {
		axes []int
		want string
	}{
		{[]int{2}, "axis 2 of [2]: rows of shape [2 3] have axes 0 to 1"},
		{[]int{0, -1}, "axis -1"},
		{[]int{1, 1}, "axis 1 twice"},
	} {
		_, err := players.Axes([]int{2, 3}, c.axes)
		var a *players.AxisError
		require.ErrorAs(t, err, &a)
		require.ErrorContains(t, err, c.want)
	}
}
