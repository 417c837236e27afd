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
	Baseline bool        `json:"baseline"` // it compares with one
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
	for i, m := range tfexplain.Methods() {
		if i > 0 {
			fmt.Fprintln(s.out)
		}
		fmt.Fprint(s.out, m.Name)
		if len(m.Aliases) > 0 {
			fmt.Fprintf(s.out, " (also %s)", strings.Join(m.Aliases, ", "))
		}
		fmt.Fprintf(s.out, "\n  %s\n", m.About)
		if m.Baseline {
			fmt.Fprint(s.out, "  --baseline  it compares with one; default: zeros\n")
		}
		for _, p := range m.Params {
			fmt.Fprintf(s.out, "  --param %s=%s  %s\n", p.Name, p.Default, p.About)
		}
	}
	return nil
}

func methodList() []methodJSON {
	list := []methodJSON{}
	for _, m := range tfexplain.Methods() {
		j := methodJSON{Name: m.Name, Aliases: append([]string{}, m.Aliases...), About: m.About, Baseline: m.Baseline, Params: []paramJSON{}}
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
