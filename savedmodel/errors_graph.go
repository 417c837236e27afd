package savedmodel

import (
	"fmt"
	"math"
	"strings"

	"github.com/tfexplain/tfexplain-go/tensor"
)

// GraphError says that the graph contradicts itself.
type GraphError struct {
	Node     string // or the place, for a signature's tensor
	Function string // empty for the graph itself
	Reason   string
}

func (e *GraphError) Error() string {
	return fmt.Sprintf("savedmodel: %s: %s; the file is damaged or was changed, export the model again", place(e.Function, e.Node), e.Reason)
}

// place names a node for messages.
func place(function, node string) string {
	var parts []string
	if node != "" {
		parts = append(parts, "node "+node)
	}
	if function != "" {
		parts = append(parts, "function "+function)
	}
	if len(parts) == 0 {
		return "the graph"
	}
	if strings.HasPrefix(node, `signature "`) {
		return node
	}
	return strings.Join(parts, " of ")
}

// ConstantError says that a constant's type, shape and data do not agree, or
// that it claims more memory than Limits.MaxTensorBytes.
type ConstantError struct {
	Node, Function, Attr string
	DType                tensor.DType
	Shape                []int64
	Bytes                int64 // claimed by type and shape; 0 when that is no number
	Limit                int64
	Reason               string
}

func (e *ConstantError) Error() string {
	advice := "the file is damaged or was made to do harm"
	if e.Bytes > 0 {
		advice += fmt.Sprintf("; if the constant is really so large, raise Limits.MaxTensorBytes (now %d)", e.Limit)
	}
	return fmt.Sprintf("savedmodel: %s, attribute %s: a constant %v%s is refused: %s; %s",
		place(e.Function, e.Node), e.Attr, e.DType, shapeText(e.Shape), e.Reason, advice)
}

// shapeText is the shape, or its beginning where the file claims many axes.
func shapeText(shape []int64) string {
	const most = 16
	if len(shape) <= most {
		return fmt.Sprint(shape)
	}
	return strings.TrimSuffix(fmt.Sprint(shape[:most]), "]") + " ...]"
}

// ShapeError says that a shape in the file cannot be one.
type ShapeError struct {
	Where  string
	Shape  []int64
	Reason string
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("savedmodel: %s: the shape %s is refused: %s; the file is damaged, export the model again", e.Where, shapeText(e.Shape), e.Reason)
}

// MissingFunctionError lists calls of functions that the graph does not have.
type MissingFunctionError struct {
	Root    string // what needs them: `signature "serve"`
	Missing []MissingFunction
}

// MissingFunction is one call of a function that is not there.
type MissingFunction struct {
	Name     string
	Node, Op string // who calls it
	Function string // where the caller is; empty for the graph itself
}

func (e *MissingFunctionError) Error() string {
	list := make([]string, len(e.Missing))
	for i, m := range e.Missing {
		list[i] = fmt.Sprintf("%s (called by the %s %s)", m.Name, m.Op, place(m.Function, m.Node))
	}
	return fmt.Sprintf("savedmodel: %s needs functions that the graph does not have: %s; the file is damaged, export the model again", e.Root, short(list))
}

// RecursionError says that a function calls itself, directly or through
// others. TensorFlow crashes on such a graph.
type RecursionError struct {
	Cycle []string // the first function is repeated at the end
}

func (e *RecursionError) Error() string {
	return fmt.Sprintf("savedmodel: the function %s calls itself: %s; TensorFlow cannot run recursive functions, write the recursion as a loop",
		e.Cycle[0], strings.Join(e.Cycle, " -> "))
}

// DepthError says that calls of functions are nested too deep.
type DepthError struct {
	Chain []string
	Limit int
}

func (e *DepthError) Error() string {
	return fmt.Sprintf("savedmodel: functions call each other more than %d deep (%s); if the model is really so, raise Limits.MaxFunctionDepth",
		e.Limit, short(e.Chain))
}

// ExpansionError says that function calls expand to more nodes than
// Limits.MaxGraphNodes.
type ExpansionError struct {
	Root          string // what needs them: `signature "serve"`
	Nodes         int    // math.MaxInt stands for that many or more
	Limit         int
	Function      string // the function that expands to most of them
	FunctionNodes int
}

func (e *ExpansionError) Error() string {
	function := ""
	if e.Function != "" {
		function = fmt.Sprintf(", %s of them in the function %s", count(e.FunctionNodes), e.Function)
	}
	return fmt.Sprintf("savedmodel: %s expands to %s nodes%s; the limit is %d: for a model that is really so large, raise Limits.MaxGraphNodes",
		e.Root, count(e.Nodes), function, e.Limit)
}

func count(n int) string {
	if n == math.MaxInt {
		return "more than 10^18"
	}
	return fmt.Sprint(n)
}

// UnsafeModelError lists the nodes because of which a model is only loaded, or a
// signature only run, when the model is trusted.
type UnsafeModelError struct {
	Dir string
	Ops []RefusedOp
}

func (e *UnsafeModelError) Error() string {
	const advice = "if you trust who made the model, set Options.TrustModel"
	if len(e.Ops) == 1 {
		return fmt.Sprintf("savedmodel: the model in %q is refused: %v; %s", e.Dir, e.Ops[0], advice)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "savedmodel: the model in %q is refused because of %d nodes:", e.Dir, len(e.Ops))
	for _, o := range e.Ops[:min(len(e.Ops), maxListed)] {
		fmt.Fprintf(&b, "\n  %v", o)
	}
	if more := len(e.Ops) - maxListed; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	return b.String() + "\n" + advice
}

// String is "WriteFile (node w), run by the init op: it reads or writes files".
func (o RefusedOp) String() string {
	return fmt.Sprintf("%s (%s), run by %s: %s", o.Op, place(o.Function, o.Node), o.Root, o.Reason)
}

// maxListed bounds a message: a hostile model may have a million such nodes.
const maxListed = 20

// UnknownOpError lists the nodes whose op the TensorFlow library does not
// know.
type UnknownOpError struct {
	Dir            string
	Ops            []UnknownOp
	Writer         string // version that wrote the model; may be empty
	Library        string // path
	LibraryVersion string
}

// UnknownOp is one node with an op that is not known.
type UnknownOp struct {
	Op       string
	Node     string
	Function string // where the node is; empty for the graph itself
}

func (e *UnknownOpError) Error() string {
	list := make([]string, len(e.Ops))
	for i, u := range e.Ops {
		list[i] = fmt.Sprintf("%s (%s)", u.Op, place(u.Function, u.Node))
	}
	return fmt.Sprintf("savedmodel: TensorFlow %s (%s) does not know %d of the ops of the model in %q%s: %s; "+
		"use the TensorFlow version that wrote it or a newer one, or name the library of ops of your own in Options.OpLibraries",
		e.LibraryVersion, e.Library, len(e.Ops), e.Dir, writtenBy(e.Writer), short(list))
}

func writtenBy(version string) string {
	if version == "" {
		return ""
	}
	return ", written by " + version
}

// NewerGraphError says that the graph asks for a newer TensorFlow. Err is
// TensorFlow's error.
type NewerGraphError struct {
	Dir             string
	MinConsumer     int // graph version that the file asks for
	LibraryConsumer int // graph version that the library has
	Writer          string
	LibraryVersion  string
	Err             error
}

func (e *NewerGraphError) Error() string {
	return fmt.Sprintf("savedmodel: the model in %q%s: its graph needs version %d and TensorFlow %s reads up to version %d; use a newer TensorFlow: %v",
		e.Dir, writtenBy(e.Writer), e.MinConsumer, e.LibraryVersion, e.LibraryConsumer, e.Err)
}

// Unwrap is the cause.
func (e *NewerGraphError) Unwrap() error { return e.Err }

// LoadError is an error of TensorFlow while loading, with its code in Err.
type LoadError struct {
	Dir string
	Err error
}

func (e *LoadError) Error() string {
	return fmt.Sprintf("savedmodel: TensorFlow cannot load %q: %v", e.Dir, e.Err)
}

// Unwrap is the cause.
func (e *LoadError) Unwrap() error { return e.Err }
