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

The %d op types that have a rule, written by "make docs" from the registry. Methods
made of gradients and DeepExplain's forms of DeepLIFT and epsilon-LRP pass all of
them. An op that is not listed is refused by name. Conditionals on constants, loops
with a small fixed number of turns and fused ops (_FusedConv2D and others) are
written out before rules are asked; a pass goes through other loops by the rules of
the ops in their bodies.

Gradient: "vjp" is the op's derivative; "0" is that of a step function, or of an
index; "-" says that the values of the results do not depend on those of the inputs.

DeepLIFT: "exact" means that the differences of the inputs account for the whole
difference of the output, whatever they are. "same choice" means that the discrete
results must be the same for input and baseline; a call fails with a ChoiceError if
they are not. So must be the discrete inputs of any op (indices, sizes) unless
"choices" stands there, too: their share is then worked out.

Canonical LRP: "moves" hands relevance on as it is, "epsilon" is the epsilon rule at a
linear map, "half each" at a product of two varying sides, "chosen" gives it to what
was chosen. Conditions and indices get none.

| op | kind | gradient | DeepLIFT | canonical LRP | note |
|---|---|---|---|---|---|
`, len(registry))
	for _, op := range registry.Names() {
		r := registry[op]
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", op, r.Kind, gradient(r), deepLIFT(op, r), canonicalLRP(op, r), r.Note)
	}
	return b.String()
}

func gradient(r graphops.Rule) string {
	switch {
	case r.Kind == graphops.Constant:
		return "-"
	case r.Kind == graphops.Control:
		return "by its body"
	case r.VJP == nil:
		return "0"
	}
	return "vjp"
}

func deepLIFT(op string, r graphops.Rule) string {
	exact := r.Multiplier != nil
	switch r.Kind {
	case graphops.Constant:
		return "-"
	case graphops.Control:
		return "by its body"
	case graphops.Linear, graphops.Unary, graphops.Bilinear, graphops.Extremum, graphops.Select:
		exact = true
	case graphops.Discrete:
		exact = graphops.Elementwise(op) || r.Choice != nil
		if !exact {
			return "same choice"
		}
	}
	switch {
	case !exact:
		return "refused"
	case r.Choice != nil || graphops.Elementwise(op) && (r.Kind == graphops.Discrete || r.Kind == graphops.Select):
		return "exact, choices"
	}
	return "exact"
}

func canonicalLRP(op string, r graphops.Rule) string {
	switch r.Kind {
	case graphops.Constant:
		return "-"
	case graphops.Control:
		return "by its body"
	case graphops.Discrete:
		return "none"
	case graphops.Linear:
		if graphops.Routes(op) {
			return "moves"
		}
		return "epsilon"
	case graphops.Unary:
		return "moves"
	case graphops.Bilinear:
		return "half each"
	case graphops.Extremum, graphops.Select:
		return "chosen"
	case graphops.Quotient:
		return "epsilon, if the divisor is fixed"
	}
	return "refused"
}
