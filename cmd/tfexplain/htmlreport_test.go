package main

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// reported runs explain and gives the report.
func reported(t *testing.T, args ...string) (page, stdout string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "report.html")
	got := tfx(append([]string{"explain", "--out", out}, args...)...)
	require.Equal(t, 0, got.code, got.stderr)
	data, err := os.ReadFile(out)
	require.NoError(t, err)
	return string(data), got.stdout
}

// texts are the texts of the elements that begin so, as a reader sees them.
func texts(page, start string) (list []string) {
	found := regexp.MustCompile(regexp.QuoteMeta(start)+`[^>]*>([^<]*)<`).FindAllStringSubmatch(page, -1)
	for _, m := range found {
		list = append(list, html.UnescapeString(m[1]))
	}
	return list
}

func TestReportOfPictures(t *testing.T) {
	needLibrary(t)
	page, stdout := reported(t, "--model", digits+"model", "--target", "logits", "--predict", "probs", "--class", "argmax",
		"--method", "deeplift", "elrp", "--input", digits+"images/7.png", digits+"images/8.png")
	require.Equal(t, []string{"7.png", "8.png"}, texts(page, `<span class="label"`))
	require.Equal(t, []string{"deeplift", "elrp", "deeplift", "elrp"}, texts(page, `<label for=`))
	require.Equal(t, 4, strings.Count(page, `alt="input"`))
	require.Equal(t, 4, strings.Count(page, `class="veil enlarged" width="308" height="308"`))
	require.Contains(t, page, "<b>explained</b>class 7</span>")
	require.Contains(t, page, "<b>rules</b>complete</span>", "a parameter's default")
	require.Contains(t, page, "nothing binds its sum to f(x) - f(x0)")

	pb, err := os.ReadFile(digits + "model/saved_model.pb")
	require.NoError(t, err)
	sum := sha256.Sum256(pb)
	require.Contains(t, page, "<dd>sha256 "+hex.EncodeToString(sum[:])+"</dd>")
	require.Contains(t, page, "<dt>TensorFlow</dt><dd>2.")
	require.Contains(t, page, "<dt>tfexplain</dt><dd>"+html.EscapeString(version())+"</dd>")

	// The numbers are those of the table.
	line := strings.Fields(strings.Split(stdout, "\n")[1])
	require.Equal(t, "7.png", line[0])
	for _, fact := range []string{"<b>f(x)</b>" + line[2], "<b>sum</b>" + line[6], "<b>delta</b>" + line[7], "<b>top 5% carry</b>" + line[8]} {
		require.Contains(t, page, fact+"</span>")
	}
}

func TestReportOfTokens(t *testing.T) {
	needLibrary(t)
	words, err := os.ReadFile("../../testdata/text/vocab.txt")
	require.NoError(t, err)
	vocab := write(t, filepath.Join(t.TempDir(), "vocab.txt"), strings.Replace(string(words), "boring", "<script>alert(1)</script>", 1))
	page, _ := reported(t, "--model", "../../testdata/text/model", "--signature", "tokens", "--target", "logits",
		"--method", "deeplift", "--input", "../../testdata/text/ids.npy", "--vocab", vocab)
	require.Equal(t, []string{"acting", "never", "<script>alert(1)</script>", "and", "music", "was", "lovely", `""`}, texts(page, `<span class="token`)[16:24])
	require.Regexp(t, `<span class="token p20" title="&#43;1.316">&lt;script&gt;`, page, "the strongest of its row, and for")
	require.NotContains(t, page, "<script>alert")
}

func TestReportOfFeatures(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	num := write(t, filepath.Join(dir, "<img src=x>.csv"), "age,income,<b>score,balance\n0.5,-1.25,3,0.1\n1,2,-0.5,0.25\n")
	rest := write(t, filepath.Join(dir, "rest.json"), `{"cat": [3, 1], "city": ["paris", "<script>alert(1)</script>"]}`)
	args := []string{"--model", zoo + "models/tabular_multi", "--target", "logits", "--class", "argmax", "--input", "num=" + num, "--input", rest}

	page, _ := reported(t, append(args, "--method", "deeplift", "--explain", "num", "--baseline", "num=mean")...)
	require.Equal(t, []string{"income", "<b>score", "balance", "age"}, texts(page, `<td class="name"`)[:4], "strongest first")
	require.Equal(t, []string{"-1.25", "0.375", "-2.253"}, texts(page, `<td class="num"`)[:3], "value, baseline, attribution")

	page, _ = reported(t, append(args, "--method", "shapley", "--param", "samples=4", "--explain", "num", "city", "cat")...)
	require.ElementsMatch(t, []string{"income", "<b>score", "balance", "age", "city", "cat"}, texts(page, `<td class="name"`)[:6])
	require.Contains(t, texts(page, `<td class="num"`), printed("<script>alert(1)</script>"))
	require.NotContains(t, page, "<script>alert")
	require.Contains(t, page, "<b>samples</b>4</span>", "a parameter that was given")

	// Rows of several files are named by their files.
	four := write(t, filepath.Join(dir, "four.json"), `{"cat": [3, 1, 2, 0], "city": ["paris", "", "rome", "oslo"]}`)
	page, _ = reported(t, append(args[:6:6], "--method", "gradient", "--explain", "num", "--input", "num="+num, num, "--input", four)...)
	require.Equal(t, []string{"<img src=x>.csv 0", "<img src=x>.csv 1"}, texts(page, `<span class="label"`)[:2])
	require.NotContains(t, texts(page, `<th class="num"`), "baseline", "a gradient compares with nothing")
}

func TestReportOfManyRows(t *testing.T) {
	needLibrary(t)
	line := strings.TrimSuffix(strings.Repeat("0.25,", 64), ",") + "\n"
	x := write(t, filepath.Join(t.TempDir(), "x.csv"), strings.Repeat(line, 51))
	page, stdout := reported(t, "--model", mlp, "--target", "logits", "--method", "gradient", "grad*input", "--input", x)
	require.Len(t, texts(page, `<span class="label"`), 50)
	require.Contains(t, page, "Shown are the first 50 of 51 rows.")
	require.Contains(t, stdout, "report.html (the first 50 of 51 rows)\n")
	require.Contains(t, page, "<summary>44 more</summary>")
	require.Equal(t, "[0]", index(0, []int{64}))
	require.Equal(t, "[1,0,2]", index(14, []int{2, 4, 3}))
}

// What has too many axes for a picture, and rows without any elements.
func TestReportOfOtherShapes(t *testing.T) {
	needLibrary(t)
	page, _ := reported(t, "--model", zoo+"models/multi_k3", "--target", "logits", "--method", "deeplift", "--baselines",
		"image="+zoo+"golden/multi_k3/x_image.npy", "meta="+zoo+"golden/multi_k3/x_meta.npy",
		"--input", "image="+zoo+"golden/multi_k3/x_image.npy", "meta="+zoo+"golden/multi_k3/x_meta.npy")
	require.Contains(t, page, "<h3>image</h3>")
	require.Contains(t, texts(page, `<td class="name"`), "meta[2]")
	require.Contains(t, page, "references from")

	page, _ = reported(t, "--model", zoo+"models/transformer_tokens_k3", "--target", "logits", "--method", "gradient",
		"--input", zoo+"golden/transformer_tokens_k3/x_tokens.npy")
	require.Greater(t, strings.Count(page, `class="token `), 2)
}
