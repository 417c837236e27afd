package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// completed are the words that complete a command line, without what they mean.
func completed(t *testing.T, line string) []string {
	t.Helper()
	got := tfx(append([]string{"complete", "fish", ""}, strings.Split(line, " ")...)...)
	require.Equal(t, 0, got.code, got.stderr)
	var words []string
	for l := range strings.Lines(got.stdout) {
		word, _, _ := strings.Cut(strings.TrimSuffix(l, "\n"), "\t")
		words = append(words, word)
	}
	return words
}

func TestComplete(t *testing.T) {
	tabular := zoo + "models/tabular_multi"
	for _, tt := range []struct {
		line string
		want []string
	}{
		{"ex", []string{"explain"}},
		{"comp", []string{"completion"}},
		{"--", []string{"--help"}},
		{"nonsense --", nil},
		{"completion ", []string{"bash", "zsh", "fish"}},
		{"explain --me", []string{"--method"}},
		{"explain --quiet --q", nil},
		{"explain --model DIR --mo", nil},
		{"explain --method elrp --meth", []string{"--method"}},
		{"explain --method deep", []string{"deeplift"}},
		{"explain --methods gradient elr", []string{"elrp"}},
		{"explain --method=grad", []string{"--method=gradient", "--method=gradinput"}},
		{"bench --method gradient --met", nil},
		{"explain --method occlusion deeplift --param ", []string{"rules=", "window=", "stride=", "full="}},
		{"explain --method lrp --param ep", []string{"epsilon="}},
		{"explain --param unt", []string{"until="}},
		{"explain --plot w", []string{"waterfall"}},
		{"explain --class ", []string{"argmax", "top3", "all-ones"}},
		{"explain --class 3 --percentile ", nil},
		{"evaluate --metrics deletion ins", []string{"insertion"}},
		{"explain --model ", []string{":folders"}},
		{"explain --model=tes", []string{":folders"}},
		{"explain --out ", []string{":files"}},
		{"explain --baseline ", []string{"zeros", "mean"}},
		{"explain --baseline bl", []string{":files"}},
		{"explain --model " + tabular + " --target l", []string{"logits"}},
		{"explain --model=" + tabular + " --predict ", []string{"logits", "probs", "score"}},
		{"explain --model " + tabular + " --input n", []string{"num="}},
		{"explain --model " + tabular + " --input num=", []string{":files"}},
		{"explain --model " + tabular + " --input num=a.csv c", []string{"cat=", "city="}},
		{"explain --model " + mlp + " --input ", []string{":files"}},
		{"explain --model " + mlp + " --explain ", []string{"pixels"}},
		{"explain --model /nonexistent --target ", nil},
		{"bench --model " + mlp + " --input-shape ", []string{"pixels="}},
		{"inspect --model ../../testdata/text/model --signature t", []string{"tables", "tokens"}},
		{"inspect --model ../../testdata/text/model --signature nonsense --target ", nil},
	} {
		require.Equal(t, tt.want, completed(t, tt.line), tt.line)
	}
	var commands []string
	for _, c := range completed(t, "") {
		require.NotEqual(t, "complete", c, "it is for scripts")
		commands = append(commands, c)
	}
	require.Contains(t, commands, "man")
	require.Contains(t, completed(t, "bench --method gradient "), "--calls", "it takes one method only")
	require.Len(t, completed(t, "explain --method "), len(tfexplain.Methods()))
	require.Contains(t, tfx("complete", "zsh", "", "explain", "--method", "elr").stdout, "elrp\thow is the answer")
	require.Equal(t, 2, tfx("complete").code)
}

// Names that a shell would not take as they are, or would carry out, are not
// offered: they are the model's choice.
func TestIsShellWord(t *testing.T) {
	for _, good := range []string{"deeplift", "--model=", "dense/BiasAdd:0", "a.b_c-d,e@f%g+h"} {
		require.True(t, isShellWord(good), good)
	}
	for _, bad := range []string{"", "a b", "$(rm)", "`x`", "a;b", "a'b", `a"b`, "a|b", "a\nb", "a>b", "a*b", "~a", "!a", "é"} {
		require.False(t, isShellWord(bad), bad)
	}
}

func TestRejoined(t *testing.T) {
	for _, tt := range []struct {
		words, want string
		cut         int
	}{
		{"explain --model", "explain --model", 0},
		{"explain --model =", "explain --model=", 8},
		{"explain --model = DI", "explain --model=DI", 8},
		{"--param a = 5 b", "--param a=5 b", 0},
		{"--param a = b = c", "--param a=b=c", 4},
		{"= a", "=a", 0},
	} {
		joined, cut := rejoined(strings.Split(tt.words, " "))
		require.Equal(t, tt.want, strings.Join(joined, " "), tt.words)
		require.Equal(t, tt.cut, cut, tt.words)
	}
}

// The scripts, run by the shells. Only bash is everywhere.
func TestCompletionOfBash(t *testing.T) {
	dir := t.TempDir()
	self, err := filepath.Abs(os.Args[0])
	require.NoError(t, err)
	model, err := filepath.Abs(zoo + "models/tabular_multi")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(dir, "tfexplain")))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "a folder", "model"), 0o700))
	write(t, filepath.Join(dir, "file.npy"), "")
	// bash parts words at "=" and hands over the words, and the number of the one
	// with the cursor.
	const ask = `source <(tfexplain completion bash); compopt() { echo "option $2"; }
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tfexplain; printf '%s\n' "${COMPREPLY[@]}"`
	for _, tt := range []struct{ line, want string }{
		{"tfexplain exp", "explain"},
		{"tfexplain explain --method deep", "deeplift"},
		{"tfexplain explain --method = deep", "deeplift"},
		{"tfexplain explain --model a", "option filenames|a folder"},
		{"tfexplain explain --model = a", "option filenames|a folder"},
		{"tfexplain explain --param until", "option nospace|until="},
		{"tfexplain explain --model " + model + " --input nu", "option nospace|num="},
		{"tfexplain explain --model = " + model + " --input num = fi", "option filenames|file.npy"},
		{"tfexplain explain --model " + model + " --input num =", "option filenames|a folder|file.npy|tfexplain"},
	} {
		c := exec.CommandContext(t.Context(), "bash", append([]string{"--norc", "-c", ask, "bash"}, strings.Split(tt.line, " ")...)...)
		c.Dir = dir
		c.Env = commandEnv("PATH=" + dir + ":" + os.Getenv("PATH"))
		out, err := c.CombinedOutput()
		require.NoError(t, err, string(out))
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		if len(lines) > 2 {
			lines = append(lines[:1], sorted(lines[1:])...)
		}
		require.Equal(t, tt.want, strings.Join(lines, "|"), tt.line)
	}
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		got := tfx("completion", shell)
		require.Equal(t, 0, got.code, got.stderr)
		require.Contains(t, got.stdout, "complete "+shell+" ")
	}
	got := tfx("completion", "tcsh")
	require.Equal(t, 2, got.code)
	require.Contains(t, got.stderr, `must be one of "bash","zsh","fish" but got "tcsh"`)
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
