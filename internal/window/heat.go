package window

// Heat turns differences per window into a value per cell: the mean, over the
// windows that cover the cell, of the difference divided by the window's size.
// This is DeepExplain's occlusion. It holds one number per cell.
type Heat struct {
	grid *Grid
	sum  []float64
}

// NewHeat starts the heat of one sample.
func NewHeat(g *Grid) *Heat {
	return &Heat{grid: g, sum: make([]float64, g.cells)}
}

// Add notes f(x) - f(x with window k occluded). Each window is added once, in any
// order.
func (h *Heat) Add(k int, difference float64) {
	for from, to := range h.grid.Ranges(k) {
		cells := h.sum[from:to]
		for c := range cells {
			cells[c] += difference
		}
	}
}

// Values writes the heat of each cell into dst, and uncovered where no window
// covers it. It returns how many cells that are. All windows must have been added.
func (h *Heat) Values(dst []float64, uncovered float64) int {
	g := h.grid
	covers := g.covers()
	at := make([]int, len(g.shape))
	missing := 0
	for c := range dst[:g.cells] {
		windows := 1
		for a := range at {
			windows *= covers[a][at[a]]
		}
		if windows == 0 {
			dst[c] = uncovered
			missing++
		} else {
			dst[c] = h.sum[c] / (float64(windows) * float64(g.size))
		}
		for a := len(at) - 1; a >= 0; a-- {
			if at[a]++; at[a] < g.shape[a] {
				break
			}
			at[a] = 0
		}
	}
	return missing
}

// covers says for each axis and coordinate how many window positions along that
// axis cover it. A cell is covered by their product.
func (g *Grid) covers() [][]int {
	covers := make([][]int, len(g.shape))
	for a, n := range g.shape {
		covers[a] = make([]int, n)
		for _, s := range g.starts[a] {
			for k := range g.window[a] {
				covers[a][s+k]++
			}
		}
	}
	return covers
}
