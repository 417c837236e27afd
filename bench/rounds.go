package main

import (
	"errors"
	"fmt"
	"slices"
)

const (
	mostRounds  = 15
	leastRounds = 3
	// slow is when a call gets no more than leastRounds, in seconds.
	slow = 2
	// shortest is what one timing takes at least, by repeating the call: far
	// above what a clock or a switch of processes costs.
	shortest = 5e-3
	// warmRows is how many rows tell what many would cost.
	warmRows = 8
)

// entry is one column of one cell while it is measured.
type entry struct {
	column string
	cell   *cell
	// time gives the seconds of one call with some rows, the mean of a number of
	// calls one after the other.
	time func(rows, repeat int) (float64, error)

	repeat, rounds int
	times          []float64
}

// warm makes an entry ready: it compiles what is compiled at a first call, and
// finds out what a call costs. limit is what it may cost, and budget what all of its
// rounds may, in seconds.
func (e *entry) warm(limit, budget float64) error {
	if _, err := e.time(1, 1); err != nil {
		return err
	}
	one, err := e.time(1, 1)
	if err != nil {
		return err
	}
	// Rows are at most as expensive in company as alone.
	cost := one * float64(e.cell.Rows)
	if cost > limit && e.cell.Rows > warmRows {
		some, err := e.time(warmRows, 1)
		if err != nil {
			return err
		}
		cost = some * float64(e.cell.Rows) / warmRows
	}
	if cost > limit {
		return &missingError{fmt.Sprintf("not measured: a call would take more than %g s", limit)}
	}
	if cost <= slow {
		if cost, err = e.time(e.cell.Rows, 1); err != nil {
			return err
		}
	}
	e.repeat, e.rounds = plan(cost, budget)
	return nil
}

// plan is how many calls one timing has, and how many timings there are.
func plan(cost, budget float64) (repeat, rounds int) {
	repeat = max(1, int(shortest/cost))
	rounds = int(budget / (cost * float64(repeat)))
	if cost > slow {
		rounds = leastRounds
	}
	return repeat, min(max(rounds, leastRounds), mostRounds)
}

// measure times all entries in turn, so that a machine that slows down slows all
// of them. Entries with few rounds have them spread over the whole time.
func measure(entries []*entry, limit, budget float64) error {
	var ready []*entry
	for _, e := range entries {
		var m *missingError
		switch err := e.warm(limit, budget); {
		case errors.As(err, &m):
			e.cell.Taken[e.column] = taken{Missing: m.reason}
		case err != nil:
			return fmt.Errorf("%s, %s, %d rows, %s: %w", e.cell.Model, e.cell.Method, e.cell.Rows, e.column, err)
		default:
			ready = append(ready, e)
		}
	}
	for round := range mostRounds {
		for _, e := range ready {
			if round*e.rounds/mostRounds == (round+1)*e.rounds/mostRounds {
				continue
			}
			t, err := e.time(e.cell.Rows, e.repeat)
			if err != nil {
				return err
			}
			e.times = append(e.times, t)
		}
	}
	for _, e := range ready {
		e.cell.Taken[e.column] = taken{Seconds: median(e.times), Rounds: len(e.times)}
	}
	return nil
}

func median(times []float64) float64 {
	s := slices.Sorted(slices.Values(times))
	return s[len(s)/2]
}
