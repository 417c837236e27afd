package tfexplain

import "github.com/tfexplain/tfexplain-go/graphops"

// Gradient is the plain gradient of the explained number, d sum(T*ys) / dx.
type Gradient struct{}

// Name implements Method.
func (Gradient) Name() string { return "gradient" }

func (Gradient) validate() error { return nil }

func (Gradient) plan() plan {
	return plan{pass: gradientPass, attribute: func(_ *graphops.Builder, _, _, adjoint graphops.Output) graphops.Output { return adjoint }}
}

// Saliency is the absolute gradient |d sum(T*ys) / dx| (Simonyan, Vedaldi and
// Zisserman 2013, arXiv:1312.6034).
type Saliency struct{}

// Name implements Method.
func (Saliency) Name() string { return "saliency" }

func (Saliency) validate() error { return nil }

func (Saliency) plan() plan {
	return plan{pass: gradientPass, attribute: func(b *graphops.Builder, _, _, adjoint graphops.Output) graphops.Output { return b.Abs(adjoint) }}
}

// GradientInput is the gradient times the input, x * d sum(T*ys) / dx
// (Shrikumar, Greenside, Shcherbina and Kundaje 2016, arXiv:1605.01713).
type GradientInput struct{}

// Name implements Method.
func (GradientInput) Name() string { return "grad*input" }

func (GradientInput) validate() error { return nil }
func (GradientInput) plan() plan      { return plan{pass: gradientPass, attribute: timesInput} }
