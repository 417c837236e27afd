package rules_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rules"
)

var update = flag.Bool("update", false, "rewrite docs/ops.md")

// docs/ops.md lists what the registry holds.
func TestOpsTable(t *testing.T) {
	const file = "../../docs/ops.md"
	table := opsTable(rules.Standard())
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(table), 0o644))
	}
	have, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(have), table), "run make docs")
}

func opsTable(registry graphops.Registry) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Ops

The %d op types that have a rule, written by "make docs" from the registry. Gradient
methods and DeepExplain's forms of DeepLIFT and epsilon-LRP pass all of them. An
op that is not listed is refused by name.

DeepLIFT: "exact" means that the differences of the inputs account for the whole
difference of the output; "region" means exact inside an elementwise function of
one tensor (a mask, a clip, an activation spelled out), else refused. Conditionals
on constants and loops with a fixed, small number of turns are expanded before
rules are asked; other loops are passed by the rules of the ops in their bodies.

| op | kind | DeepLIFT | note |
|---|---|---|---|
`, len(registry))
	for _, op := range registry.Names() {
		r := registry[op]
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", op, r.Kind, deepLIFT(op, r), r.Note)
	}
	return b.String()
}

func deepLIFT(op string, r graphops.Rule) string {
	switch r.Kind {
	case graphops.Constant:
		return "-"
	case graphops.Control:
		return "by its body"
	case graphops.Linear, graphops.Unary, graphops.Bilinear, graphops.Extremum:
		return "exact"
	case graphops.Discrete, graphops.Select:
		if graphops.Elementwise(op) {
			return "region"
		}
		return "refused"
	}
	if r.Multiplier != nil {
		return "exact"
	}
	return "refused"
}
