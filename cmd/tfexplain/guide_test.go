package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// block is indented lines of a document: commands after "$ " and what they print.
type block struct {
	commands []string
	output   []string // that is shown, if any is
}

func blocks(text string) (list []block) {
	inside := false
	for line := range strings.Lines(text) {
		line, indented := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "    ")
		if !indented {
			inside = false
			continue
		}
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
		if !inside && !ok {
			continue // other code
		}
		if !inside {
			list, inside = append(list, block{}), true
		}
		b := &list[len(list)-1]
		if ok {
			b.commands = append(b.commands, command)
		} else {
			b.output = append(b.output, line)
		}
	}
	return list
}

// shape is a line of output without what may differ between libraries and
// machines: the last digits of numbers, and the widths of columns.
func shape(line string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`[-+]?\d+(\.\d+)?(e-?\d+)?`).ReplaceAllString(line, "#")), " ")
}

// Every command in docs/guide.md runs, and prints lines like those shown.
func TestGuide(t *testing.T) {
	needLibrary(t)
	guide, err := os.ReadFile("../../docs/guide.md")
	require.NoError(t, err)
	dir := t.TempDir()
	self, err := filepath.Abs(os.Args[0])
	require.NoError(t, err)
	data, err := filepath.Abs("../../testdata")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(dir, "tfexplain")))
	require.NoError(t, os.Symlink(data, filepath.Join(dir, "testdata")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "out"), 0o700))

	all := blocks(string(guide))
	require.Greater(t, len(all), 10)
	for _, b := range all {
		c := exec.CommandContext(t.Context(), "bash", "--norc", "-e", "-c", strings.Join(b.commands, "\n"))
		c.Dir = dir
		c.Env = commandEnv("PATH=" + dir + ":" + os.Getenv("PATH"))
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%s\n%s", b.commands, out)
		if len(b.output) == 0 {
			continue
		}
		var want, got []string
		for _, line := range b.output {
			want = append(want, shape(line))
		}
		for line := range strings.Lines(string(out)) {
			got = append(got, shape(line))
		}
		require.Equal(t, want, got, b.commands)
	}
	written, err := filepath.Glob(filepath.Join(dir, "out", "*.html"))
	require.NoError(t, err)
	require.NotEmpty(t, written)
}

// The messages that the guide helps with are those that the code has.
func TestGuideMessages(t *testing.T) {
	guide, err := os.ReadFile("../../docs/guide.md")
	require.NoError(t, err)
	_, table, ok := strings.Cut(string(guide), "\n## Troubleshooting\n")
	require.True(t, ok)
	var code strings.Builder
	for _, folder := range []string{".", "../../tfexplain", "../../savedmodel", "../../graphops", "../../internal/cgo", "../../internal/tensorfile"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			code.Write(text)
		}
	}
	// Verbs and numbers stand for what messages are about.
	source := regexp.MustCompile(`%[+#]?[a-z]|\d+`).ReplaceAllString(code.String(), "#")
	messages := 0
	for line := range strings.Lines(table) {
		cells := strings.Split(line, " | ")
		if len(cells) < 2 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[0], -1) {
			message := regexp.MustCompile(`\d+`).ReplaceAllString(m[1], "#")
			if strings.HasPrefix(message, "given ") { // of pieces
				continue
			}
			require.True(t, strings.Contains(source, message), message)
			messages++
		}
	}
	require.Greater(t, messages, 15)
}
