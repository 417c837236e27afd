package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChooseMethods(t *testing.T) {
	got, err := chooseMethods([]string{"gradinput", "lrp", "rescale"}, []string{"epsilon=0.5", "rules=deepexplain"})
	require.NoError(t, err)
	require.Equal(t, "grad*input, elrp, deeplift", namesOf(got))
	require.True(t, compares(got))
	require.False(t, compares(got[:2]))
}

// Several methods give what each gives alone.
func TestExplainSeveralMethods(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	out, js := filepath.Join(dir, "out.npz"), filepath.Join(dir, "out.json")
	shared := []string{"--ys", golden + "ys_onehot.npy", "--predict", "probs"}
	got := tfx(append(with(out, shared...), "--method", "elrp", "deeplift", "--method", "grad*input", "--param", "epsilon=0.01", "--out", js)...)
	require.Equal(t, 0, got.code, got.stderr)
	arrays := named(t, out)
	want := []string{"deeplift.attributions.pixels", "deeplift.baseline_value", "deeplift.delta", "deeplift.target_value",
		"elrp.attributions.pixels", "elrp.target_value", "grad*input.attributions.pixels", "grad*input.target_value",
		"gradient.attributions.pixels", "gradient.target_value"}
	require.Equal(t, want, slices.Sorted(maps.Keys(arrays)))
	require.Equal(t, want, slices.Sorted(maps.Keys(named(t, js))))
	closeTo(t, npy(t, golden+"gradient_pixels.npy"), arrays["gradient.attributions.pixels"])
	closeTo(t, npy(t, golden+"grad_x_input_pixels.npy"), arrays["grad*input.attributions.pixels"])
	closeTo(t, npy(t, golden+"elrp_pixels_3.npy"), arrays["elrp.attributions.pixels"])
	closeTo(t, npy(t, golden+"deeplift_pixels.npy"), arrays["deeplift.attributions.pixels"])

	lines := strings.Split(got.stdout, "\n")
	require.Equal(t, []string{"row", "class", "target", "prediction", "probs", "method", "sum", "delta", "top", "5%"}, strings.Fields(lines[0]))
	methods := []string{"gradient", "elrp", "deeplift", "grad*input"}
	base, target := floats(t, arrays["deeplift.baseline_value"]), floats(t, arrays["deeplift.target_value"])
	for i, line := range lines[1:13] {
		row, name := i/4, methods[i%4]
		cells := strings.Fields(line)
		if i%4 == 0 {
			require.Equal(t, fmt.Sprint(row), cells[0])
			require.Len(t, cells, 9)
			cells = cells[5:]
		}
		require.Equal(t, name, cells[0])
		attributions := floats(t, arrays[name+".attributions.pixels"])[row*64 : row*64+64]
		require.Equal(t, number(sum(attributions)), cells[1])
		if name != "deeplift" { // the gap to the baseline of the method that has one
			require.Equal(t, rough(sum(attributions)-(target[row]-base[row])), cells[2])
		} else {
			require.Equal(t, rough(floats(t, arrays["deeplift.delta"])[row]), cells[2])
		}
	}

	// One method keeps the plain names.
	require.Equal(t, 0, tfx(with(out, "--method", "deeplift")...).code)
	require.Contains(t, named(t, out), "attributions.pixels")
}

func TestSeveralMethodsExplainTheSameClass(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	got := tfx(append(with(out, "--class", "argmax"), "--method", "deeplift")...)
	require.Equal(t, 0, got.code, got.stderr)
	arrays := named(t, out)
	logits := floats(t, npy(t, golden+"y_logits.npy"))
	for row := range 3 {
		want := slices.Max(logits[row*10 : row*10+10])
		require.InDelta(t, want, floats(t, arrays["gradient.target_value"])[row], 1e-3, "the zoo's rtol of 1e-4 on values up to 10")
		require.InDelta(t, want, floats(t, arrays["deeplift.target_value"])[row], 1e-3)
	}
}

func TestVersus(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	explain := func(flags ...string) []float64 {
		out := filepath.Join(dir, "out.npz")
		got := tfx(append(with(out, "--method", "deeplift"), flags...)...)
		require.Equal(t, 0, got.code, got.stderr)
		if slices.Contains(flags, "--versus") {
			require.Contains(t, got.stdout, "8 vs 3")
		}
		return append(floats(t, named(t, out)["target_value"]), floats(t, named(t, out)["attributions.pixels"])...)
	}
	eight, three, both := explain("--class", "8"), explain("--class", "3"), explain("--class", "8", "--versus", "3", "--batch-size", "2")
	require.Len(t, both, 3+3*64)
	for i := range both {
		require.InDelta(t, eight[i]-three[i], both[i], 1e-4, "attributions are linear in ys, but for the rounding of float32 sums of values up to 10")
	}
	got := tfx(with(filepath.Join(dir, "out.png"), "--class", "8", "--versus", "3")...)
	require.Equal(t, 0, got.code, got.stderr)
}
