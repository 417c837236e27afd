package graphops

import "github.com/tfexplain/tfexplain-go/tensor"

// The adjoint of a complex tensor z has in its real and imaginary parts the
// derivatives in those of z, as in TensorFlow: df = Re(conj(adjoint) * dz). Then
// linear ops pass adjoints, and multipliers, by their conjugate transpose.

// isComplex says whether a type is one of the complex ones.
func isComplex(t tensor.DType) bool { return t == tensor.Complex64 || t == tensor.Complex128 }

// carries says whether a type has differences and slopes.
func carries(t tensor.DType) bool { return t.IsFloat() || isComplex(t) }

// takesComplex says whether the rule of an op is right for complex numbers.
func takesComplex(op string, kind Kind) bool {
	switch op {
	case "Add", "AddV2", "AddN", "Sub", "Neg", "Sum", "Mul", "Real", "Imag", "Complex", "Conj", "ComplexAbs", "Angle", "Cast",
		"FFT", "FFT2D", "FFT3D", "IFFT", "IFFT2D", "IFFT3D", "RFFT", "IRFFT":
		return true
	case "ConjugateTranspose", "PadV2":
		return false
	}
	return kind == Linear && routes(op, kind)
}

// complexHere says whether a varying tensor at a node is complex.
func complexHere(w *Walk, n *Node) bool {
	if varies(w, n, func(o Output) bool { return isComplex(o.DType()) }) {
		return true
	}
	for _, t := range n.Outputs {
		if isComplex(t.DType) {
			return true
		}
	}
	return false
}
