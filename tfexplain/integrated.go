package tfexplain

import (
	"fmt"
	"math"
)

// IntegratedGradients adds up the gradients on the straight way from the
// baseline to the input (Sundararajan, Taly and Yan 2017, arXiv:1703.01365):
//
//	R_i = (x_i - x0_i) * integral over [0, 1] of df(x0 + a(x - x0))/dx_i da
//
// The exact integral sums to f(x) - f(x0); delta is the error of the rule. Its
// cost is Steps gradients for each row and reference.
type IntegratedGradients struct {
	// Steps is the number of gradients. 0: 50.
	Steps int
	// Rule is the quadrature rule.
	Rule Quadrature
	// Adaptive, if positive, is how large |delta| of a row may be, in units of the
	// target: the steps of a row and reference are doubled until it is reached.
	// RiemannRight, RiemannLeft and Trapezoid keep the gradients they have; the
	// steps of the other rules are none of the finer one's, so they begin anew.
	Adaptive float64
	// MaxSteps bounds the steps of an Adaptive rule: a row that is not within the
	// tolerance by then stays as it is, and delta says so. 0: 32 times Steps.
	MaxSteps int
}

// defaultSteps is what the paper's authors recommend to begin with: between 20
// and 300 steps (section 5).
const defaultSteps = 50

// Name implements Method.
func (IntegratedGradients) Name() string { return "ig" }

func (m IntegratedGradients) validate() error {
	switch {
	case m.Steps < 0:
		return &OptionError{Field: "Steps", Given: fmt.Sprint(m.Steps), Wanted: "a positive number of steps, or 0 for 50"}
	case m.Rule < 0 || int(m.Rule) >= len(quadratureNames):
		return &OptionError{Field: "Rule", Given: m.Rule.String(), Wanted: "GaussLegendre, RiemannRight, RiemannLeft, RiemannMiddle or Trapezoid"}
	case !(m.Adaptive >= 0) || math.IsInf(m.Adaptive, 0):
		return &OptionError{Field: "Adaptive", Given: fmt.Sprint(m.Adaptive), Wanted: "0 (Steps steps) or the largest |delta| allowed"}
	case m.MaxSteps < 0:
		return &OptionError{Field: "MaxSteps", Given: fmt.Sprint(m.MaxSteps), Wanted: "a positive number of steps, or 0 for 32 times Steps"}
	case m.MaxSteps > 0 && m.Adaptive == 0:
		return &OptionError{Field: "MaxSteps", Given: fmt.Sprint(m.MaxSteps), Wanted: "0 unless Adaptive is set: without it there are always Steps steps"}
	case m.MaxSteps > 0 && m.MaxSteps < m.count():
		return &OptionError{Field: "MaxSteps", Given: fmt.Sprint(m.MaxSteps), Wanted: fmt.Sprintf("at least the %d steps to begin with", m.count())}
	}
	return nil
}

func (m IntegratedGradients) plan() plan {
	return plan{pass: gradientPass, attribute: timesDifference, baseline: true, path: m}
}

func (m IntegratedGradients) steps(int) (alphas, weights []float64) { return m.Rule.steps(m.count()) }

func (m IntegratedGradients) count() int {
	if m.Steps == 0 {
		return defaultSteps
	}
	return m.Steps
}

func (m IntegratedGradients) goal() float64 {
	if m.Adaptive == 0 {
		return math.Inf(1)
	}
	return m.Adaptive
}

func (m IntegratedGradients) finer(n int) (alphas, weights []float64, keep float64) {
	most := m.MaxSteps
	if most == 0 {
		most = 32 * m.count()
	}
	if 2*n > most {
		return nil, nil, 0
	}
	return m.Rule.doubled(n)
}
