package tfexplain

import (
	"errors"
	"fmt"
	"math"

	"github.com/tfexplain/tfexplain-go/internal/window"
)

// Occlusion replaces what is behind a sliding window by the baseline and gives
// each element the mean, over the windows that cover it, of the fall of the
// explained number divided by the window's size (Zeiler and Fergus 2014,
// arXiv:1311.2901; weighting of DeepExplain). With windows of one element, R_i
// is what the model loses without element i. The sum of R is not bound to f(x)
// - f(x0); delta says by how much it misses. Its cost is one row for each
// window.
type Occlusion struct {
	// Window is the size of the window along each axis of a row. Axes that are
	// left out at the end are covered whole: {3, 3} covers all channels of 3x3
	// pixels. Nil: one element.
	Window []int
	// Stride is how far the window moves along each axis; one number holds for
	// all axes, and axes that are left out at the end have 1. Nil: 1.
	Stride []int
	// Full takes only windows that full strides reach, as DeepExplain does:
	// elements that none covers get NaN, and count nothing in delta. By default a last window along each axis
	// ends at the border.
	Full bool
}

// Name implements Method.
func (Occlusion) Name() string { return "occlusion" }

func (m Occlusion) validate() error {
	for _, f := range m.sizes() {
		for _, d := range f.sizes {
			if d < 1 {
				return &OptionError{Field: f.name, Given: fmt.Sprint(f.sizes), Wanted: "sizes of at least 1"}
			}
		}
	}
	return nil
}

type namedSizes struct {
	name  string
	sizes []int
}

func (m Occlusion) sizes() []namedSizes {
	return []namedSizes{{"Window", m.Window}, {"Stride", m.Stride}}
}

// unfit says which of the sizes does not suit an input.
func (m Occlusion) unfit(in rowShape, size []int, err error, help string) error {
	wrong := m.sizes()[1]
	for axis, d := range in.shape {
		if size[axis] > d {
			wrong = m.sizes()[0]
		}
	}
	reason := err.Error()
	if grid, ok := errors.AsType[*window.GridError](err); ok {
		reason = grid.Reason
	}
	return &OptionError{Field: wrong.name, Given: fmt.Sprint(wrong.sizes), Wanted: fmt.Sprintf("sizes for rows of %q, which have the shape %v: %s%s", in.key, in.shape, reason, help)}
}

func (m Occlusion) plan() plan { return plan{baseline: true, gaps: m.Full, game: m} }

func (m Occlusion) game(inputs []rowShape, _ int) (game, error) {
	border := window.Cover
	if m.Full {
		border = window.Full
	}
	g := occlusionGame{}
	for _, in := range inputs {
		size, stride := make([]int, len(in.shape)), make([]int, len(in.shape))
		for _, f := range m.sizes() {
			if len(f.sizes) > len(in.shape) {
				return nil, &OptionError{Field: f.name, Given: fmt.Sprint(f.sizes), Wanted: fmt.Sprintf("at most %d sizes: a row of %q has the shape %v%s", len(in.shape), in.key, in.shape, oneAlone(inputs))}
			}
		}
		for axis, d := range in.shape {
			size[axis], stride[axis] = 1, 1
			if m.Window != nil {
				size[axis] = d
			}
			if axis < len(m.Window) {
				size[axis] = m.Window[axis]
			}
			if len(m.Stride) == 1 {
				stride[axis] = m.Stride[0]
			} else if axis < len(m.Stride) {
				stride[axis] = m.Stride[axis]
			}
		}
		grid, err := window.New(in.shape, size, stride, border)
		if err != nil {
			return nil, m.unfit(in, size, err, oneAlone(inputs))
		}
		g = append(g, grid)
	}
	return g, nil
}

// occlusionGame has the windows over each explained input.
type occlusionGame []*window.Grid

func (g occlusionGame) rows() int {
	n := 0
	for _, grid := range g {
		n += grid.Windows()
	}
	return n
}

func (g occlusionGame) task(_, _ int, _, full float64) (gameTask, error) {
	t := &occlusionTask{grids: g, full: full}
	for _, grid := range g {
		t.heats = append(t.heats, window.NewHeat(grid))
	}
	return t, nil
}

// occlusionTask asks for one window after the other, input by input.
type occlusionTask struct {
	grids []*window.Grid
	heats []*window.Heat
	full  float64

	input, tile int // asked for next
}

func (t *occlusionTask) next(n int) []row {
	var rows []row
	for t.input < len(t.grids) && len(rows) < n {
		if t.tile == t.grids[t.input].Windows() {
			t.input, t.tile = t.input+1, 0
			continue
		}
		rows = append(rows, row{hidden: behind{t.grids[t.input], t.input, t.tile}})
		t.tile++
	}
	return rows
}

func (t *occlusionTask) take(rows []row, got results) {
	for i, r := range rows {
		at := r.hidden.(behind)
		t.heats[at.of].Add(at.tile, t.full-got.values[i])
	}
}

func (t *occlusionTask) result() ([][]float64, *Players, error) {
	var out [][]float64
	for i, h := range t.heats {
		out = append(out, make([]float64, t.grids[i].Cells()))
		h.Values(out[i], math.NaN())
	}
	return out, nil, nil
}
