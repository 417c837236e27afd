package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/examples/internal/readme"
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/graphops/rules"
	"github.com/tfexplain/tfexplain-go/graphops/rulestest"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

const model = "../../testdata/customrule/model"

// folder is where libtensorflow is.
func folder(t *testing.T) string {
	t.Helper()
	m, err := savedmodel.Load("../../testdata/digits/model", savedmodel.Options{})
	require.NoError(t, err)
	defer m.Close()
	return filepath.Dir(m.Library().Path())
}

// The README builds the library of the op, which the rule is then held against:
// rulestest takes central differences of the op itself, and sees whether DeepLIFT's
// multipliers add up.
func TestReadmeAndRule(t *testing.T) {
	_, err := savedmodel.Load(model, savedmodel.Options{TrustModel: true})
	var unknown *savedmodel.UnknownOpError
	require.ErrorAs(t, err, &unknown)
	require.ErrorContains(t, err, "OpLibraries")

	t.Setenv("TFEXPLAIN_LIBTENSORFLOW", folder(t)) // where it was found, if nobody has said
	readme.Check(t)
	const library = "../../out/hill.so"

	_, err = savedmodel.Load(model, savedmodel.Options{OpLibraries: []string{library}})
	var unsafe *savedmodel.UnsafeModelError
	require.ErrorAs(t, err, &unsafe, "nobody has said what Hill does")

	attrs := func(k, n float64) []graphops.Attr {
		return []graphops.Attr{graphops.Float("k", k), graphops.Float("n", n)}
	}
	rulestest.Run(t, rules.Standard().With(hill()), []rulestest.Case{
		{Name: "doses", Op: "Hill", DType: tensor.Float32, Attrs: attrs(2, 3),
			Inputs: []rulestest.Input{{Shape: []int{rulestest.Rows, 3}, Low: 0.2, High: 5}}},
		{Name: "n is one", Op: "Hill", DType: tensor.Float32, Attrs: attrs(0.5, 1),
			Inputs: []rulestest.Input{{Shape: []int{2, 3}, Low: 0.2, High: 5}}},
		{Name: "no dose", Op: "Hill", DType: tensor.Float32, Attrs: attrs(1, 2),
			Inputs: []rulestest.Input{{Shape: []int{3}, Values: []float64{-1, 0, 1}}}, Want: [][]float64{{0, 0, 0.5}}},
	}, rulestest.Options{OpLibraries: []string{library}})
}
