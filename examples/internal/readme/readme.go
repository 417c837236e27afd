// Package readme tests that a README shows what its commands print.
//
// A block that is marked as console holds a session of bash:
//
//	$ go run ./examples/quickstart
//	the output
//
// Check runs all sessions of a README, as one, and compares.
package readme

import (
	"fmt"
	"slices"
	"strings"
)

// step is a command and what it prints.
type step struct {
	command string // lines that end in a backslash go on in the next one
	output  []string
	at, end int // lines of the README that hold the output
}

// sessions finds the commands of all console blocks.
func sessions(lines []string) ([]step, error) {
	var steps []step
	inside, goesOn := false, false
	for i, line := range lines {
		switch {
		case !inside:
			inside = line == "```console"
		case line == "```":
			inside, goesOn = false, false
		case goesOn:
			last := &steps[len(steps)-1]
			last.command += "\n" + line
			last.at, last.end = i+1, i+1
			goesOn = strings.HasSuffix(line, `\`)
		case strings.HasPrefix(line, "$ "):
			steps = append(steps, step{command: line[2:], at: i + 1, end: i + 1})
			goesOn = strings.HasSuffix(line, `\`)
		case len(steps) == 0:
			return nil, fmt.Errorf("line %d is output without a command before it", i+1)
		default:
			last := &steps[len(steps)-1]
			last.output = append(last.output, line)
			last.end = i + 1
		}
	}
	if inside || len(steps) == 0 {
		return nil, fmt.Errorf("the README has no complete console block with a command")
	}
	return steps, nil
}

// script runs the commands; a line of mark and a number ends the output of each.
func script(steps []step, mark string) string {
	var b strings.Builder
	for i, s := range steps {
		fmt.Fprintf(&b, "%s\necho '%s' %d\n", s.command, mark, i)
	}
	return b.String()
}

// outputs splits what the script printed; nil after the command that failed.
func outputs(printed, mark string, n int) [][]string {
	all := make([][]string, n)
	for i := range n {
		before, after, found := strings.Cut(printed, fmt.Sprintf("%s %d\n", mark, i))
		if !found {
			break
		}
		all[i] = []string{}
		if before = strings.TrimSuffix(before, "\n"); before != "" {
			all[i] = strings.Split(before, "\n")
		}
		printed = after
	}
	return all
}

// rewrite puts new outputs into the README.
func rewrite(lines []string, steps []step, printed [][]string) []string {
	lines = slices.Clone(lines)
	for i, s := range slices.Backward(steps) {
		lines = slices.Replace(lines, s.at, s.end, printed[i]...)
	}
	return lines
}
