package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// The exit codes.
const (
	exitFine    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3
)

// usageError is wrong usage of the command itself.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usage(err error) error { return &usageError{err} }

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// errRefused ends a command that has already shown which ops are refused.
var errRefused = errors.New("the method cannot pass through the ops listed as refused")

// fail prints one message and gives the exit code.
func fail(stderr io.Writer, err error) int {
	fmt.Fprintf(stderr, "tfexplain: %s\n", message(err))
	return exitCode(err)
}

func exitCode(err error) int {
	switch {
	case isAny[*tfexplain.UnsupportedOpError](err), isAny[*tfexplain.ChoiceError](err), errors.Is(err, errRefused),
		isAny[*savedmodel.UnsafeModelError](err), isAny[*savedmodel.OutsideError](err), errors.Is(err, errUnsafe):
		return exitRefused
	case isAny[*usageError](err), isAny[*tfexplain.OptionError](err), isAny[*tfexplain.InputError](err), isAny[*tfexplain.NameError](err),
		isAny[*savedmodel.OptionError](err), isAny[*savedmodel.SignatureError](err), isAny[*savedmodel.KeyError](err),
		isAny[*savedmodel.TagError](err), isAny[*savedmodel.DeviceError](err):
		return exitUsage
	}
	return exitFailed
}

func isAny[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// message is what an error says in the words of the command line: flags where
// the library names the fields of its options.
func message(err error) string {
	var option *tfexplain.OptionError
	var modelOption *savedmodel.OptionError
	var name *tfexplain.NameError
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted; nothing was written"
	case errors.As(err, &option):
		return optionMessage(option)
	case errors.As(err, &name):
		return strings.Replace(plain(name), "option "+name.Field, flagOf(name.Field), 1)
	case withoutWeights(err):
		return "the model has variables without values, as Keras 3 models that tf.saved_model.save wrote have in all programs but Python: write it with model.export(\"DIR\"); TensorFlow says: " + plain(err)
	case isAny[*tfexplain.UnsupportedOpError](err):
		return withFlags(plain(err)) + "\n" + forwardHelp()
	case errors.As(err, &modelOption):
		return optionMessage(&tfexplain.OptionError{Field: modelOption.Field, Given: strings.Trim(modelOption.Given, `"`), Wanted: modelOption.Wanted})
	}
	return withFlags(plain(err))
}

// withoutWeights says whether a model could be loaded, but without its weights.
func withoutWeights(err error) bool {
	var status *savedmodel.StatusError
	return errors.As(err, &status) && status.Code == savedmodel.FailedPrecondition && strings.Contains(status.Message, "Could not find variable")
}

// withFlags has flags where a text names options of the library.
func withFlags(text string) string {
	return strings.NewReplacer(", or give a rule of your own (Options.Rules)", "", "choose one with Options.Tags", "choose one with --tag",
		"full windows only", "full windows only (--param full=true)", "Options.Explain", "--explain",
		"Auto (0) or a positive", "0 (what fits into memory) or a positive",
		"with Dims or Mask", "with --param dims or --mask", "use ShapleySampling or KernelSHAP", "take --method shapley or kernelshap",
		"choose one with Options.Device", "choose one with --device", "; name one of ", "; name one with --signature: ",
		"set Options.TrustModel", "use --trust-model", "in Options.OpLibraries", "with --op-library",
		"(MaxDelta)", "(--max-delta)", "(Canonical false)", "(--param canonical=false)", "(AllowGradientFallback)", "(--allow-gradient-fallback)").Replace(text)
}

func optionMessage(e *tfexplain.OptionError) string {
	flag, given, wanted := flagOf(e.Field), e.Given, withFlags(e.Wanted)
	switch {
	case given == "":
		return fmt.Sprintf("%s: wanted %s", flag, wanted)
	case strings.HasPrefix(flag, "--param "), e.Field == "TargetIndex":
		if list, ok := strings.CutPrefix(given, "["); ok { // of numbers, as fmt prints it
			given = strings.ReplaceAll(strings.TrimSuffix(list, "]"), " ", ",")
		}
		return fmt.Sprintf("%s=%s: wanted %s", flag, word(given), wanted)
	case e.Field == "ys":
		given = strings.TrimPrefix(given, "class ")
	case e.Field == "players":
		return fmt.Sprintf("%s features or groups: wanted %s", given, wanted)
	}
	return fmt.Sprintf("%s %s: wanted %s", flag, word(given), wanted)
}

// forwardHelp names the methods that no op can stand in the way of.
func forwardHelp() string {
	var names []string
	for _, info := range tfexplain.Methods() {
		if info.Forward {
			names = append(names, info.Name)
		}
	}
	return "perturbation methods explain this model all the same: " + strings.Join(names, ", ")
}

// word quotes what a shell would not take as one word.
func word(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n\"'") {
		return strconv.Quote(s)
	}
	return s
}

// flagOf is the flag behind an option of the library.
func flagOf(field string) string {
	if name, ok := strings.CutPrefix(field, "param "); ok {
		return "--param " + name
	}
	if strings.HasPrefix(field, "Tags") {
		return "--tag"
	}
	switch field {
	case "Window", "Stride", "Dims", "Samples", "Until", "Coalitions", "Steps", "Adaptive", "Rule", "Noise", "Epsilon":
		return "--param " + strings.ToLower(field)
	case "MaxSteps":
		return "--param max-steps"
	case "Mask":
		return "--mask"
	case "method":
		return "--method"
	case "Signature":
		return "--signature"
	case "Target":
		return "--target"
	case "TargetIndex":
		return "--target-index"
	case "Explain":
		return "--explain"
	case "MaxDelta":
		return "--max-delta"
	case "BatchSize":
		return "--batch-size"
	case "Device":
		return "--device"
	case "Session.IntraOpThreads", "Session.InterOpThreads":
		return "--threads"
	case "Session.GPUMemoryFraction":
		return "--gpu-memory"
	case "Session.Deterministic":
		return "--deterministic"
	case "ys":
		return "--class"
	}
	return field
}

// plain drops the names of packages that errors start with.
func plain(err error) string {
	text := err.Error()
	for _, name := range []string{"tfexplain: ", "savedmodel: ", "tensorfile: ", "render: ", "tensor: ", "graphops: ", "metrics: "} {
		text = strings.ReplaceAll(strings.TrimPrefix(text, name), ": "+name, ": ")
	}
	return text
}

// modelFlag reminds of the flag where a model was given without it.
func modelFlag(err error) error {
	const before = "unexpected argument "
	_, path, ok := strings.Cut(err.Error(), before)
	if !ok {
		return err
	}
	if _, failed := os.Stat(filepath.Join(path, "saved_model.pb")); failed != nil {
		return err
	}
	return fmt.Errorf("%w: a model is given as --model %s", err, word(path))
}

// chosenCommand is the command that a parse error is about, with a space after
// it.
func chosenCommand(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		if node := parse.Context.Selected(); node != nil {
			return node.Name + " "
		}
	}
	return ""
}
