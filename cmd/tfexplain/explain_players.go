package main

import (
	"fmt"
	"math"

	"github.com/tfexplain/tfexplain-go/internal/tensorfile"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// namedPlayers are the arrays of what a method found for its players. Where masks
// give rows different numbers of players, a row ends with NaN, and its ids with
// -1.
func namedPlayers(prefix string, rows []tfexplain.Players) ([]tensorfile.Named, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	most, errorsKnown, ids := 0, false, false
	for _, r := range rows {
		most = max(most, len(r.Values))
		errorsKnown, ids = errorsKnown || r.StdErr != nil, ids || r.IDs != nil
	}
	values, stderrs := gaps(len(rows)*most), gaps(len(rows)*most)
	of, coalitions := make([]int64, len(rows)*most), make([]int64, len(rows))
	for i := range of {
		of[i] = -1
	}
	for n, r := range rows {
		copy(values[n*most:], r.Values)
		copy(stderrs[n*most:], r.StdErr)
		copy(of[n*most:], r.IDs)
		coalitions[n] = int64(r.Coalitions)
	}
	var arrays []tensorfile.Named
	add := func(name string, t *tensor.Tensor, err error) error {
		arrays = append(arrays, tensorfile.Named{Name: prefix + name, Tensor: t})
		return err
	}
	t, err := tensor.New(values, len(rows), most)
	if err := add("values", t, err); err != nil {
		return nil, err
	}
	if errorsKnown {
		t, err := tensor.New(stderrs, len(rows), most)
		if err := add("stderr", t, err); err != nil {
			return nil, err
		}
	}
	if ids {
		t, err := tensor.New(of, len(rows), most)
		if err := add("ids", t, err); err != nil {
			return nil, err
		}
	}
	t, err = tensor.New(coalitions, len(rows))
	return arrays, add("coalitions", t, err)
}

// gaps are n times NaN.
func gaps(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = math.NaN()
	}
	return list
}

// aboutPlayers says how many players a method had, and how sure their values are.
func aboutPlayers(rows []tfexplain.Players, complete bool) string {
	if len(rows) == 0 {
		return ""
	}
	players, least, coalitions, worst, exact := 0, math.MaxInt, 0, 0.0, true
	word := "features"
	for _, r := range rows {
		players, least, coalitions = max(players, len(r.Values)), min(least, len(r.Values)), max(coalitions, r.Coalitions)
		exact = exact && r.Exact
		if r.IDs != nil {
			word = "groups"
		}
		for _, e := range r.StdErr {
			if e > worst { // NaN where one pair of orders was walked
				worst = e
			}
		}
	}
	text := fmt.Sprintf("%d %s", players, word)
	if least < players {
		text = fmt.Sprintf("%d to %d %s", least, players, word)
	}
	if !complete {
		return text
	}
	text += fmt.Sprintf(", %d coalitions valued for a row", coalitions)
	switch {
	case exact:
		text += ": exact"
	case worst > 0:
		text += ", standard errors up to " + rough(worst)
	}
	return text
}
