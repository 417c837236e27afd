package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tfexplain/tfexplain-go/tfexplain"
)

type methodsCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Help gives the examples.
func (methodsCmd) Help() string {
	return `Examples:

  tfexplain methods
  tfexplain methods --json`
}

type methodJSON struct {
	Name     string      `json:"name"`
	Aliases  []string    `json:"aliases"`
	About    string      `json:"about"`
	Rows     string      `json:"rows"`     // that it computes for each row explained, and for each reference
	Baseline bool        `json:"baseline"` // it compares with one
	Complete bool        `json:"complete"` // its attributions sum to the difference from the baseline
	Forward  bool        `json:"forward"`  // it needs no gradient, so that no op is refused
	Params   []paramJSON `json:"params"`
}

type paramJSON struct {
	Name    string `json:"name"`
	Default string `json:"default"`
	About   string `json:"about"`
}

// Run implements the command.
func (c *methodsCmd) Run(s *streams) error {
	if c.JSON {
		return printJSON(s.out, methodList())
	}
	printMethods(s.out, tfexplain.Methods())
	return nil
}

// methodGroup is methods that need the same.
type methodGroup struct {
	title, about string
	has          func(tfexplain.MethodInfo) bool
}

func methodGroups() []methodGroup {
	return []methodGroup{
		{"Gradients", "at the input, or near it", func(m tfexplain.MethodInfo) bool { return !m.Baseline && !m.Forward }},
		{"Compare with a baseline", "what the input has and the baseline has not; by gradients, too", func(m tfexplain.MethodInfo) bool { return m.Baseline && !m.Forward }},
		{"Need no gradient", "perturbation methods ask for answers only, at inputs of which parts are replaced by the baseline's, so they explain every model, whatever its ops", func(m tfexplain.MethodInfo) bool { return m.Forward }},
	}
}

// printMethods prints what a terminal of 80 columns shows well.
func printMethods(w io.Writer, methods []tfexplain.MethodInfo) {
	fmt.Fprintln(w, wrap("rows: how many the model computes for each row explained, and for each reference. f(x): the number explained; x0: the baseline (--baseline, --baselines; zeros unless given).", 0, 0))
	for _, g := range methodGroups() {
		fmt.Fprintf(w, "\n%s\n", wrap(strings.ToUpper(g.title)+": "+g.about, 0, 2))
		for _, m := range methods {
			if g.has(m) {
				fmt.Fprintf(w, "\n%s", describeMethod(m))
			}
		}
	}
}

func describeMethod(m tfexplain.MethodInfo) string {
	var b strings.Builder
	b.WriteString(m.Name)
	if len(m.Aliases) > 0 {
		fmt.Fprintf(&b, " (also %s)", strings.Join(m.Aliases, ", "))
	}
	fmt.Fprintf(&b, "\n%s\n", wrap(m.About, 4, 4))
	rows := "rows: " + m.Cost
	switch {
	case m.Complete:
		rows += "; the sum is f(x) - f(x0), delta its error"
	case m.Baseline:
		rows += "; the sum is not bound to f(x) - f(x0)"
	}
	fmt.Fprintf(&b, "%s\n", wrap(rows, 4, 4))
	if takesPlayers(m) {
		fmt.Fprintf(&b, "%s\n", wrap("--mask FILE: groups of features", 4, 4))
	}
	if len(m.Params) == 0 {
		return b.String()
	}
	const name, standard = 14, 20 // widths that take the longest of each
	fmt.Fprintf(&b, "    %-*sdefault\n", name, "--param")
	for _, p := range m.Params {
		about := strings.TrimLeft(wrap(p.About, 4+name+standard, 4+name+standard), " ")
		fmt.Fprintf(&b, "    %-*s%-*s%s\n", name, p.Name, standard, p.Default, about)
	}
	return b.String()
}

// columns is the width of a usual terminal.
const columns = 80

// wrap breaks a text into lines that begin with spaces: first of them in the
// first line, rest in the others.
func wrap(text string, first, rest int) string {
	var lines []string
	line := strings.Repeat(" ", first)
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && len(line)+1+len(word) > columns {
			lines, line, empty = append(lines, line), strings.Repeat(" ", rest), true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return strings.Join(append(lines, line), "\n")
}

func methodList() []methodJSON {
	list := []methodJSON{}
	for _, m := range tfexplain.Methods() {
		j := methodJSON{Name: m.Name, Aliases: append([]string{}, m.Aliases...), About: m.About,
			Rows: m.Cost, Baseline: m.Baseline, Complete: m.Complete, Forward: m.Forward, Params: []paramJSON{}}
		for _, p := range m.Params {
			j.Params = append(j.Params, paramJSON{Name: p.Name, Default: p.Default, About: p.About})
		}
		list = append(list, j)
	}
	return list
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
