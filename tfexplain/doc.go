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
// # What is explained
//
// The explained number of row n is sum(T[n] * ys[n]), T being the target
// output. Ys chooses it: nil is the sum of all entries, Class(3) one class,
// Argmax() the answer the model gave, Weights any mixture, +1 at one class and
// -1 at another for "why this and not that".
//
// What it is attributed to is every float input, or what Options.Explain names:
// inputs, the embedding of an input of ids or strings, or any tensor inside the
// model, by node or layer. Options.Target may be inside the model too.
//
// # Refusal
//
// An op on the way without a rule for the method is an *UnsupportedOpError
// that lists all of them. No method ever answers with something else instead.
//
// # Rules of your own
//
// A rule says what kind of function an op is and how an adjoint goes back
// through it. Options.Rules takes rules.Standard().With(yours); nothing is
// registered globally. The example of Options adds one, and its test shows how
// package rulestest checks it against the op itself.
package tfexplain
