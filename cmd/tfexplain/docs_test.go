package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// docs/methods.md has every method, with all its names, parameters and defaults.
func TestDocsOfMethods(t *testing.T) {
	data, err := os.ReadFile("../../docs/methods.md")
	require.NoError(t, err)
	sections := strings.Split(string(data), "\n### ")[1:]
	methods := tfexplain.Methods()
	require.Len(t, sections, len(methods))
	bullet := regexp.MustCompile("`([a-z-]+)` \\(([^)]*)\\)")
	for _, m := range methods {
		t.Run(m.Name, func(t *testing.T) {
			var text string
			for _, s := range sections {
				if title, rest, _ := strings.Cut(s, "\n"); title == m.Name {
					text, _, _ = strings.Cut(rest, "\n## ")
				}
			}
			require.NotEmpty(t, text)
			joined := strings.Join(strings.Fields(text), " ")
			if len(m.Aliases) > 0 {
				require.Regexp(t, "Alias(es)?: "+regexp.QuoteMeta(strings.Join(m.Aliases, ", ")), joined)
			}
			var want, got [][2]string
			for _, p := range m.Params {
				want = append(want, [2]string{p.Name, p.Default})
			}
			for _, match := range bullet.FindAllStringSubmatch(joined, -1) {
				got = append(got, [2]string{match[1], match[2]})
			}
			require.Equal(t, want, got)
		})
	}
}
