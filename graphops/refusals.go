package graphops

import "strings"

// perturb is what helps wherever no rule does: it needs no way back.
const perturb = "choose a perturbation method (occlusion, Shapley sampling), which only asks the model for answers"

// ruleless says why an op has no rule, and what helps.
func ruleless(op string) (reason, help string) {
	const own = ", or give a rule of your own (Options.Rules)"
	switch {
	case strings.HasPrefix(op, "XlaCallModule"):
		return "it holds a compiled program (StableHLO), not ops", "export the model without native serialization, or " + perturb
	case strings.HasPrefix(op, "CudnnRNN"):
		return "it is a whole recurrent layer in one op of cuDNN", "export the model on a machine without a GPU, so that the layer is written in ops, or " + perturb
	case isFrameOp(op):
		return "it belongs to a loop of TensorFlow 1", "export the model with TensorFlow 2 (its While can be explained), or " + perturb
	case op == "PyFunc" || op == "EagerPyFunc" || op == "PyFuncStateless":
		return "it calls Python", perturb + own
	}
	return "there is no rule for this op", perturb + own
}

// isFrameOp says whether an op only exists in the loops of TensorFlow 1.
func isFrameOp(op string) bool {
	op = strings.TrimPrefix(op, "Ref")
	switch op {
	case "Enter", "Exit", "NextIteration", "LoopCond":
		return true
	}
	return strings.HasPrefix(op, "TensorArray")
}
