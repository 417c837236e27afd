package graphops

import (
	"fmt"
	"strings"
)

// UnknownOpError names an op that the TensorFlow library does not have.
type UnknownOpError struct{ Op, Node string }

func (e *UnknownOpError) Error() string {
	return fmt.Sprintf("graphops: op %s (node %q) is unknown to this TensorFlow library", e.Op, e.Node)
}

// ArityError says that a node has another number of inputs than its op takes.
type ArityError struct {
	Op, Node string
	Given    int
	Wanted   int
	Missing  string // the argument without a tensor, if one is missing
}

func (e *ArityError) Error() string {
	if e.Missing != "" {
		return fmt.Sprintf("graphops: op %s (node %q) has %d inputs, none is left for %q", e.Op, e.Node, e.Given, e.Missing)
	}
	return fmt.Sprintf("graphops: op %s (node %q) has %d inputs, its definition takes %d", e.Op, e.Node, e.Given, e.Wanted)
}

// GraphError says that a model's graph is not well formed.
type GraphError struct{ Node, Reason string }

func (e *GraphError) Error() string { return fmt.Sprintf("graphops: node %q: %s", e.Node, e.Reason) }

// Refusal is one node that a method cannot pass through, and why.
type Refusal struct {
	Op     string
	Node   string // path in the model
	Reason string
	Help   string // what would help
}

// UnsupportedOpError lists every op between the inputs and the target that has
// no rule for the method. Nothing was computed.
type UnsupportedOpError struct {
	Method string
	Ops    []Refusal
}

func (e *UnsupportedOpError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s cannot pass through %d op(s) between the inputs and the target:", e.Method, len(e.Ops))
	for _, r := range e.Ops {
		fmt.Fprintf(&b, "\n  %s (node %q): %s; %s", r.Op, r.Node, r.Reason, r.Help)
	}
	return b.String()
}
