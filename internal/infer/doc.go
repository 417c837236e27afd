// Package infer lets package graphops, which knows no TensorFlow library, ask
// one: which ops there are, and which shapes TensorFlow infers for a graph.
//
// Nothing is run. The graph in question is imported into a scratch TF_Graph,
// whose import already infers every shape and dtype, and is then deleted.
package infer
