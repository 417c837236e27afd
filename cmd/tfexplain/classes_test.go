package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Several classes in one call are what calls for each of them give.
func TestExplainSeveralClasses(t *testing.T) {
	needLibrary(t)
	dir := t.TempDir()
	npz, alone := filepath.Join(dir, "all.npz"), filepath.Join(dir, "one.npz")
	got := tfx(append(with(npz, "--class", "4,top2"), "--method", "deeplift")...)
	require.Equal(t, 0, got.code, got.stderr)
	all := named(t, npz)
	lines := strings.Split(got.stdout, "\n")
	rows := len(floats(t, all["class4.gradient.target_value"]))
	require.Regexp(t, `^0 +4 .* gradient `, lines[1])
	require.Regexp(t, `^ +deeplift `, lines[2])
	require.Regexp(t, `^ +\d .* gradient `, lines[3])
	require.Regexp(t, `^1 +4 `, lines[7], "3 classes, 2 methods")

	best, second := floats(t, all["top1.deeplift.target_value"]), floats(t, all["top2.deeplift.target_value"])
	for row := range rows {
		require.GreaterOrEqual(t, best[row], second[row])
		class := int(floats(t, all["top2.deeplift.classes"])[row])
		require.Equal(t, fmt.Sprint(class), strings.Fields(lines[1+6*row+4])[0], "the table")
		got := tfx(with(alone, "--method", "deeplift", "--class", fmt.Sprint(class))...)
		require.Equal(t, 0, got.code, got.stderr)
		one := named(t, alone)
		require.Equal(t, floats(t, one["target_value"])[row], second[row])
		width := one["attributions.pixels"].Len() / rows
		require.Equal(t, floats(t, one["attributions.pixels"])[row*width:(row+1)*width],
			floats(t, all["top2.deeplift.attributions.pixels"])[row*width:(row+1)*width])
	}
}

func TestReportOfSeveralClasses(t *testing.T) {
	needLibrary(t)
	page, stdout := reported(t, "--model", digits+"model", "--target", "logits", "--class", "3", "top2", "--method", "deeplift", "elrp",
		"--predict", "probs", "--input", digits+"images/8.png")
	require.Equal(t, []string{"class 3", "deeplift", "elrp", "class 8", "deeplift", "elrp", "class 3", "deeplift", "elrp"}, texts(page, `<label for=`),
		"3 comes second, too")
	require.Equal(t, 6, strings.Count(page, `alt="input"`))
	require.Contains(t, page, "<h1>Attributions of logits</h1>")
	require.Equal(t, 1, strings.Count(page, "<b>probs</b>"), "what is the same for all classes stands once")
	third := strings.Fields(strings.Split(stdout, "\n")[3])
	require.Equal(t, "8", third[0])
	require.Equal(t, 1, strings.Count(page, "<b>f(x)</b>"+third[1]+"</span>"))
}

func TestSheetOfSeveralClasses(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "sheet.png")
	height := func(class string) int {
		got := tfx("explain", "--model", digits+"model", "--target", "logits", "--class", class, "--method", "deeplift",
			"--input", digits+"images/8.png", "--out", out)
		require.Equal(t, 0, got.code, got.stderr)
		return picture(t, out).Bounds().Dy()
	}
	require.Greater(t, height("8,3,1")-height("8"), 2*sheetCell)
}

func TestTokensOfSeveralClasses(t *testing.T) {
	needLibrary(t)
	out := filepath.Join(t.TempDir(), "tokens.json")
	got := tfx("explain", "--model", "../../testdata/text/model", "--signature", "tokens", "--target", "logits", "--class", "0", "1",
		"--method", "deeplift", "grad*input", "--input", "../../testdata/text/ids.npy", "--out", out)
	require.Equal(t, 0, got.code, got.stderr)
	_, after, _ := strings.Cut(got.stdout, "strongest tokens of tokens\n")
	lines := strings.Split(after, "\n")
	for i, want := range []string{`^0  class 0  deeplift    +\d`, `^   class 0  grad\*input  +\d`, `^   class 1  deeplift    +\d`, `^   class 1  grad\*input  +\d`, `^1  class 0  deeplift `} {
		require.Regexp(t, want, lines[i])
	}
}
