package tfexplain_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Files that "make report" writes.
var (
	report           = flag.String("report", "", "file to write the completeness table to")
	quadratureReport = flag.String("quadrature-report", "", "file to write the table of quadrature errors to")
)

// completenessTable collects |delta| / max(1, |f(x)|, |f(x0)|) by model and
// baseline.
type completenessTable struct {
	deltas  map[string]map[string][]float64
	refused map[string][]string // op to model/signature
}

func (c *completenessTable) add(model, baseline string, relative float64) {
	if c.deltas == nil {
		c.deltas = map[string]map[string][]float64{}
	}
	if c.deltas[model] == nil {
		c.deltas[model] = map[string][]float64{}
	}
	c.deltas[model][baseline] = append(c.deltas[model][baseline], relative)
}

func (c *completenessTable) refuse(model, signature, op string) {
	if c.refused == nil {
		c.refused = map[string][]string{}
	}
	if where := model + "/" + signature; !slices.Contains(c.refused[op], where) {
		c.refused[op] = append(c.refused[op], where)
	}
}

// all lists every row's delta in order of size.
func (c *completenessTable) all() []float64 {
	var all []float64
	for _, byBaseline := range c.deltas {
		for _, d := range byBaseline {
			all = append(all, d...)
		}
	}
	slices.Sort(all)
	return all
}

func (c *completenessTable) write(file string) error {
	var b strings.Builder
	all := c.all()
	fmt.Fprintf(&b, `# Do the attributions add up?

DeepLIFT with its default rules, float32, on the models of testdata/zoo: the
largest |delta| of any row, relative to max(1, |f(x)|, |f(x0)|), on four
baselines. f is the sum of the target's entries. Written by "make report"; the
same figures are asserted by TestDeepLIFTCompleteness (at most 1e-5 each, and a
median of at most 1e-6).

%d rows in all: median %.1e, largest %.1e.

| model | rows | zero | mean | random | another sample |
|---|---|---|---|---|---|
`, len(all), all[len(all)/2], all[len(all)-1])
	for _, model := range sortedKeys(c.deltas) {
		rows := 0
		line := ""
		for _, name := range []string{"zero", "mean", "random", "another sample"} {
			d := c.deltas[model][name]
			if rows += len(d); len(d) == 0 {
				line += " - |"
				continue
			}
			line += fmt.Sprintf(" %.1e |", slices.Max(d))
		}
		fmt.Fprintf(&b, "| %s | %d |%s\n", model, rows, line)
	}
	b.WriteString(`
Left out: rows where f or f(x0) is not finite (log of zero); and ops_reduce/rmsnorm
and l2_normalize at the zero baseline, where the reference divides by 1e-3 and
1e-6 and the two sides of a product cancel from a thousand and a million times
their sum: there delta says so. The rows of ops_reduce/center_over_batch and
condnet/data_cond depend on each other; there all rows count as one.

## Refused

Signatures that DeepLIFT refuses, by the op in its way. Nothing is computed for them;
gradient methods pass more of them (docs/ops.md).

| op | signatures |
|---|---|
`)
	for _, op := range sortedKeys(c.refused) {
		fmt.Fprintf(&b, "| %s | %s |\n", op, strings.Join(c.refused[op], ", "))
	}
	return os.WriteFile(file, []byte(b.String()), 0o644)
}
