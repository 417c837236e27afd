package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tensor"
)

const words8 = "../../testdata/text/"

// token is an entry of tokens.KEY.
type token struct {
	Token       any
	Word        *string
	Attribution float64
}

func writeText(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// readTokens reads a result file: its tokens by key, and its arrays.
func readTokens(t *testing.T, path string) (map[string][][]token, map[string]json.RawMessage) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	arrays := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal(data, &arrays))
	tokens := map[string][][]token{}
	for name, raw := range arrays {
		if strings.Contains(name, "tokens.") {
			var rows [][]token
			require.NoError(t, json.Unmarshal(raw, &rows))
			tokens[name] = rows
		}
	}
	return tokens, arrays
}

func TestTokensOfZooModels(t *testing.T) {
	needLibrary(t)
	for _, model := range []string{"transformer_tokens_k3", "lstm_k3", "lstm_k2"} {
		t.Run(model, func(t *testing.T) {
			files := zoo + "golden/" + model + "/"
			out := filepath.Join(t.TempDir(), "tokens.json")
			got := tfx("explain", "--model", zoo+"models/"+model, "--signature", "serving_default", "--target", "logits", "--method", "grad*input",
				"--ys", files+"ys_onehot.npy", "--input", files+"x_tokens.npy", "--out", out)
			require.Equal(t, 0, got.code, got.stderr)
			tokens, arrays := readTokens(t, out)
			ids := floats(t, npy(t, files+"x_tokens.npy"))
			want := npy(t, files+"grad_x_input_@embedding.npy")
			require.Contains(t, arrays, "attributions.tokens")
			width := want.Len() / len(ids)
			rows := tokens["tokens.tokens"]
			require.Len(t, rows, want.Shape()[0])
			for n, row := range rows {
				require.Len(t, row, 8)
				for i, tok := range row {
					at := n*8 + i
					require.Equal(t, ids[at], tok.Token)
					require.Nil(t, tok.Word)
					require.InDelta(t, sum(floats(t, want)[at*width:(at+1)*width]), tok.Attribution, 1e-4, "the golden file's rtol, on sums of about 1")
				}
			}
			require.Contains(t, got.stdout, "strongest tokens of tokens\n")
		})
	}
}

// Strings in, words out; the same sentences as ids say the same.
func TestTokensOfSentences(t *testing.T) {
	needLibrary(t)
	sentences := writeText(t, "words.json", `[["the","film","was","great","","","",""],["the","film","was","not","great","","",""]]`)
	ids := writeText(t, "ids.json", `[[11,12,16,2,0,0,0,0],[11,12,16,18,2,0,0,0]]`)
	out := filepath.Join(t.TempDir(), "tokens.json")
	args := func(signature, input string, more ...string) []string {
		return append([]string{"explain", "--model", words8 + "model", "--signature", signature, "--target", "logits",
			"--class", "1", "--versus", "0", "--input", input, "--out", out}, more...)
	}
	got := tfx(args("words", sentences, "--method", "deeplift")...)
	require.Equal(t, 0, got.code, got.stderr)
	byString, arrays := readTokens(t, out)
	rows := byString["tokens.text"]
	require.Equal(t, "great", rows[0][3].Token)
	require.Equal(t, "not", rows[1][3].Token)
	require.Positive(t, rows[0][3].Attribution)
	require.Negative(t, rows[1][3].Attribution)
	require.Zero(t, rows[0][7].Attribution, "an empty string is what it is compared with")
	var target, base []float64
	require.NoError(t, json.Unmarshal(arrays["target_value"], &target))
	require.NoError(t, json.Unmarshal(arrays["baseline_value"], &base))
	for n, row := range rows {
		total := 0.0
		for _, tok := range row {
			total += tok.Attribution
		}
		require.InDelta(t, target[n]-base[n], total, 1e-5, "sums of 48 float32 numbers below 10")
	}

	got = tfx(args("tokens", ids, "--method", "deeplift", "--vocab", words8+"vocab.txt")...)
	require.Equal(t, 0, got.code, got.stderr)
	byID, _ := readTokens(t, out)
	for n, row := range byID["tokens.tokens"] {
		for i, tok := range row {
			require.Equal(t, rows[n][i].Token, *tok.Word)
			require.InDelta(t, rows[n][i].Attribution, tok.Attribution, 1e-5)
		}
	}
	_, after, found := strings.Cut(got.stdout, "strongest tokens of tokens\n")
	require.True(t, found)
	lines := strings.Split(after, "\n")
	require.True(t, strings.HasPrefix(lines[0], "0  great +"), lines[0])
	require.True(t, strings.HasPrefix(lines[1], "1  not -"), lines[1])

	// Two methods: a line for each.
	got = tfx(args("tokens", ids, "--method", "deeplift", "grad*input")...)
	require.Equal(t, 0, got.code, got.stderr)
	both, _ := readTokens(t, out)
	require.Contains(t, both, "deeplift.tokens.tokens")
	require.Contains(t, both, "grad*input.tokens.tokens")
	_, after, _ = strings.Cut(got.stdout, "strongest tokens of tokens\n")
	require.True(t, strings.HasPrefix(after, "0  deeplift    2 +"), after)
	for line := range strings.Lines(after) {
		require.LessOrEqual(t, utf8.RuneCountInString(line), 81)
	}
}

// A category is one token a row; floats have none.
func TestTokensOfACategory(t *testing.T) {
	needLibrary(t)
	files := zoo + "golden/tabular_multi/logits/"
	out := filepath.Join(t.TempDir(), "out.json")
	city := writeText(t, "city.json", `{"city": ["oslo", "quito", "atlantis", "paris"]}`)
	got := tfx("explain", "--model", zoo+"models/tabular_multi", "--target", "logits", "--method", "deeplift", "--explain", "num", "city",
		"--baseline", "num=mean", "--input", "num="+files+"x_num.npy", "cat="+files+"x_cat.npy", "city="+city, "--out", out)
	require.Equal(t, 0, got.code, got.stderr)
	tokens, arrays := readTokens(t, out)
	require.Len(t, tokens, 1)
	require.Len(t, tokens["tokens.city"], 4)
	require.Equal(t, "atlantis", tokens["tokens.city"][2][0].Token)
	require.Contains(t, arrays, "attributions.num")
}

func TestExplainInsideTheModel(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	out, sheet := filepath.Join(dir, "out.npz"), filepath.Join(dir, "out.png")
	ids := writeText(t, "ids.json", `[[11,12,16,2,0,0,0,0],[11,12,16,18,2,0,0,0]]`)
	vector, err := tensor.New(make([]float32, 48), 8, 6)
	require.NoError(t, err)
	file := filepath.Join(dir, "vector.npy")
	writeNPY(t, file, vector)
	args := func(more ...string) []string {
		return append([]string{"explain", "--model", words8 + "model", "--signature", "tokens", "--target", "logits", "--method", "deeplift",
			"--input", ids, "--out", out, sheet}, more...)
	}
	const name = "embedding of tokens"
	var seen [][]float64
	for _, b := range []string{"zeros", "0", file} {
		got := tfx(args("--explain", name, "--baseline", name+"="+b)...)
		require.Equal(t, 0, got.code, got.stderr)
		require.Equal(t, []int{2, 8, 6}, named(t, out)["attributions."+name].Shape())
		seen = append(seen, floats(t, named(t, out)["attributions."+name]))
	}
	require.Equal(t, seen[0], seen[1])
	require.Equal(t, seen[0], seen[2])

	// By way of the ids, and a layer behind: other numbers, the same difference.
	got := tfx(args("--explain", name, "--baseline", "tokens=0")...)
	require.Equal(t, 0, got.code, got.stderr)
	byIDs := named(t, out)
	require.NotEqual(t, seen[0], floats(t, byIDs["attributions."+name]))
	got = tfx(args("--explain", "conv1d/", "--baseline", "0", "--max-delta", "1e-4")...)
	require.Equal(t, 0, got.code, got.stderr)
	layer := named(t, out)
	require.Equal(t, []int{2, 8, 8}, layer["attributions.conv1d/"].Shape())
	require.InDeltaSlice(t, floats(t, byIDs["baseline_value"]), floats(t, layer["baseline_value"]), 1e-5)

	// A target inside.
	got = tfx("explain", "--model", words8+"model", "--signature", "tokens", "--target", "conv1d/", "--target-index", "0,3", "--method", "grad*input", "--input", ids, "--out", out)
	require.Equal(t, 0, got.code, got.stderr)

	// Two rows where the one baseline of all is wanted.
	rows, err := tensor.New(make([]float32, 96), 2, 8, 6)
	require.NoError(t, err)
	writeNPY(t, file, rows)
	got = tfx(args("--explain", name, "--baseline", name+"="+file)...)
	require.Equal(t, 2, got.code)
	require.Contains(t, got.stderr, "its file has 2 rows; wanted one")
	got = tfx(args("--explain", name, "--baselines", name+"="+file)...)
	require.Equal(t, 0, got.code, got.stderr)
}

func TestPrinted(t *testing.T) {
	for token, want := range map[string]string{"": `""`, "great": "great", "a b": `"a b"`, "\x1b[31m": `"\x1b[31m"`, "\xff": `"\xff"`,
		"Donaudampfschifffahrtsgesellschaft": "Donaudampfschifffahrtsg…"} {
		require.Equal(t, want, printed(token))
	}
}
