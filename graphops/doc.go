// Package graphops knows TensorFlow graphs and how to walk them backwards. It
// knows no session: it turns a model's GraphDef into another GraphDef that
// also computes attributions.
//
// # From a model to a graph that can be explained
//
// A SavedModel's graph is a handful of nodes that call functions which call
// functions. Inline copies what the chosen outputs need into one flat Graph;
// variables, tables and constants of the model are not copied but referred to.
// InferShapes asks TensorFlow for every shape. Forward does both, and writes short
// loops out.
//
// # The backward pass
//
// Between the explained tensors and the target lies a path of nodes (Walk).
// Each op on it has a Rule in a Registry. A Pass, the plain Gradient for
// instance, decides which of the rule's answers to use at each node, and
// Backward adds up what flows back along all branches:
//
//	copied, err := graphops.Forward(def, ops, feeds, fetches, gradients, infer)
//	w := graphops.NewWalk(copied.Graph, target, xs, rules.Standard())
//	adjoints, err := w.Backward(builder, graphops.Gradient{}, seed)
//
// An op without a rule is never passed silently: Walk.Check lists all of them.
//
// # Rules
//
// A Rule is written once, as a vector-Jacobian product in terms of the values
// that Context hands out. Package rules has one for each op type, one file per
// family; package rulestest checks any rule against finite differences.
package graphops
