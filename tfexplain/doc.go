// Package tfexplain answers why a TensorFlow model said what it said.
//
// # One session, spliced once
//
// A model is loaded once by package savedmodel. New copies the part of its
// graph that leads to one output, adds the nodes that compute attributions and
// splices both into the loaded session; the weights are shared. After that
// every Explain only feeds inputs (xs) and weights over the outputs (ys). The
// graph never grows again and nothing is compiled per call.
//
//	m, err := savedmodel.Load("model/", savedmodel.Options{})
//	defer m.Close()
//	ex, err := tfexplain.New(ctx, m, tfexplain.GradientInput{}, tfexplain.Options{Target: "logits", BatchSize: 64})
//	defer ex.Close()
//	res, err := ex.Explain(ctx, map[string]*tensor.Tensor{"image": images}, tfexplain.Argmax())
//	heat := res.Attributions["image"] // same shape as images
//
// # Words
//
// A sample is a row of the inputs that a call is given, and gets a row of
// attributions. To explain it a method may ask the model many times: what one such
// question feeds is a row, too, and a Run is one call of TensorFlow with any number
// of them. A baseline is what the input is compared with, x0; where it is a set,
// each member is a reference. Delta is what the attributions miss the sum by that
// the method promises. A player is a set of elements that are hidden together, by
// the baseline's values, and a coalition is a set of players that are not. An
// adjoint is the derivative of the explained number by a tensor inside the model.
//
// # What is explained
//
// The explained number of row n is sum(T[n] * ys[n]), T being the target
// output. Ys chooses it: nil is the sum of all entries, Class(3) one class,
// Argmax() the answer the model gave, TopClass(2) what came second, Versus(8, 3)
// one class less another for "why this and not that", Weights any mixture.
//
// What it is attributed to is every float input, or what Options.Explain names:
// inputs, the embedding of an input of ids or strings, or any tensor inside the
// model, by node or layer. Options.Target may be inside the model too.
//
// # Choosing a method
//
//	method                 rows for each sample    gradients  sums to f(x) - f(x0)
//	Gradient, Saliency     1                       yes        no
//	GradientInput          1                       yes        no
//	EpsilonLRP             1                       yes        to f(x), see there
//	DeepLIFT               1                       yes        exactly
//	IntegratedGradients    Steps                   yes        but for the steps' error
//	ExpectedGradients      Samples                 yes        on average
//	SmoothGrad, VarGrad    Samples + 1             yes        no
//	Occlusion              1 for each window       no         no
//	FeatureAblation        1 for each player       no         no
//	ShapleySampling        Samples*(players - 1)   no         exactly
//	KernelSHAP             Coalitions              no         exactly
//	ExactShapley           2^players - 2           no         exactly
//
// DeepLIFT is the first choice for what each input contributed to the
// difference from a baseline: it costs little more than a gradient and always
// adds up. IntegratedGradients depend on the function only, not on how the graph
// computes it, and say by delta how good their quadrature is (docs/quadrature.md
// has the errors of each rule; Adaptive takes the steps that each row needs).
// ExpectedGradients do the same against a background set, where no single
// baseline is right.
//
// The methods below SmoothGrad in the table ask for answers only. They explain
// models with ops that have no gradient, ids and strings themselves, integer
// outputs, and any Go function (NewFunc). Occlusion shows where an image matters;
// Shapley values are fair to features that act together, at the price of many
// rows: make few players of many elements with Dims or Mask.
//
// With several references (Values with R rows) rows are taken for each of them,
// except by ExpectedGradients, which draw.
//
// Left out are guided integrated gradients, where each step depends on the
// gradient of the step before, so that rows cannot share a Run, and blurred
// integrated gradients, whose way from the baseline is not straight.
//
// # Many rows
//
// Rows of several samples share a Run of at most Options.BatchSize rows, by default
// as many as fit into Options.Memory, and memory does not grow with their number.
// Results do not depend on how rows are packed, beyond the rounding of the model's
// kernels, nor on other calls. Random draws depend on the seed and on a row's place
// in the call. A model whose rows depend on each other, by a mean over the batch
// say, is found out by asking a row alone and in company, and then asked row by row.
//
// # Serving
//
// All methods of an Explainer may be called from any number of goroutines. A
// deadline reaches TensorFlow, and a cancelled call returns at once, also one that
// waits for SetBaseline; what TensorFlow has begun by then it finishes unheard.
// Warmup makes the first call as fast as the others and measures how many rows a
// Run should get; ExplainInto writes into a Result that is there, and allocates
// nothing once that has the right size. Stats tells what has been done.
//
// Everything that can be wrong is an error with a type, for errors.As, or one of
// the variables of this package and savedmodel, for errors.Is. Nothing is logged
// (but see Options.Logger).
//
// # Refusal
//
// An op on the way without a rule for the method is an *UnsupportedOpError
// that lists all of them. No method ever answers with something else instead.
//
// # Rules of your own
//
// A rule says what kind of function an op is and how an adjoint goes back
// through it. Options.Rules adds rules to the standard ones; nothing is registered
// globally. The example of Options adds one, and package rulestest checks a rule
// against the op itself.
package tfexplain
