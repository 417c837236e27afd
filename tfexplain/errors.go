package tfexplain

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// ErrClosed is returned by an Explainer that has been closed, or that neither New
// nor NewFunc made.
var ErrClosed = errors.New("tfexplain: the explainer is closed")

// UnsupportedOpError lists all ops that stand in a method's way: its field Ops has
// a graphops.Refusal for each, with the op, its node and the reason.
type UnsupportedOpError = graphops.UnsupportedOpError

// OptionError says that an option, or a method's parameter, has a value that
// cannot be used.
type OptionError struct {
	Field  string // name of the option
	Given  string
	Wanted string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("tfexplain: option %s is %q; wanted %s", e.Field, e.Given, e.Wanted)
}

// checkGiven says whether there is a model to explain, and a method.
func checkGiven(m *savedmodel.Model, method Method) error {
	if m == nil || m.Session() == nil {
		return &OptionError{Field: "model", Given: "nil", Wanted: "a model of savedmodel.Load"}
	}
	if isNil(method) {
		return errNoMethod()
	}
	return nil
}

// isNil also holds for a nil pointer to a method.
func isNil(method Method) bool {
	v := reflect.ValueOf(method)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

func errNoMethod() error {
	return &OptionError{Field: "method", Given: "nil", Wanted: "a method, such as tfexplain.GradientInput{}"}
}

func errNoContext() error {
	return &OptionError{Field: "ctx", Given: "nil", Wanted: "a context, such as context.Background()"}
}

// InputError says that inputs are missing or that one is not the model's.
type InputError struct {
	Input  string   // key given or missing
	Reason string   // what is wrong with it
	Keys   []string // those that there are
}

func (e *InputError) Error() string {
	there := "there is none"
	if len(e.Keys) > 0 {
		there = "there is " + strings.Join(e.Keys, ", ")
	}
	return fmt.Sprintf("tfexplain: input %q %s; %s", e.Input, e.Reason, there)
}

// NameError says that a name is neither that of an input or output nor that of
// one tensor inside the model.
type NameError struct {
	Field      string // "Explain" or "Target"
	Given      string
	Reason     string
	Candidates []string // names that work, nearest first, of a target the outputs before all others; not all of them
}

func (e *NameError) Error() string {
	text := fmt.Sprintf("tfexplain: option %s: %q %s", e.Field, e.Given, e.Reason)
	if len(e.Candidates) > 0 {
		text += "; there are " + strings.Join(e.Candidates, ", ")
	}
	return text
}

// ShapeError says that a tensor has another shape than the model takes.
type ShapeError struct {
	Input  string // the input's key, or "ys", "x0", "target", "baseline of KEY"
	Given  []int
	Wanted string // such as "[N 28 28 1]"
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("tfexplain: %q has shape %v; wanted %s", e.Input, e.Given, e.Wanted)
}

// errRowCount is about an answer that does not have the rows that were fed.
func errRowCount(given []int, fed int) error {
	return &ShapeError{Input: "target", Given: given, Wanted: fmt.Sprintf("%d rows, as many as were fed: the model's output has another number of rows than its input", fed)}
}

// DTypeError says that a tensor has another element type than the model takes.
type DTypeError struct {
	Input  string // its key, or "target"
	Given  tensor.DType
	Wanted tensor.DType
}

func (e *DTypeError) Error() string {
	return fmt.Sprintf("tfexplain: %q has elements of type %v; wanted %v (tensor.Convert changes it)", e.Input, e.Given, e.Wanted)
}

// DeltaError says that the attributions of a row do not add up as closely as
// Options.MaxDelta asks.
type DeltaError struct {
	Row          int     // of the call, from 0
	Delta, Limit float64 // in units of the target; Limit is Options.MaxDelta
}

func (e *DeltaError) Error() string {
	return fmt.Sprintf("tfexplain: the attributions of row %d miss the difference of the target by %g; at most %g is allowed (MaxDelta)", e.Row, e.Delta, e.Limit)
}

// ChoiceError says that a condition or an index, which decides what the model
// answers, has another value at the baseline than at the input, and that no
// rule of DeepLIFT says what that accounts for; or that a loop turns more often
// at one of the two.
type ChoiceError struct {
	Node string // path in the model
	Loop bool   // it is a loop, which does not turn as often
	err  error
}

func (e *ChoiceError) Error() string {
	if e.Loop {
		return fmt.Sprintf("tfexplain: loop %q does not turn as often at the baseline as at the input, so there are no differences turn by turn; "+
			"take a baseline with which it does, a gradient method, or a perturbation method (occlusion, shapley)", e.Node)
	}
	return fmt.Sprintf("tfexplain: node %q chooses otherwise at the baseline than at the input, and there is no rule that splits what that changes; "+
		"take a baseline with the same choice, a gradient method, or a perturbation method (occlusion, shapley)", e.Node)
}

// Unwrap is what TensorFlow said.
func (e *ChoiceError) Unwrap() error { return e.err }

// choiceError recognises a Run that a guard of the graph has stopped.
func choiceError(err error) error {
	if err == nil {
		return nil
	}
	for i, mark := range []string{graphops.ChoiceMark, graphops.TurnsMark} {
		if _, after, found := strings.Cut(err.Error(), mark); found {
			node, _, _ := strings.Cut(after, "]")
			return &ChoiceError{Node: node, Loop: i == 1, err: err}
		}
	}
	return err
}
