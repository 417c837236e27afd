package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlan(t *testing.T) {
	for _, c := range []struct {
		cost           float64
		repeat, rounds int
	}{
		{cost: 1e-4, repeat: 50, rounds: 15},
		{cost: 0.004, repeat: 1, rounds: 15},
		{cost: 0.1, repeat: 1, rounds: 10},
		{cost: 0.9, repeat: 1, rounds: 3},
		{cost: 5, repeat: 1, rounds: 3},
	} {
		repeat, rounds := plan(c.cost, 1)
		require.Equal(t, []int{c.repeat, c.rounds}, []int{repeat, rounds}, "%g s", c.cost)
	}
}

func TestMedian(t *testing.T) {
	require.Equal(t, 2., median([]float64{9, 1, 2}))
	require.Equal(t, 3., median([]float64{4, 3, 1, 2}))
}

// clocked is an entry whose calls take a given time for each row, and that notes
// who was called.
func clocked(column string, rows int, perRow float64, order *[]string) *entry {
	c := &cell{Model: "m", Method: "ig", Rows: rows, Taken: make(map[string]taken)}
	return &entry{column: column, cell: c, time: func(rows, _ int) (float64, error) {
		*order = append(*order, column)
		return float64(rows) * perRow, nil
	}}
}

func TestMeasureTakesTurns(t *testing.T) {
	var order []string
	fast, slow := clocked(ours, 10, 0.001, &order), clocked(python, 10, 0.03, &order)
	require.NoError(t, measure([]*entry{fast, slow}, 20, 1))
	require.Equal(t, taken{Seconds: 0.01, Rounds: 15}, fast.cell.Taken[ours])
	require.Equal(t, taken{Seconds: 0.3, Rounds: 3}, slow.cell.Taken[python])

	warm := []string{ours, ours, ours, python, python, python}
	turns := order[len(warm):]
	require.Equal(t, warm, order[:len(warm)])
	var at []int
	for i, column := range turns {
		if column == python {
			at = append(at, i)
		}
	}
	require.Equal(t, []int{5, 11, 17}, at, "three rounds are spread over fifteen")
}

func TestMeasureLeavesOutWhatTakesTooLong(t *testing.T) {
	var order []string
	e := clocked(ours, 256, 1, &order)
	require.NoError(t, measure([]*entry{e}, 20, 1))
	require.Equal(t, taken{Missing: "not measured: a call would take more than 20 s"}, e.cell.Taken[ours])

	// Alone a row takes a second, in company a hundredth.
	company := clocked(ours, 256, 1, &order)
	company.time = func(rows, _ int) (float64, error) { return 0.5 + float64(rows)/1000, nil }
	require.NoError(t, measure([]*entry{company}, 20, 1))
	require.InDelta(t, 0.756, company.cell.Taken[ours].Seconds, 1e-9)
}

func TestMeasureFails(t *testing.T) {
	var order []string
	missing, broken := clocked(shaps, 1, 1, &order), clocked(ours, 1, 1, &order)
	missing.time = func(int, int) (float64, error) { return 0, &missingError{"no gradient"} }
	require.NoError(t, measure([]*entry{missing}, 20, 1))
	require.Equal(t, taken{Missing: "no gradient"}, missing.cell.Taken[shaps])

	gone := errors.New("gone")
	broken.time = func(int, int) (float64, error) { return 0, gone }
	err := measure([]*entry{broken}, 20, 1)
	require.ErrorIs(t, err, gone)
	require.ErrorContains(t, err, "m, ig, 1 rows, tfexplain")
}

func TestDistance(t *testing.T) {
	require.Zero(t, distance([]float64{1, -4}, []float64{1, -4}))
	require.Equal(t, 0.25, distance([]float64{1, -3, 2}, []float64{0.5, -4, 2}))
}
