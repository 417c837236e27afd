package savedmodel

import (
	"fmt"
	"math"
	"strconv"
)

// Options say which model of a folder is loaded and how its session is made.
// The zero value is the usual choice.
type Options struct {
	// Tags is the tag set of the graph to load; nil means {"serve"}, what
	// all exporters write. The order is free. An empty slice that is not nil
	// asks for the graph without tags.
	Tags []string

	// Library is the file or folder of the TensorFlow library; empty means
	// that it is searched for.
	Library string

	// OpLibraries are files with ops and kernels that TensorFlow does not come
	// with, as tf.load_op_library takes them. Load runs their code, and they stay
	// in the process. Nobody has said that their ops only compute, so a model that
	// uses them needs TrustModel, too.
	OpLibraries []string

	// Device is where the explanation's own nodes go, such as "/GPU:0", "gpu" or
	// "/device:CPU:0"; empty leaves it to TensorFlow, which prefers a GPU. The
	// model's nodes stay where the model puts them. With a CPU the session leaves
	// GPUs and their memory alone, and the model's nodes are on the CPU, too.
	Device string

	// Session says how the session is made.
	Session SessionOptions

	// Signatures are those that will be used; nil means all. Load refuses a
	// model when one of them reaches an op that does more than compute, so
	// naming those in use loads a model that has another one for saving or
	// training. Names that the model does not have do nothing.
	Signatures []string

	// TrustModel loads a model whatever its ops do: it may then read and write
	// files, print and use the network, as any program that is run. Without
	// it Load refuses ops that are not known to only compute, and files that
	// lie outside the model's folder. See docs/security.md.
	TrustModel bool

	// Limits bound what a file may claim.
	Limits Limits
}

// Limits bound what saved_model.pb may make TensorFlow or this process do. A
// zero field means its default.
type Limits struct {
	// MaxTensorBytes bounds the bytes that one constant claims, and the sum
	// of the bytes that all constants claim beyond those that are stored in
	// the file (a constant of one repeated value stores only that value).
	// Default 2 GiB: what a protocol buffer could store.
	MaxTensorBytes int64

	// MaxGraphNodes bounds the nodes of what a signature, the init op or the
	// restore op reaches, with every function call replaced by the
	// function's nodes. Default 1,000,000. Written out, a node takes about
	// 250 bytes (the median of the test models), so that is a graph of about
	// 250 MB.
	MaxGraphNodes int

	// MaxFunctionDepth bounds how many functions deep calls are nested.
	// Default 200 (the test models nest up to 5), at most 2,000. TensorFlow recurses over them on its stack:
	// 2.18.1 and 2.21.0 load a chain of 3,000 and crash on one of 10,000.
	MaxFunctionDepth int
}

const (
	defaultMaxTensorBytes   = 2 << 30
	defaultMaxGraphNodes    = 1_000_000
	defaultMaxFunctionDepth = 200
)

func (l Limits) withDefaults() Limits {
	if l.MaxTensorBytes == 0 {
		l.MaxTensorBytes = defaultMaxTensorBytes
	}
	if l.MaxGraphNodes == 0 {
		l.MaxGraphNodes = defaultMaxGraphNodes
	}
	if l.MaxFunctionDepth == 0 {
		l.MaxFunctionDepth = defaultMaxFunctionDepth
	}
	return l
}

// Validate checks the options by themselves. The error is an *OptionError that
// names the field.
func (o Options) Validate() error {
	for i, t := range o.Tags {
		if t == "" {
			return &OptionError{Field: fmt.Sprintf("Tags[%d]", i), Given: `""`, Wanted: "a tag such as \"serve\""}
		}
	}
	for _, f := range []struct {
		name  string
		value int64
		max   int64
	}{
		{"Session.IntraOpThreads", int64(o.Session.IntraOpThreads), math.MaxInt32},
		{"Session.InterOpThreads", int64(o.Session.InterOpThreads), math.MaxInt32},
		{"Limits.MaxTensorBytes", o.Limits.MaxTensorBytes, math.MaxInt64},
		{"Limits.MaxGraphNodes", int64(o.Limits.MaxGraphNodes), math.MaxInt32},
		{"Limits.MaxFunctionDepth", int64(o.Limits.MaxFunctionDepth), 2_000},
	} {
		if f.value < 0 || f.value > f.max {
			return &OptionError{Field: f.name, Given: strconv.FormatInt(f.value, 10),
				Wanted: fmt.Sprintf("0 (the default) to %d", f.max)}
		}
	}
	if f := o.Session.GPUMemoryFraction; !(f >= 0 && f <= 1) { // also catches NaN
		return &OptionError{Field: "Session.GPUMemoryFraction", Given: fmt.Sprint(f), Wanted: "0 (the default) to 1"}
	}
	if o.Device != "" {
		if _, err := parseDevice(o.Device); err != nil {
			return &OptionError{Field: "Device", Given: strconv.Quote(o.Device), Wanted: "a name such as \"/GPU:0\" or \"/device:CPU:0\""}
		}
	}
	return nil
}

// validateAttach is Validate for a session that exists already.
func (o Options) validateAttach() error {
	for _, f := range []struct {
		name  string
		given any
		set   bool
	}{
		{"Library", strconv.Quote(o.Library), o.Library != ""},
		{"OpLibraries", o.OpLibraries, len(o.OpLibraries) > 0},
		{"Session.IntraOpThreads", o.Session.IntraOpThreads, o.Session.IntraOpThreads != 0},
		{"Session.InterOpThreads", o.Session.InterOpThreads, o.Session.InterOpThreads != 0},
		{"Session.XLA", true, o.Session.XLA},
		{"Session.Deterministic", true, o.Session.Deterministic},
		{"Session.TF32", true, o.Session.TF32},
		{"Session.GPUMemoryFraction", o.Session.GPUMemoryFraction, o.Session.GPUMemoryFraction != 0},
		{"Session.GPUMemoryGrowth", true, o.Session.GPUMemoryGrowth},
		{"Session.DisableOptimizer", true, o.Session.DisableOptimizer},
	} {
		if f.set {
			return &OptionError{Field: f.name, Given: fmt.Sprint(f.given),
				Wanted: "nothing when a model is attached: the application made its session, so set it there"}
		}
	}
	return o.Validate()
}

func (o Options) tags() []string {
	if o.Tags == nil {
		return []string{"serve"}
	}
	return o.Tags
}
