package tfexplain

import (
	"fmt"
	"log/slog"

	"github.com/tfexplain/tfexplain-go/graphops"
)

// Options say what to explain. The zero value explains the only output of the
// model's default signature with respect to all its float inputs.
type Options struct {
	// Signature names the signature. Empty: the only one, or "serving_default".
	Signature string

	// Target is the output to explain, by its key in the signature or by tensor
	// name ("node:0"). Empty: the only output. A tensor inside the model can be
	// named as in Explain; it needs a float type and a row axis.
	Target string

	// TargetIndex explains one entry of the target, T[:, i, j, ...]: the index
	// without the row axis. Weights are then neither needed nor accepted.
	TargetIndex []int

	// Explain lists the inputs to attribute, by key. Empty: every input of a
	// float type that has rows, or, if there is none, every input of ids. The
	// others are held at the values given. For ids, categories and strings the
	// embedding is explained: the output of the table lookup they reach first, or
	// the outputs of several, side by side along the last axis. Their baseline is
	// given as ids; the default is id 0 or the empty string.
	//
	// Explain may also name tensors inside the model:
	//
	//	"embedding of KEY"        the embedding of an input, to give a baseline of vectors
	//	"net/dense/BiasAdd"       a node; "split:1" its second output
	//	"net/dense"               a layer: the one tensor that leaves it towards the target
	//	"net/conv1d/"             a layer that has the name of a node
	//
	// A node stands at the path of the calls that lead to it joined by "/"; a run
	// of parts of that path is enough where it means one place. What reaches the
	// target without passing through the tensor is held as it is in the call. A
	// name that means nothing, or several tensors, is a *NameError that lists
	// candidates. Explainer.Explained says what was chosen.
	Explain []string

	// Baseline is what the inputs are compared with, for methods that compare.
	// Nil: Zeros(). SetBaseline changes it later.
	Baseline Baseline

	// BaselinePerCall compiles for baselines that come with each call
	// (ExplainFrom), at the price of a second forward pass in every Run.
	BaselinePerCall bool

	// MaxDelta makes a call fail with a *DeltaError when the completeness delta
	// of a row is larger, in units of the target. 0: any delta is reported only.
	MaxDelta float64

	// AllowGradientFallback lists op types, or "*" for all, at which the plain
	// gradient may stand in when the method has no rule of its own. Result then
	// says where it did, and delta shows what it cost.
	AllowGradientFallback []string

	// IgnoreCustomGradients takes the gradient of the recorded ops where the model
	// registered a gradient function of its own (tf.custom_gradient). By default
	// methods made of gradients apply it, as a GradientTape does. DeepLIFT and
	// epsilon-LRP always go through the recorded ops. Result says what was done.
	IgnoreCustomGradients bool

	// BatchSize is how many rows one Run of the session gets at most; it does not
	// change results beyond float rounding. Auto, the default, takes what fits into
	// Memory: all rows at once for methods that need one row for each sample, 32
	// for those that need many, and after Warmup what that found to be fastest.
	BatchSize int

	// Memory is how many bytes the tensors of one Run may take where BatchSize is
	// Auto, by an estimate from their shapes: memory in which kernels work, and
	// what loops hold, comes on top. 0: 256 MiB.
	Memory int64

	// Progress, if set, is told after each Run how many rows of the call are
	// done, of how many, as far as that is known. It is called from the goroutine
	// that called Explain, and must be safe for concurrent use if Explain is used
	// so.
	Progress func(done, total int)

	// Rules are backward rules by op type, beside those of package rules and in the
	// place of those for the same op. A zero Rule has the op refused.
	Rules graphops.Registry

	// Logger, if set, gets one debug record for each compilation.
	Logger *slog.Logger
}

// Validate checks what can be checked without a model. The error is of one or more
// *OptionError.
func (o Options) Validate() error {
	if o.BatchSize < 0 {
		return &OptionError{Field: "BatchSize", Given: fmt.Sprint(o.BatchSize), Wanted: "Auto (0) or a positive number of rows"}
	}
	if o.Memory < 0 {
		return &OptionError{Field: "Memory", Given: fmt.Sprint(o.Memory), Wanted: "0 (256 MiB) or a positive number of bytes"}
	}
	if !(o.MaxDelta >= 0) {
		return &OptionError{Field: "MaxDelta", Given: fmt.Sprint(o.MaxDelta), Wanted: "0 (only report) or a positive difference"}
	}
	for _, i := range o.TargetIndex {
		if i < 0 {
			return &OptionError{Field: "TargetIndex", Given: fmt.Sprint(o.TargetIndex), Wanted: "indices from 0"}
		}
	}
	return nil
}
