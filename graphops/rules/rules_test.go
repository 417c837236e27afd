package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/tensor"
)

type (
	testCase = rulestest.Case
	in       = rulestest.Input
)

const rows = rulestest.Rows

func of(sizes ...int) in { return in{Shape: sizes} }

// run checks the standard rules with the cases of one family.
func run(t *testing.T, cases []testCase) {
	t.Helper()
	rulestest.Run(t, rules.Standard(), cases, rulestest.Options{})
}

func TestEveryRuleHasCases(t *testing.T) {
	all := slices.Concat(activationCases(), arithmeticCases(), elementwiseCases(), matmulCases(), convCases(), poolCases(), normCases(),
		reduceCases(), reshapeCases(), joinCases(), sliceCases(), passingCases(), spaceCases(), discreteCases(), selectCases(), constantCases(),
		transposedCases(), windowCases(), imageCases(), lrnCases(), einsumCases(), specialCases(), pairCases(),
		cumulativeCases(), lossCases(), gatherCases(), scatterCases(), segmentCases(), moveCases(), quantizeCases(), seriesCases(), placeCases(), choiceCases(),
		besselCases(), parametricCases(), linalgCases(), rarerCases(), sparseCases())
	registry := rules.Standard()
	// A Switch without its Merge is no function; package tfexplain tests them
	// together, on the conditionals of the zoo.
	delete(registry, "Switch")
	delete(registry, "Merge")
	// Nor is a loop or a list; TestLoops has both.
	for op, rule := range registry {
		if rule.Kind == graphops.Control || strings.Contains(op, "TensorList") {
			delete(registry, op)
		}
	}
	// A variable is no input of a case; its rows are never explained.
	delete(registry, "ResourceGather")
	delete(registry, "ResourceGatherNd")
	// Complex numbers are neither fed nor explained; package tfexplain tests what
	// leads from real numbers through them and back.
	for _, op := range []string{"Real", "Imag", "Conj", "Complex", "ComplexAbs", "Angle", "FFT", "FFT2D", "FFT3D", "IFFT", "IFFT2D", "IFFT3D", "RFFT", "IRFFT"} {
		delete(registry, op)
	}
	require.NoError(t, rulestest.Covered(registry, all))
}

func attrs(a ...graphops.Attr) []graphops.Attr { return a }

func dstT(t tensor.DType) []graphops.Attr { return attrs(graphops.Type("DstT", t)) }
