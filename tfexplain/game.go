package tfexplain

import (
	"errors"
	"fmt"

	"github.com/tfexplain/tfexplain-go/internal/coalition"
	"github.com/tfexplain/tfexplain-go/internal/players"
	"github.com/tfexplain/tfexplain-go/internal/shapley"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// gamePlan is a method that only asks what the model answers when parts of the
// input are replaced by the baseline's. It needs no gradient.
type gamePlan interface {
	// game prepares a call, given the shape of one row of each explained input.
	game(inputs []rowShape, rows int) (game, error)
}

// rowShape is the shape of one row of an explained input.
type rowShape struct {
	key   string
	shape []int
}

// game makes the task of each pair of sample and reference.
type game interface {
	// task starts with the explained number at the baseline and at the input.
	task(pair, sample int, empty, full float64) (gameTask, error)
	// rows is how many a pair takes at most.
	rows() int
}

// gameTask is a task whose rows are samples of which something is hidden.
type gameTask interface {
	task
	// result is the attribution of each explained input, and of the players if
	// the method has any.
	result() ([][]float64, *Players, error)
}

// Players are what a method that values coalitions found for one row. A player
// is a set of elements that are hidden together; its value is shared equally
// among them in Result.Attributions, so that those add up too.
type Players struct {
	// Values has one value for each player, in units of the target.
	Values []float64
	// StdErr is the standard error of each value; nil if the values are exact or
	// their error is not estimated.
	StdErr []float64
	// IDs are the players' ids in the mask, ascending; nil without a mask.
	IDs []int64
	// Coalitions is how many were valued, beside the whole and the empty one.
	Coalitions int
	// Exact says that nothing was drawn at random.
	Exact bool
}

// coalitionGame values coalitions by one of package shapley's estimators.
type coalitionGame struct {
	groups    players.Rows
	most      int
	estimator func(g players.Groups, pair int, empty, full float64) (shapley.Estimator, error)
}

func (g coalitionGame) rows() int { return g.most }

func (g coalitionGame) task(pair, sample int, empty, full float64) (gameTask, error) {
	groups := g.groups.Row(sample)
	e, err := g.estimator(groups, pair, empty, full)
	return &coalitionTask{groups: groups, estimator: e}, err
}

type coalitionTask struct {
	groups    players.Groups
	estimator shapley.Estimator
	err       error
}

func (t *coalitionTask) next(n int) []row {
	sets := coalition.Make(t.groups.Players, min(n, t.estimator.Limit()))
	var rows []row
	for _, set := range sets[:t.estimator.Next(sets)] {
		rows = append(rows, row{hidden: absent{t.groups.Of, set}})
	}
	return rows
}

func (t *coalitionTask) take(_ []row, got results) {
	if err := t.estimator.Take(got.values); err != nil && t.err == nil {
		t.err = err
	}
}

func (t *coalitionTask) result() ([][]float64, *Players, error) {
	found := t.estimator.Result()
	share := make([]float64, t.groups.Players)
	for _, of := range t.groups.Of {
		for _, p := range of {
			share[p]++
		}
	}
	for p := range share {
		share[p] = found.Phi[p] / share[p]
	}
	attributions := make([][]float64, len(t.groups.Of))
	for i, of := range t.groups.Of {
		attributions[i] = make([]float64, len(of))
		for e, p := range of {
			attributions[i][e] = share[p]
		}
	}
	return attributions, &Players{Values: found.Phi, StdErr: found.StdErr, IDs: t.groups.IDs, Coalitions: found.Coalitions, Exact: found.Exact}, t.err
}

// oneAlone is what helps where one setting does not suit inputs of different
// shapes.
func oneAlone(inputs []rowShape) string {
	if len(inputs) < 2 {
		return ""
	}
	return " (Options.Explain chooses inputs to explain alone)"
}

// playersOf makes the players of a method: the elements that a mask gives one
// id, or that share their coordinates on some axes, or each element.
func playersOf(inputs []rowShape, rows int, dims []int, mask map[string]*tensor.Tensor) (players.Rows, error) {
	if mask != nil {
		return playersOfMask(inputs, rows, mask)
	}
	var each []players.Groups
	for _, in := range inputs {
		g, err := players.Elements(in.shape)
		if dims != nil {
			g, err = players.Axes(in.shape, dims)
		}
		if err != nil {
			return players.Rows{}, &OptionError{Field: "Dims", Given: fmt.Sprint(dims), Wanted: fmt.Sprintf("different axes of a row of %q, which has the shape %v: from 0 to %d%s", in.key, in.shape, len(in.shape)-1, oneAlone(inputs))}
		}
		each = append(each, g)
	}
	all, err := players.Join(each...)
	return players.Same(all), err
}

func playersOfMask(inputs []rowShape, rows int, mask map[string]*tensor.Tensor) (players.Rows, error) {
	var shapes [][]int
	var masks []players.Mask
	used := map[string]bool{}
	for _, in := range inputs {
		m := mask[in.key]
		if m == nil {
			return players.Rows{}, &InputError{Input: in.key, Reason: "is explained but has no mask", Keys: sortedKeys(mask)}
		}
		used[in.key] = true
		ids, err := m.Convert(tensor.Int64)
		if err != nil {
			return players.Rows{}, &DTypeError{Input: "mask of " + in.key, Given: m.DType(), Wanted: tensor.Int64}
		}
		data, err := tensor.Data[int64](ids)
		if err != nil {
			return players.Rows{}, err
		}
		shapes, masks = append(shapes, in.shape), append(masks, players.Mask{Shape: m.Shape(), IDs: data})
	}
	for _, key := range sortedKeys(mask) {
		if !used[key] {
			return players.Rows{}, &InputError{Input: key, Reason: "has a mask but is not explained", Keys: sortedKeys(used)}
		}
	}
	r, err := players.Masks(shapes, masks, rows)
	if wrong, ok := errors.AsType[*players.MaskError](err); ok {
		return r, &OptionError{Field: "Mask", Given: inputs[wrong.Input].key, Wanted: "a mask that fits: " + wrong.Reason}
	}
	return r, err
}
