package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// Every method of the catalog works from the command, by each of its names, with
// a baseline of each row's own where it compares.
func TestEveryMethod(t *testing.T) {
	needLibrary(t)
	params := map[string][]string{"ig": {"steps=3", "rule=left"}, "expected-gradients": {"samples=3", "seed=1"}, "smoothgrad": {"samples=2", "noise=0.1"}, "vargrad": {"samples=2", "of=elrp"},
		"occlusion": {"window=8", "stride=8"}, "shapley": {"samples=2"}, "kernelshap": {"coalitions=200"}, "exact-shapley": nil, "elrp": {"epsilon=0.01"}, "deeplift": {"rules=deepexplain"}}
	dir := t.TempDir()
	out, mask := filepath.Join(dir, "out.npz"), golden+"groups_pixels.npy"
	for _, m := range tfexplain.Methods() {
		for _, name := range append([]string{m.Name}, m.Aliases...) {
			t.Run(name, func(t *testing.T) {
				args := with(out, "--method", name)
				if p := params[m.Name]; len(p) > 0 {
					args = append(append(args, "--param"), p...)
				}
				if takesPlayers(m) && m.Name != "kernelshap" {
					args = append(args, "--mask", mask)
				}
				if m.Baseline {
					args = append(args, "--baseline", golden+"x_pixels.npy") // each row's own: itself
				}
				got := tfx(args...)
				require.Equal(t, 0, got.code, got.stderr)
				arrays := named(t, out)
				require.Equal(t, []int{3, 64}, arrays["attributions.pixels"].Shape())
				require.Equal(t, m.Baseline, arrays["delta"] != nil)
				require.Equal(t, takesPlayers(m), arrays["players.values"] != nil)
				if m.Baseline {
					for i, v := range floats(t, arrays["attributions.pixels"]) {
						// Nothing differs from the baseline; rounding of values up to 10.
						require.InDelta(t, 0, v, 1e-5, "element %d", i)
					}
				}
			})
		}
	}
}

// What other implementations found; see the zoo's golden.json for how.
func TestGamesAgainstReferences(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	for name, tt := range map[string]struct {
		flags     []string
		array     string
		reference string
	}{
		"occlusion":            {[]string{"--method", "occlusion", "--ys", "ys_onehot.npy"}, "attributions.pixels", "occlusion_pixels.npy"},
		"occlusion, a mean":    {[]string{"--method", "occlusion", "--ys", "ys_real.npy", "--baseline", "b_mean_pixels.npy"}, "attributions.pixels", "occlusion_pixels_2.npy"},
		"groups":               {[]string{"--method", "exact-shapley", "--ys", "ys_onehot.npy", "--mask", "groups_pixels.npy"}, "players.values", "shapley_exact_players.npy"},
		"groups, a mean":       {[]string{"--method", "exact-shapley", "--ys", "ys_real.npy", "--mask", "groups_pixels.npy", "--baseline", "b_mean_pixels.npy"}, "players.values", "shapley_exact_players_2.npy"},
		"kernel, all of them":  {[]string{"--method", "kernelshap", "--ys", "ys_onehot.npy", "--mask", "groups_pixels.npy"}, "players.values", "shapley_exact_players.npy"},
		"integrated gradients": {[]string{"--method", "ig", "--ys", "ys_onehot.npy", "--param", "steps=200"}, "attributions.pixels", "integrated_gradients_pixels.npy"},
		"of DeepExplain":       {[]string{"--method", "ig", "--ys", "ys_onehot.npy", "--param", "steps=100", "--param", "rule=right"}, "attributions.pixels", "integrated_gradients_pixels_7.npy"},
	} {
		t.Run(name, func(t *testing.T) {
			var flags, more []string
			for i := 0; i < len(tt.flags); i += 2 {
				flag, value := tt.flags[i], tt.flags[i+1]
				if strings.HasSuffix(value, ".npy") {
					value = golden + value
				}
				if flag == "--param" {
					more = append(more, flag, value)
				} else {
					flags = append(flags, flag, value)
				}
			}
			got := tfx(append(with(out, flags...), more...)...)
			require.Equal(t, 0, got.code, got.stderr)
			closeTo(t, npy(t, golden+tt.reference), named(t, out)[tt.array])
		})
	}
}

func TestGroupsOfTwoInputs(t *testing.T) {
	needLibrary(t)
	files, out := zoo+"golden/multi_k3/", filepath.Join(t.TempDir(), "out.npz")
	args := []string{"explain", "--model", zoo + "models/multi_k3", "--target", "logits", "--ys", files + "ys_onehot.npy", "--out", out,
		"--input", "image=" + files + "x_image.npy", "meta=" + files + "x_meta.npy"}
	got := tfx(append(args, "--method", "exact-shapley", "--mask", "image="+files+"groups_image.npy", "meta="+files+"groups_meta.npy")...)
	require.Equal(t, 0, got.code, got.stderr)
	arrays := named(t, out)
	closeTo(t, npy(t, files+"shapley_exact_players.npy"), arrays["players.values"])
	require.Equal(t, arrays["players.values"].Shape(), arrays["players.ids"].Shape())
	require.Regexp(t, `(?m)^exact-shapley: \d+ groups, \d+ coalitions valued for a row: exact$`, got.stdout)

	// One setting does not suit both inputs.
	got = tfx(append(args, "--method", "occlusion", "--param", "window=2,2")...)
	require.Equal(t, 2, got.code)
	require.Equal(t, "tfexplain: --param window=2,2: wanted at most 1 sizes: a row of \"meta\" has the shape [3] (--explain chooses inputs to explain alone)\n", got.stderr)
	got = tfx(append(args, "--method", "shapley", "--param", "dims=0,1")...)
	require.Equal(t, 2, got.code)
	require.Contains(t, got.stderr, `--param dims=0,1: wanted different axes of a row of "meta"`)
}

// Mistakes that only show with the inputs' shapes.
func TestParamsThatDoNotFit(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	for _, tt := range []struct {
		method string
		params []string
		want   string
	}{
		{"occlusion", []string{"window=99"}, `--param window=99: wanted sizes for rows of "pixels", which have the shape [64]: the window is 99 long on axis 0, expected 1 to 64`},
		{"occlusion", []string{"window=3,3"}, `--param window=3,3: wanted at most 1 sizes: a row of "pixels" has the shape [64]`},
		{"occlusion", []string{"stride=5,5"}, `--param stride=5,5: wanted at most 1 sizes`},
		{"occlusion", []string{"stride=5"}, `--param stride=5: wanted sizes for rows of "pixels", which have the shape [64]: a step of 5 on axis 0 leaves cells between windows of length 1 uncovered: take a smaller step, or full windows only (--param full=true)`},
		{"ablation", []string{"dims=1"}, `--param dims=1: wanted different axes of a row of "pixels", which has the shape [64]: from 0 to 0`},
		{"shapley", []string{"dims=0,0"}, `--param dims=0,0: wanted different axes`},
		{"exact-shapley", nil, `64 features or groups: wanted at most 16 players for exact Shapley values: make fewer with --param dims or --mask, or take --method shapley or kernelshap`},
		{"kernelshap", []string{"coalitions=3"}, `--param coalitions=3: wanted at least 128 for 64 players`},
	} {
		t.Run(tt.method+strings.Join(tt.params, " "), func(t *testing.T) {
			args := with(out, "--method", tt.method)
			if tt.params != nil {
				args = append(append(args, "--param"), tt.params...)
			}
			got := tfx(args...)
			require.Equal(t, 2, got.code)
			require.Contains(t, got.stderr, "tfexplain: "+tt.want)
			require.Equal(t, 1, strings.Count(got.stderr, "\n"))
			require.NoFileExists(t, out)
		})
	}
}

// Elements that no window covers have no attribution; the others are added up.
func TestUncoveredElements(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	npz, js := filepath.Join(dir, "out.npz"), filepath.Join(dir, "out.json")
	args := append(with(npz, "--method", "occlusion", "--class", "argmax"), "--out", js, "--out", filepath.Join(dir, "out.png"), "--param", "full=true", "window=3", "stride=4")
	got := tfx(args...)
	require.Equal(t, 0, got.code, got.stderr)
	require.NotContains(t, got.stdout, "NaN")
	require.Contains(t, got.stdout, "\ndelta is sum - (f(x) - f(x0)), x0 the baseline; nothing binds the sum of occlusion to that\n")
	text, err := os.ReadFile(js)
	require.NoError(t, err)
	require.True(t, json.Valid(text))
	arrays := named(t, npz)
	values := floats(t, arrays["attributions.pixels"])
	for row := range 3 {
		covered := 0.0
		for i, v := range values[row*64 : row*64+64] {
			require.Equal(t, i%4 == 3, math.IsNaN(v), "element %d", i)
			if i%4 != 3 {
				covered += v
			}
		}
		target, base, delta := floats(t, arrays["target_value"])[row], floats(t, arrays["baseline_value"])[row], floats(t, arrays["delta"])[row]
		require.InDelta(t, covered-(target-base), delta, 1e-6, "sums of float32 numbers up to 10, in float64")
	}
	same := floats(t, named(t, js)["attributions.pixels"])
	for i, v := range values {
		require.True(t, float32(v) == float32(same[i]) || math.IsNaN(v) && math.IsNaN(same[i]))
	}
}

func TestNamedPlayers(t *testing.T) {
	nan := math.NaN()
	arrays, err := namedPlayers("players.", []tfexplain.Players{
		{Values: []float64{1, 2}, StdErr: []float64{.5, .25}, IDs: []int64{3, 7}, Coalitions: 4},
		{Values: []float64{3}, IDs: []int64{0}, Coalitions: 2}})
	require.NoError(t, err)
	got := map[string]*tensor.Tensor{}
	for _, a := range arrays {
		got[a.Name] = a.Tensor
	}
	require.Len(t, got, 4)
	for name, want := range map[string][]float64{"values": {1, 2, 3, nan}, "stderr": {.5, .25, nan, nan}, "ids": {3, 7, 0, -1}, "coalitions": {4, 2}} {
		for i, v := range floats(t, got["players."+name]) {
			require.True(t, v == want[i] || math.IsNaN(v) && math.IsNaN(want[i]), "%s %d: %v", name, i, v)
		}
	}
	arrays, err = namedPlayers("", nil)
	require.NoError(t, err)
	require.Empty(t, arrays)
	arrays, err = namedPlayers("", []tfexplain.Players{{Values: []float64{1}, Exact: true}})
	require.NoError(t, err)
	require.Len(t, arrays, 2, "no errors and no ids: values and coalitions")
}

func TestAboutPlayers(t *testing.T) {
	for want, tt := range map[string]struct {
		rows     []tfexplain.Players
		complete bool
	}{
		"":           {nil, true},
		"3 features": {[]tfexplain.Players{{Values: make([]float64, 3), Coalitions: 3, Exact: true}}, false},
		"2 groups, 2 coalitions valued for a row: exact": {[]tfexplain.Players{{Values: make([]float64, 2), IDs: make([]int64, 2), Coalitions: 2, Exact: true}}, true},
		"1 to 2 features, 9 coalitions valued for a row, standard errors up to 0.50": {[]tfexplain.Players{
			{Values: make([]float64, 1), Coalitions: 4}, {Values: make([]float64, 2), StdErr: []float64{.25, .5}, Coalitions: 9}}, true},
	} {
		require.Equal(t, want, aboutPlayers(tt.rows, tt.complete))
	}
}

// Noise around a method that compares compares, too.
func TestSmoothedDeepLIFT(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "out.npz")
	got := tfx(append(with(out, "--method", "smoothgrad", "--baseline", "mean"), "--param", "of=deeplift", "samples=2")...)
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, named(t, out), "baseline_value")
	require.Equal(t, 2, tfx(with(out, "--method", "smoothgrad", "--baseline", "mean")...).code, "a gradient compares with nothing")
}

// A method that asks for answers only explains what others refuse, and is named
// where they do.
func TestRefusalNamesMethodsWithoutGradient(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	x, out := write(t, filepath.Join(dir, "x.json"), `{"x": [[1, 2, 3]]}`), filepath.Join(dir, "out.npz")
	args := []string{"explain", "--model", zoo + "models/tf1_raw_while", "--input", x, "--out", out, "--method"}
	got := tfx(append(args, "deeplift")...)
	require.Equal(t, 3, got.code)
	require.Contains(t, got.stderr, "\nperturbation methods explain this model all the same: occlusion, ablation, shapley, exact-shapley, kernelshap\n")
	require.Equal(t, 0, tfx(append(args, "occlusion", "ablation", "shapley", "exact-shapley", "kernelshap")...).code)
}

func TestBenchOfAGame(t *testing.T) {
	needLibrary(t)
	got := tfx("bench", "--model", mlp, "--method", "occlusion", "--param", "window=8", "stride=8", "--target", "logits", "--calls", "2", "--batch-size", "2")
	require.Equal(t, 0, got.code, got.stderr)
	require.Contains(t, got.stdout, "occlusion of "+mlp+", 2 calls of 2 rows")
}
