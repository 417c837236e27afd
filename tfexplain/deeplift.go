package tfexplain

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// Rules choose between rule sets of DeepLIFT.
type Rules int

// The rule sets of DeepLIFT.
const (
	// Complete rules account for every difference: the attributions of a row sum
	// to f(x) - f(x0) whatever ops the model is made of.
	Complete Rules = iota
	// DeepExplain's rules override five activations (Relu, Elu, Sigmoid, Tanh,
	// Softplus) and take the plain gradient elsewhere, to the letter of that tool.
	DeepExplain
)

// DeepLIFT compares with a baseline: each input's difference from it times a
// multiplier is what the input contributed to the difference of the output
// (Shrikumar, Greenside and Kundaje 2017, arXiv:1704.02685, rescale rule).
type DeepLIFT struct {
	// Rules are Complete by default.
	Rules Rules
}

// Name implements Method.
func (DeepLIFT) Name() string { return "deeplift" }

func (m DeepLIFT) validate() error {
	if m.Rules != Complete && m.Rules != DeepExplain {
		return &OptionError{Field: "Rules", Given: fmt.Sprint(int(m.Rules)), Wanted: "Complete or DeepExplain"}
	}
	return nil
}

func (m DeepLIFT) plan() plan {
	return plan{
		baseline: true,
		recorded: true,
		pass: func(w *graphops.Walk, ref *graphops.Reference) graphops.Pass {
			if m.Rules == DeepExplain {
				return &graphops.DeepExplainLIFT{Ref: ref}
			}
			return graphops.NewDeepLIFT(w, ref)
		},
		attribute: timesDifference,
	}
}
