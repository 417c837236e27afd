package rulestest

import (
	"github.com/tfexplain/tfexplain-go/graphops"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// Rows, as the first size of a Shape, is the number of rows fed: an axis that
// differs from call to call. All cases with such an axis run for each of
// Options.Rows.
const Rows = -1

// AllOutputs as Case.Output makes the target the sum of all outputs of the op,
// which must have one shape, so that adjoints flow back from each of them.
const AllOutputs = -1

// Case is one use of an op.
type Case struct {
	Name   string // unique among the cases of the op
	Op     string
	Inputs []Input
	Attrs  []graphops.Attr // attributes that the inputs do not determine

	// Output is the output that is the target. A target that is not of a float
	// type is cast to one: its derivative is zero.
	Output int

	// Wrt lists the inputs that vary. By default all do, constants aside.
	Wrt []int

	// DType is the type of the inputs; float64 by default. Choose float32 for
	// ops that have no float64 kernel. The tolerance follows from the type.
	DType tensor.DType

	// Needs says what the rule must know of the graph. Where it knows less the
	// rule must refuse with an error, and the suite checks that it does.
	Needs Knowledge

	// Refused says that the rule must refuse this use of the op whatever is
	// known.
	Refused bool

	// SameChoice says that DeepLIFT passes the op only where its discrete inputs or
	// results are the same at the baseline. The suite then also checks that it
	// fails where they are not.
	SameChoice bool

	// Want gives, for each input, the adjoint for ys of ones, to pin down what
	// a rule does where there is no derivative: at ties and kinks. Like
	// Input.Values each list is repeated to fill its shape. Central
	// differences are then not taken.
	Want [][]float64
}

// Knowledge is what is known of a case's inputs before it runs: a set.
type Knowledge int

const (
	// Constants: integer inputs are constants, not fed at run time.
	Constants Knowledge = 1 << iota
	// Ranks: the number of axes of each input.
	Ranks
	sizes
	// Sizes: every size, but for the number of rows; ranks therefore too.
	Sizes = Ranks | sizes
)

// String is "sizes, constants" and the like.
func (k Knowledge) String() string {
	shapes := "no shapes"
	switch {
	case k&Sizes == Sizes:
		shapes = "sizes"
	case k&Ranks != 0:
		shapes = "ranks"
	}
	if k&Constants != 0 {
		return shapes + ", constants"
	}
	return shapes
}

// builds are what is known each time a case is built, most first.
func (c Case) builds() []Knowledge {
	known := []Knowledge{Sizes | Constants, Ranks | Constants, Constants}
	for _, in := range c.Inputs {
		if in.isConst() {
			return append(known, Sizes, Ranks, 0)
		}
	}
	return known
}

// Input says what an op's input is fed with. Integers given by Const stay as
// they are. Anything else is fed, and varies unless Case.Wrt leaves it out; an
// input that is not of a float type is made from a float one, x > 0 for bool
// and x without its fraction for integers, so that it varies too.
type Input struct {
	Shape []int // sizes; nil is a scalar; the first may be Rows

	// Values are repeated until the shape is full. Without them, values are
	// random between Low and High (-2 and 2 when both are zero), the same in
	// each run of the test.
	Values    []float64
	Low, High float64

	// Avoid keeps random values at least 0.1 away from points where the op has
	// no derivative.
	Avoid []float64
	// Distinct spreads random values evenly, so that no two are close to a tie.
	Distinct bool

	// DType is the type of this input if it is not the case's.
	DType tensor.DType

	// Const are the elements of a constant of type int32 (or DType): axes,
	// permutations, paddings.
	Const []int
	// Sized keeps the shape of Const known even where no shapes are, for ops
	// that TensorFlow does not take otherwise.
	Sized bool
}

// Vector is a constant integer vector.
func Vector(v ...int) Input { return Input{Const: append([]int{}, v...), Shape: []int{len(v)}} }

// Scalar is a constant integer scalar.
func Scalar(v int) Input { return Input{Const: []int{v}} }

// Pairs is a constant integer matrix of two columns, such as paddings.
func Pairs(v ...int) Input { return Input{Const: v, Shape: []int{len(v) / 2, 2}} }

func (i Input) isConst() bool { return i.Const != nil }

// dtype is the type of the input as the op sees it.
func (i Input) dtype(c Case) tensor.DType {
	switch {
	case i.DType != tensor.Invalid:
		return i.DType
	case i.isConst():
		return tensor.Int32
	case c.DType != tensor.Invalid:
		return c.DType
	}
	return tensor.Float64
}

// fedType is the type of the tensor that is fed and varies.
func (i Input) fedType(c Case) tensor.DType {
	if t := i.dtype(c); t.IsFloat() || i.isConst() {
		return t
	}
	return tensor.Float64
}

// wrt lists the inputs that vary.
func (c Case) wrt() []int {
	if c.Wrt != nil {
		return c.Wrt
	}
	var all []int
	for i, in := range c.Inputs {
		if !in.isConst() {
			all = append(all, i)
		}
	}
	return all
}

// hasRows says whether any input has the rows axis.
func (c Case) hasRows() bool {
	for _, in := range c.Inputs {
		if len(in.Shape) > 0 && in.Shape[0] == Rows {
			return true
		}
	}
	return false
}
