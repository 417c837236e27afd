package players_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/players"
)

func TestMasks(t *testing.T) {
	for _, c := range []struct {
		name   string
		shapes [][]int
		masks  []players.Mask
		rows   int
		shared bool
		want   []players.Groups
	}{
		{
			name:   "one mask for all rows, ids with gaps",
			shapes: [][]int{{2, 2}},
			masks:  []players.Mask{{Shape: []int{2, 2}, IDs: []int64{9, 4, 4, 70}}},
			rows:   3, shared: true,
			want: []players.Groups{{Players: 3, Of: [][]int32{{1, 0, 0, 2}}, IDs: []int64{4, 9, 70}}},
		},
		{
			name:   "a group across inputs",
			shapes: [][]int{{3}, {2}},
			masks:  []players.Mask{{Shape: []int{3}, IDs: []int64{0, 1, 0}}, {Shape: []int{2}, IDs: []int64{5, 1}}},
			rows:   1, shared: true,
			want: []players.Groups{{Players: 3, Of: [][]int32{{0, 1, 0}, {2, 1}}, IDs: []int64{0, 1, 5}}},
		},
		{
			name:   "superpixels over channels",
			shapes: [][]int{{1, 2, 3}},
			masks:  []players.Mask{{Shape: []int{1, 2, 1}, IDs: []int64{1, 0}}},
			rows:   2, shared: true,
			want: []players.Groups{{Players: 2, Of: [][]int32{{1, 1, 1, 0, 0, 0}}, IDs: []int64{0, 1}}},
		},
		{
			name:   "one mask per row, another for all",
			shapes: [][]int{{2}, {1}},
			masks:  []players.Mask{{Shape: []int{2, 2}, IDs: []int64{0, 1, 3, 3}}, {Shape: []int{1}, IDs: []int64{3}}},
			rows:   2,
			want: []players.Groups{
				{Players: 3, Of: [][]int32{{0, 1}, {2}}, IDs: []int64{0, 1, 3}},
				{Players: 1, Of: [][]int32{{0, 0}, {0}}, IDs: []int64{3}},
			},
		},
		{
			name:   "per row, along one axis",
			shapes: [][]int{{2, 2}},
			masks:  []players.Mask{{Shape: []int{2, 1, 2}, IDs: []int64{0, 1, 1, 0}}},
			rows:   2,
			want: []players.Groups{
				{Players: 2, Of: [][]int32{{0, 1, 0, 1}}, IDs: []int64{0, 1}},
				{Players: 2, Of: [][]int32{{1, 0, 1, 0}}, IDs: []int64{0, 1}},
			},
		},
		{
			name:   "a batch axis of one",
			shapes: [][]int{{2}},
			masks:  []players.Mask{{Shape: []int{1, 2}, IDs: []int64{0, 1}}},
			rows:   4, shared: true,
			want: []players.Groups{{Players: 2, Of: [][]int32{{0, 1}}, IDs: []int64{0, 1}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := players.Masks(c.shapes, c.masks, c.rows)
			require.NoError(t, err)
			require.Equal(t, c.shared, r.Shared())
			for n := range c.rows {
				want := c.want[0]
				if !c.shared {
					want = c.want[n]
				}
				require.Equal(t, want, r.Row(n))
			}
		})
	}
}

func TestSame(t *testing.T) {
	g, err := players.Elements([]int{2})
	require.NoError(t, err)
	r := players.Same(g)
	require.True(t, r.Shared())
	require.Equal(t, g, r.Row(17))
}

func TestMaskErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		shapes [][]int
		masks  []players.Mask
		input  int
		want   string
	}{
		{"too few masks", [][]int{{2}, {2}}, []players.Mask{{Shape: []int{2}, IDs: []int64{0, 1}}}, 1, "1 masks for 2 inputs"},
		{"too many masks", [][]int{}, []players.Mask{{Shape: []int{2}, IDs: []int64{0, 1}}}, 0, "1 masks for 0 inputs"},
		{"another shape", [][]int{{2}}, []players.Mask{{Shape: []int{3}, IDs: []int64{0, 1, 2}}}, 0, "shape [3], expected that of a row, [2], or [5 2]"},
		{"a rank too low", [][]int{{2, 3}}, []players.Mask{{Shape: []int{2}, IDs: []int64{0, 1}}}, 0, "shape [2], expected"},
		{"another number of rows", [][]int{{2}}, []players.Mask{{Shape: []int{4, 2}, IDs: make([]int64, 8)}}, 0, "masks for 4 rows, but there are 5"},
		{"ids missing", [][]int{{2}}, []players.Mask{{Shape: []int{2}, IDs: []int64{0}}}, 0, "1 ids for shape [2], expected 2"},
		{"negative id", [][]int{{2}, {2}}, []players.Mask{{Shape: []int{2}, IDs: []int64{0, 1}}, {Shape: []int{2}, IDs: []int64{0, -3}}}, 1, "id -3 at element 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := players.Masks(c.shapes, c.masks, 5)
			var m *players.MaskError
			require.ErrorAs(t, err, &m)
			require.Equal(t, c.input, m.Input)
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := players.Masks([][]int{{0}}, []players.Mask{{Shape: []int{0}}}, 5)
	var s *players.ShapeError
	require.ErrorAs(t, err, &s)
}

// Whatever is given, masks are refused with a reason or every element gets one of
// the players, elements share a player exactly if they share an id, and every
// player has an element.
func FuzzMasks(f *testing.F) {
	f.Add(2, 2, 2, 2, 0, 1, []byte{0, 1, 0, 2})
	f.Add(2, 3, 2, 1, 2, 2, []byte{7, 1, 7, 2})
	f.Add(-1, 3, 0, 1, 2, 2, []byte{})
	f.Add(1<<40, 1<<40, 1<<40, 1<<40, 1<<40, 1<<40, []byte{1})
	f.Add(3, 1, 3, 1, 0, -1, []byte{255, 255, 255, 255, 255, 255, 255, 255, 1, 2})
	f.Fuzz(func(t *testing.T, h, w, maskH, maskW, batch, rows int, raw []byte) {
		if rows > 64 {
			rows %= 64
		}
		ids := make([]int64, len(raw))
		for k, b := range raw {
			ids[k] = int64(b)
		}
		if len(raw)%8 == 1 && len(raw) > 8 { // now and then large and negative ones
			ids[0] = int64(binary.LittleEndian.Uint64(raw))
		}
		m := players.Mask{Shape: []int{maskH, maskW}, IDs: ids}
		if batch != 0 {
			m.Shape = append([]int{batch}, m.Shape...)
		}
		r, err := players.Masks([][]int{{h, w}}, []players.Mask{m}, rows)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		if h*w > 1<<12 {
			return
		}
		for n := range rows {
			g := r.Row(n)
			require.Len(t, g.Of[0], h*w)
			require.Len(t, g.IDs, g.Players)
			seen := map[int32]bool{}
			for e, p := range g.Of[0] {
				seen[p] = true
				at := (e/w)%maskH*maskW + (e%w)%maskW
				if batch > 1 {
					at += n * maskH * maskW
				}
				require.Equal(t, ids[at], g.IDs[p])
			}
			require.Len(t, seen, g.Players)
		}
	})
}
