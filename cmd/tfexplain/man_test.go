package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The manual has every command that is not hidden, with every flag.
func TestMan(t *testing.T) {
	got := tfx("man")
	require.Equal(t, 0, got.code, got.stderr)
	page := got.stdout
	require.True(t, strings.HasPrefix(page, `.TH TFEXPLAIN 1 "" "tfexplain `), page[:40])
	for _, want := range []string{
		".SH NAME\ntfexplain \\- explain", `.SS "explain \-\-model=DIR \-\-method=M `, `.SS "methods [flags]"`, ".B \\-\\-versus=M\n", ".B \\-q, \\-\\-quiet\n",
		".nf\ntfexplain explain \\-\\-model DIR", "\\-\\-method \\(aqgrad*input\\(aq", ".B TFEXPLAIN_LIBTENSORFLOW\n", "Exit code: 0",
	} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, `.SS "complete `)
	require.Equal(t, strings.Count(page, "\n.nf\n"), strings.Count(page, "\n.fi\n"))
	help := tfx("explain", "--help").stdout
	for line := range strings.Lines(help) {
		text, ok := strings.CutPrefix(line, "      --") // where flags stand, and no text
		if flag, _, _ := strings.Cut("--"+strings.TrimSpace(text), " "); ok {
			require.Contains(t, page, ".B "+roff(flag)+"\n")
		}
	}
}

func TestRoff(t *testing.T) {
	require.Equal(t, "\\&.B\n\\e \\-\\- \\(aqx\\(aq", roff(".B\n\\ -- 'x'"))
	require.Equal(t, `"a \(dqb\(dq"`, roffQuoted(`a "b"`))
}
