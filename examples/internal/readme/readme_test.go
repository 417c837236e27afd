package readme

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMatch(t *testing.T) {
	for name, c := range map[string]struct {
		want, got string
		same      bool
	}{
		"the same":              {"delta 0.001", "delta 0.001", true},
		"last place":            {"sum 1.234 of 3", "sum 1.235 of 3", true},
		"more than that":        {"sum 1.234", "sum 1.236", false},
		"around zero":           {"x -0.00 y", "x 0.01 y", true},
		"a whole number":        {"class 8", "class 9", false},
		"width":                 {"a  10.0 |", "a 9.9 |", true},
		"sign":                  {"a +1.00", "a -1.00", false},
		"rounding":              {"delta 1e-07", "delta -4.8e-07", true},
		"more than rounding":    {"delta 1e-07", "delta 2e-04", false},
		"many places":           {"8.421008110", "8.421009", true},
		"text":                  {"a 1.0", "b 1.0", false},
		"a number more":         {"a 1.0", "a 1.0 2.0", false},
		"a number out of range": {"a 1.0", "a 1" + strings.Repeat("0", 400) + ".0", false},
	} {
		t.Run(name, func(t *testing.T) {
			err := match([]string{c.want}, []string{c.got})
			require.Equal(t, c.same, err == nil, "%v", err)
		})
	}
	require.Error(t, match([]string{"a"}, []string{"a", "b"}))
}

func TestSessions(t *testing.T) {
	lines := strings.Split("# x\n```sh\nrm -r /\n```\n```console\n$ echo a \\\n    b\na b\n$ echo -n c\nc\n$ true\n```\n\n```console\n$ false\n```", "\n")
	steps, err := sessions(lines)
	require.NoError(t, err)
	require.Equal(t, []string{"a b"}, steps[0].output)
	require.Len(t, steps, 4)
	got := outputs(bash(t, ".", script(steps, "--")), "--", 4)
	require.Equal(t, [][]string{{"a b"}, {"c"}, {}, nil}, got, "the last one fails")
	got[0], got[2], got[3] = []string{"1", "2"}, []string{"3"}, nil
	require.Equal(t, "# x\n```sh\nrm -r /\n```\n```console\n$ echo a \\\n    b\n1\n2\n$ echo -n c\nc\n$ true\n3\n```\n\n```console\n$ false\n```",
		strings.Join(rewrite(lines, steps, got), "\n"))

	for _, bad := range []string{"no block", "```console\noutput\n```", "```console\n$ true"} {
		_, err := sessions(strings.Split(bad, "\n"))
		require.Error(t, err, bad)
	}
}
