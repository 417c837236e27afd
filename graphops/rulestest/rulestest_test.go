package rulestest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/tensor"
)

func needLibrary(t *testing.T) {
	t.Helper()
	if _, err := cgo.Open(cgo.Options{}); err != nil {
		t.Fatal(err)
	}
}

// one is a registry with one rule of one varying input.
func one(op string, kind graphops.Kind, back func(c *graphops.Context, dy graphops.Output) graphops.Output) graphops.Registry {
	return graphops.Registry{op: {Kind: kind, VJP: func(c *graphops.Context) []graphops.Output {
		return c.Adjoints(func() graphops.Output { return back(c, c.Grad(0)) })
	}}}
}

// square is right.
func square(c *graphops.Context, dy graphops.Output) graphops.Output {
	return c.Mul(dy, c.Scale(c.In(0), 2))
}

func TestRightRule(t *testing.T) {
	cases := []rulestest.Case{
		{Name: "rows", Op: "Square", Inputs: []rulestest.Input{{Shape: []int{rulestest.Rows, 3}}}},
		{Name: "float32", Op: "Square", DType: tensor.Float32, Inputs: []rulestest.Input{{Shape: []int{rulestest.Rows, 3}}}},
		{Name: "known answer", Op: "Square", Inputs: []rulestest.Input{{Shape: []int{2}, Values: []float64{0, 3}}}, Want: [][]float64{{0, 6}}},
	}
	rulestest.RunAll(t, one("Square", graphops.Unary, square), cases, rulestest.Options{})
}

// TestWrongRules: each of these must be found out.
func TestWrongRules(t *testing.T) {
	needLibrary(t)
	x := rulestest.Input{Shape: []int{rulestest.Rows, 3}}
	squared := rulestest.Case{Name: "squared", Op: "Square", Inputs: []rulestest.Input{x}}
	added := rulestest.Case{Name: "added", Op: "AddV2", Inputs: []rulestest.Input{x, {Shape: []int{3}}}}
	both := func(a, b func(c *graphops.Context) graphops.Output) graphops.Registry {
		return graphops.Registry{"AddV2": {Kind: graphops.Linear, VJP: func(c *graphops.Context) []graphops.Output {
			return []graphops.Output{a(c), b(c)}
		}}}
	}
	dy := func(c *graphops.Context) graphops.Output { return c.Grad(0) }
	summed := func(c *graphops.Context) graphops.Output { return c.Sum(c.Grad(0), false, 0) }
	for name, w := range map[string]struct {
		rules graphops.Registry
		on    rulestest.Case
		says  string
	}{
		"half the slope": {one("Square", graphops.Unary, func(c *graphops.Context, dy graphops.Output) graphops.Output { return c.Mul(dy, c.In(0)) }), squared, "expected"},
		"one part in a million": {one("Square", graphops.Unary, func(c *graphops.Context, dy graphops.Output) graphops.Output {
			return c.Scale(square(c, dy), 1+1e-6)
		}), squared, "expected"},
		"not a number": {one("Square", graphops.Unary, func(c *graphops.Context, dy graphops.Output) graphops.Output {
			return c.Op("Log", []graphops.Output{c.Neg(c.Square(dy))})
		}), squared, "NaN"},
		"nothing given": {graphops.Registry{"Square": {Kind: graphops.Unary}}, squared, "expected"},
		"not linear in ys": {one("Abs", graphops.Unary, func(c *graphops.Context, dy graphops.Output) graphops.Output { return c.Abs(dy) }),
			rulestest.Case{Op: "Abs", Inputs: []rulestest.Input{{Shape: []int{2}, Values: []float64{1, 2}}}, Want: [][]float64{{1}}}, "not linear"},
		"not summed": {both(dy, dy), added, "varies"},
		"shape not kept": {one("Square", graphops.Unary, func(c *graphops.Context, dy graphops.Output) graphops.Output {
			return c.Op("ExpandDims", []graphops.Output{square(c, dy), c.IntScalar(0)})
		}), squared, "shape"},
		"wrong shape noted": {one("Square", graphops.Unary, func(c *graphops.Context, dy graphops.Output) graphops.Output {
			flat := c.Op("Reshape", []graphops.Output{square(c, dy), c.IntVector(-1)})
			return c.Op("Reshape", []graphops.Output{c.Like(flat, c.In(0)), c.ShapeVector(c.In(0))})
		}), squared, "noted"},
		"given unasked": {both(dy, summed), added, "does not vary"},
		"in vain": {one("Square", graphops.Unary, func(c *graphops.Context, dy graphops.Output) graphops.Output {
			c.Neg(dy)
			return square(c, dy)
		}), squared, "in vain"},
		"outside the scope": {one("Square", graphops.Unary, func(c *graphops.Context, dy graphops.Output) graphops.Output {
			return graphops.NewBuilder(c.Graph(), "elsewhere").Mul(dy, c.Scale(c.In(0), 2))
		}), squared, "outside the scope"},
		"too many answers": {graphops.Registry{"Square": {Kind: graphops.Unary, VJP: func(c *graphops.Context) []graphops.Output {
			return []graphops.Output{square(c, c.Grad(0)), c.Grad(0)}
		}}}, squared, "2 inputs"},
		"right for one row only": {one("Square", graphops.Unary, func(c *graphops.Context, dy graphops.Output) graphops.Output {
			return c.Op("Slice", []graphops.Output{square(c, dy), c.IntVector(0, 0), c.IntVector(1, -1)})
		}), squared, "3 rows"},
		"multipliers that do not add up": {graphops.Registry{"Square": {Kind: graphops.Unary,
			VJP: func(c *graphops.Context) []graphops.Output { return []graphops.Output{square(c, c.Grad(0))} },
			// The sum x + x0 would be right.
			Multiplier: func(c *graphops.Context) []graphops.Output { return []graphops.Output{square(c, c.Grad(0))} },
		}}, squared, "account for"},
		"a kind that does not add up": {one("Square", graphops.Linear, square), squared, "account for"},
		"no rule":                     {graphops.Registry{}, squared, "no rule"},
		"not refused":                 {one("Square", graphops.Unary, square), rulestest.Case{Op: "Square", Inputs: []rulestest.Input{x}, Needs: rulestest.Ranks}, "must refuse"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, rulestest.Check(w.rules, w.on, rulestest.Options{}), w.says)
		})
	}
}

func TestCovered(t *testing.T) {
	registry := one("Square", graphops.Unary, square).With(graphops.Registry{"Hidden": {Kind: graphops.Opaque}, "Neg": {Kind: graphops.Linear}})
	a := rulestest.Case{Name: "a", Op: "Square"}
	require.ErrorContains(t, rulestest.Covered(registry, []rulestest.Case{a}), "[Neg]")
	require.NoError(t, rulestest.Covered(registry, []rulestest.Case{a, {Name: "a", Op: "Neg"}}))
	require.ErrorContains(t, rulestest.Covered(registry, []rulestest.Case{a, a, {Op: "Neg"}}), `named "a"`)
}

func TestLibraryNotFound(t *testing.T) {
	err := rulestest.Check(nil, rulestest.Case{Op: "Neg"}, rulestest.Options{Library: t.TempDir()})
	require.Error(t, err)
}
