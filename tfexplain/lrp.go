package tfexplain

import (
	"fmt"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// Bias says what canonical epsilon-LRP does with the share of the relevance
// that a bias deserves.
type Bias int

// What may become of a bias's share.
const (
	// Absorb: the bias keeps its share. The attributions of a row sum to the
	// explained number less what the biases absorbed.
	Absorb = Bias(graphops.Absorb)
	// Distribute: the share is spread evenly over the inputs of each linear map.
	// The attributions sum to the explained number.
	Distribute = Bias(graphops.Distribute)
	// Ignore: the bias is left out of the denominator. The attributions sum to
	// the explained number, but for what epsilon absorbs, and for linear maps all
	// of whose inputs are zero: there is nobody to hand their relevance to.
	Ignore = Bias(graphops.Ignore)
)

// EpsilonLRP is layer-wise relevance propagation with the epsilon rule (Bach
// et al. 2015, doi:10.1371/journal.pone.0130140).
//
// By default it is the form that DeepExplain computes: the gradient with
// f(z)/(z + Epsilon*sign(z)) in place of the derivative of five activations
// (Relu, Elu, Sigmoid, Tanh, Softplus), times the input (Ancona et al. 2018,
// arXiv:1711.06104, proposition 1). The bias in z absorbs its share of the
// relevance, and Epsilon acts only in front of those activations.
//
// Canonical is the rule itself, at every linear map, the last one included:
//
//	R_i = sum_j x_i*w_ij / (z_j + Epsilon*sign(z_j)) * R_j,  z_j = sum_i x_i*w_ij + b_j
//
// starting from R = T*ys at the target; an input's R is its attribution.
// Activations of any kind hand their relevance on unchanged. Without biases,
// or with Bias Distribute or Ignore, the attributions of a row sum to its
// explained number, but for the share of Epsilon.
type EpsilonLRP struct {
	// Epsilon keeps the quotient finite where z is near zero, and absorbs weak
	// contributions where it is large. It must be positive; 0 means 1e-4, which
	// is DeepExplain's default.
	Epsilon float64

	// Canonical takes the epsilon rule at every linear map.
	Canonical bool

	// Bias is for the canonical form only.
	Bias Bias
}

// Name implements Method.
func (EpsilonLRP) Name() string { return "elrp" }

func (m EpsilonLRP) validate() error {
	if !(m.Epsilon >= 0) {
		return &OptionError{Field: "Epsilon", Given: fmt.Sprint(m.Epsilon), Wanted: "a number greater than zero"}
	}
	if m.Bias < Absorb || m.Bias > Ignore {
		return &OptionError{Field: "Bias", Given: fmt.Sprint(int(m.Bias)), Wanted: "Absorb, Distribute or Ignore"}
	}
	if m.Bias != Absorb && !m.Canonical {
		return &OptionError{Field: "Bias", Given: fmt.Sprint(int(m.Bias)), Wanted: "Canonical true: in DeepExplain's form the bias always absorbs"}
	}
	return nil
}

func (m EpsilonLRP) plan() plan {
	if m.Epsilon == 0 {
		m.Epsilon = 1e-4 // DeepExplain's default
	}
	if !m.Canonical {
		return plan{
			pass: func(*graphops.Walk, *graphops.Reference) graphops.Pass {
				return &graphops.DeepExplainLRP{Epsilon: m.Epsilon}
			},
			attribute: timesInput,
			recorded:  true,
		}
	}
	return plan{
		pass: func(w *graphops.Walk, _ *graphops.Reference) graphops.Pass {
			return graphops.NewLRP(w, m.Epsilon, graphops.Bias(m.Bias))
		},
		seed:      func(b *graphops.Builder, target, ys graphops.Output) graphops.Output { return b.Mul(target, ys) },
		attribute: func(_ *graphops.Builder, _, _, relevance graphops.Output) graphops.Output { return relevance },
		recorded:  true,
	}
}
