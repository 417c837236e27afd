package main

import (
	"embed"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

//go:embed completion
var completionScripts embed.FS

// completionCmd prints what makes a shell complete the command's words.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"Shell: bash, zsh or fish."`
}

// Help says how it is used.
func (completionCmd) Help() string {
	return `Commands, flags and methods are completed, the parameters of the chosen methods, and the signatures, inputs and outputs of the model that --model names.

Examples:

  source <(tfexplain completion bash)    # in ~/.bashrc; the command must be on the PATH
  source <(tfexplain completion zsh)     # in ~/.zshrc, after compinit
  tfexplain completion fish > ~/.config/fish/completions/tfexplain.fish`
}

// Run implements the command.
func (c *completionCmd) Run(s *streams) error {
	script, err := completionScripts.ReadFile("completion/tfexplain." + c.Shell)
	if err != nil {
		return err
	}
	_, err = s.out.Write(script)
	return err
}

// completeCmd is what the scripts ask: a line for each word that may stand where
// the last of the given words is begun, with what it means after a tab. The line
// :files or :folders, if there is no other, asks the shell for its own.
type completeCmd struct {
	Words []string `arg:"" optional:"" help:"Shell, its word breaks, and the words after the command's name up to the cursor."`
}

// Run implements the command.
func (c *completeCmd) Run(parsed *kong.Context, s *streams) error {
	if len(c.Words) < 2 {
		return usagef("complete: wanted a shell, its word breaks, and words")
	}
	words, cut := c.Words[2:], 0
	if c.Words[0] == "bash" && strings.Contains(c.Words[1], "=") {
		words, cut = rejoined(words)
	}
	if len(words) == 0 {
		words = []string{""}
	}
	current, matched, own := words[len(words)-1], false, ""
	for _, w := range newCompleter(parsed.Model.Node, words).candidates() {
		switch {
		case strings.HasPrefix(w.word, ":"):
			own = w.word
		case w.word == current && strings.HasSuffix(w.word, "="): // a file comes next
		case strings.HasPrefix(w.word, current) && isShellWord(w.word):
			matched = true
			fmt.Fprintf(s.out, "%s\t%s\n", w.word[min(cut, len(w.word)):], w.about)
		}
	}
	if own != "" && !matched { // shells write the words of theirs in another way
		fmt.Fprintln(s.out, own)
	}
	return nil
}

// rejoined puts together what bash parted at "=", and says how much of the last
// word bash does not take for a part of it.
func rejoined(words []string) (joined []string, cut int) {
	for i, w := range words {
		after := i > 0 && words[i-1] == "=" && len(joined) > 0
		if last := len(joined) - 1; w == "=" && last >= 0 {
			joined[last] += "="
			cut = len(joined[last])
		} else if after {
			joined[last] += w
		} else {
			joined, cut = append(joined, w), 0
		}
	}
	return joined, cut
}

// isShellWord says whether a shell takes a word as it is: names in a model are
// the model's choice, and nobody looks at a completed word twice.
func isShellWord(word string) bool {
	for _, r := range word {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune("-_=.,/:@%+", r) {
			return false
		}
	}
	return word != ""
}
