package window_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/internal/window"
)

func grid(t testing.TB, shape, size, step []int, b window.Border) *window.Grid {
	t.Helper()
	g, err := window.New(shape, size, step, b)
	require.NoError(t, err)
	return g
}

var grids = []struct{ shape, window, step []int }{
	{nil, nil, nil},
	{[]int{7}, []int{1}, []int{1}},
	{[]int{7}, []int{3}, []int{2}},
	{[]int{8}, []int{3}, []int{3}},
	{[]int{8}, []int{8}, []int{8}},
	{[]int{5, 6}, []int{2, 3}, []int{1, 2}},
	{[]int{5, 6}, []int{2, 6}, []int{2, 1}},
	{[]int{5, 6}, []int{5, 2}, []int{9, 2}},
	{[]int{7, 5, 3}, []int{3, 2, 3}, []int{2, 2, 1}},
	{[]int{7, 5, 3}, []int{2, 5, 3}, []int{2, 1, 1}},
	{[]int{3, 4, 5, 2}, []int{2, 2, 3, 1}, []int{2, 1, 3, 1}},
}

// cells is how many a window has.
func cells(window []int) int {
	n := 1
	for _, size := range window {
		n *= size
	}
	return n
}

// Windows are where coordinates say they are: compared with a test of every cell.
func TestRanges(t *testing.T) {
	for _, c := range grids {
		for _, b := range []window.Border{window.Cover, window.Full} {
			t.Run(fmt.Sprint(c.shape, c.window, c.step, b), func(t *testing.T) {
				g := grid(t, c.shape, c.window, c.step, b)
				covered := make([]bool, g.Cells())
				for k := range g.Windows() {
					offset := make([]int, len(c.shape))
					g.Offset(k, offset)
					got := make([]bool, g.Cells())
					last := -1
					for from, to := range g.Ranges(k) {
						require.Greater(t, from, last, "ascending, and not to be joined with the run before")
						require.Greater(t, to, from)
						last = to
						for cell := from; cell < to; cell++ {
							got[cell] = true
							covered[cell] = true
						}
					}
					count := 0
					for cell := range got {
						want := true
						rest := cell
						for a := len(c.shape) - 1; a >= 0; a-- {
							at := rest % c.shape[a]
							rest /= c.shape[a]
							want = want && at >= offset[a] && at < offset[a]+c.window[a]
						}
						require.Equal(t, want, got[cell])
						if want {
							count++
						}
					}
					require.Equal(t, cells(c.window), count, "every window is whole")
				}
				if b == window.Cover {
					require.NotContains(t, covered, false)
				}
			})
		}
	}
}

func TestWindows(t *testing.T) {
	for _, c := range []struct {
		length, window, step int
		border               window.Border
		want                 []int
	}{
		{8, 3, 3, window.Full, []int{0, 3}},
		{8, 3, 3, window.Cover, []int{0, 3, 5}}, // moved back from 6
		{9, 3, 3, window.Cover, []int{0, 3, 6}},
		{3, 3, 1, window.Cover, []int{0}},
		{7, 2, 3, window.Full, []int{0, 3}},
		{2, 1, 2, window.Full, []int{0}},
	} {
		g := grid(t, []int{c.length}, []int{c.window}, []int{c.step}, c.border)
		var got []int
		for k := range g.Windows() {
			var at [1]int
			g.Offset(k, at[:])
			got = append(got, at[0])
		}
		require.Equal(t, c.want, got, "%+v", c)
	}
}

func TestRangesStopAtTheWindow(t *testing.T) {
	g := grid(t, []int{2, 3}, []int{2, 2}, []int{1, 1}, window.Full)
	row := []string{"a", "b", "c", "d", "e", "f"}
	hide(g, 1, row, []string{"0", "1", "2", "3", "4", "5"})
	require.Equal(t, []string{"a", "1", "2", "d", "4", "5"}, row)

	seen := 0
	for range g.Ranges(0) {
		seen++
		break
	}
	require.Equal(t, 1, seen)
}

// hide overwrites window k of a row with the baseline's elements.
func hide[T any](g *window.Grid, k int, row, baseline []T) {
	for from, to := range g.Ranges(k) {
		copy(row[from:to], baseline[from:to])
	}
}

// occlude is a whole occlusion of f at x with baseline 0.
func occlude(g *window.Grid, f func([]float64) float64, x []float64) ([]float64, int) {
	heat := window.NewHeat(g)
	zero := make([]float64, len(x))
	for k := range g.Windows() {
		row := append([]float64(nil), x...)
		hide(g, k, row, zero)
		heat.Add(k, f(x)-f(row))
	}
	dst := make([]float64, len(x))
	missing := heat.Values(dst, math.NaN())
	return dst, missing
}

// DeepExplain's own tests: ReLU(ReLU(x1 - 1) - ReLU(x2)).
func TestDeepExplainsOcclusionTests(t *testing.T) {
	relu := func(x float64) float64 { return max(0, x) }
	f := func(x []float64) float64 { return relu(relu(x[0]-1) - relu(x[1])) }
	nan := math.NaN()
	for _, c := range []struct {
		window, step int
		want         [2][]float64 // of x = [-10, -5] and [3, 1]
		missing      int
	}{
		{1, 1, [2][]float64{{0, 0}, {1, -1}}, 0},
		{2, 1, [2][]float64{{0, 0}, {0.5, 0.5}}, 0},
		{1, 2, [2][]float64{{0, nan}, {1, nan}}, 1},
	} {
		g := grid(t, []int{2}, []int{c.window}, []int{c.step}, window.Full)
		for k, x := range [][]float64{{-10, -5}, {3, 1}} {
			got, missing := occlude(g, f, x)
			require.Equal(t, c.missing, missing)
			for i, want := range c.want[k] {
				if math.IsNaN(want) {
					require.True(t, math.IsNaN(got[i]))
				} else {
					require.Equal(t, want, got[i])
				}
			}
		}
	}
}

// The rule, from its definition: heat is the sum of differences and weight the sum
// of window sizes over the windows that cover a cell.
func TestHeatIsDeepExplainsRule(t *testing.T) {
	for _, c := range grids {
		for _, b := range []window.Border{window.Cover, window.Full} {
			g := grid(t, c.shape, c.window, c.step, b)
			heat, weight := make([]float64, g.Cells()), make([]float64, g.Cells())
			h := window.NewHeat(g)
			for k := range g.Windows() {
				difference := math.Cos(float64(k * k))
				h.Add(k, difference)
				for from, to := range g.Ranges(k) {
					for cell := from; cell < to; cell++ {
						heat[cell] += difference
						weight[cell] += float64(cells(c.window))
					}
				}
			}
			got := make([]float64, g.Cells())
			missing := h.Values(got, -7)
			for cell := range got {
				if weight[cell] == 0 {
					missing--
					require.Equal(t, -7., got[cell])
				} else {
					require.Equal(t, heat[cell]/weight[cell], got[cell], "%v cell %d", c, cell)
				}
			}
			require.Zero(t, missing)
		}
	}
}

// Windows that tile a row explain an additive model completely: each cell gets its
// window's mean.
func TestTilesOfAnAdditiveModel(t *testing.T) {
	g := grid(t, []int{4, 6}, []int{2, 3}, []int{2, 3}, window.Cover)
	x := make([]float64, 24)
	sum := 0.0
	for i := range x {
		x[i] = float64(i * i)
		sum += x[i]
	}
	got, missing := occlude(g, func(x []float64) float64 {
		s := 0.0
		for _, v := range x {
			s += v
		}
		return s
	}, x)
	require.Zero(t, missing)
	total := 0.0
	for _, v := range got {
		total += v
	}
	require.InEpsilon(t, sum, total, 1e-14) // two sums of 24 terms
	require.InEpsilon(t, (0.+1+4+36+49+64)/6, got[0], 1e-15)
}

func TestGridErrors(t *testing.T) {
	for _, c := range []struct {
		shape, window, step []int
		border              window.Border
		want                string
	}{
		{[]int{4, 4}, []int{2}, []int{1, 1}, window.Cover, "each of the 2 axes"},
		{[]int{4, 4}, []int{2, 2}, []int{1}, window.Cover, "each of the 2 axes"},
		{[]int{4}, []int{5}, []int{1}, window.Cover, "the window is 5 long on axis 0, expected 1 to 4"},
		{[]int{4}, []int{0}, []int{1}, window.Full, "the window is 0 long"},
		{[]int{4}, []int{2}, []int{0}, window.Full, "the step is 0 on axis 0"},
		{[]int{4, -1}, []int{2, 1}, []int{1, 1}, window.Full, "known and positive"},
		{[]int{1 << 20, 1 << 20}, []int{1, 1}, []int{1, 1}, window.Full, "at most 2147483647 elements"},
		{[]int{4}, []int{2}, []int{3}, window.Cover, "a step of 3 on axis 0 leaves cells between windows"},
		{[]int{4}, []int{2}, []int{1}, window.Border(5), "expected Cover or Full"},
	} {
		_, err := window.New(c.shape, c.window, c.step, c.border)
		var e *window.GridError
		require.ErrorAs(t, err, &e, "%+v", c)
		require.ErrorContains(t, err, c.want)
		require.ErrorContains(t, err, fmt.Sprint(c.window))
	}
}

func BenchmarkOcclude(b *testing.B) {
	g := grid(b, []int{224, 224, 3}, []int{15, 15, 3}, []int{8, 8, 3}, window.Cover)
	row, zero := make([]float32, g.Cells()), make([]float32, g.Cells())
	h := window.NewHeat(g)
	b.ReportAllocs()
	k := 0
	for b.Loop() {
		hide(g, k, row, zero)
		h.Add(k, 1)
		k = (k + 1) % g.Windows()
	}
}
