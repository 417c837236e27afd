package savedmodel

import (
	"os"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// SessionOptions say how the session of a model is made. The zero value is
// TensorFlow's own choice. An attached model has the application's session, to
// which none of them can be applied.
type SessionOptions struct {
	// IntraOpThreads is the number of threads one op may use, InterOpThreads
	// the number of ops that run at once; 0 is the number of cores. The sessions of
	// a process share their threads: the first one decides.
	IntraOpThreads, InterOpThreads int

	// XLA has TensorFlow compile clusters of ops, on a GPU and on the CPU, at the
	// first Run of each batch size; ops that it cannot compile run as before.
	// Numbers change by rounding.
	XLA bool

	// Deterministic has equal calls give equal bits: kernels that would add up in
	// the order in which threads happen to finish are replaced, and ops that have
	// no other kernel, on a GPU, fail with the code Unimplemented
	// (tf.config.experimental.enable_op_determinism). A row's bits still depend on
	// how many rows share its Run and on the number of threads. It holds for the
	// process, from the Load on that asks for it.
	Deterministic bool

	// TF32 lets GPUs from Ampere on round the factors of float32 products to 10 bits
	// of precision instead of 23 (TensorFloat-32). That is faster, but attributions
	// then no longer add up to float precision, so Load turns it off unless TF32 asks
	// for it, although it is on in TensorFlow itself. It holds for the process: the
	// last Load decides. NVIDIA_TF32_OVERRIDE=0 in the environment wins over it.
	TF32 bool

	// GPUMemoryFraction is the share of each GPU's memory that TensorFlow
	// takes at the start, in (0, 1]; 0 is TensorFlow's default, nearly all.
	// GPUMemoryGrowth lets it start small and take more when needed. Both
	// hold for the process: the first session that uses a GPU decides.
	GPUMemoryFraction float64
	GPUMemoryGrowth   bool

	// DisableOptimizer turns TensorFlow's graph optimizer (grappler) off, for
	// comparisons of numbers.
	DisableOptimizer bool
}

// jitOn is OptimizerOptions.ON_1 (tensorflow/core/protobuf/config.proto), the level
// that tf.config.optimizer.set_jit asks for.
const jitOn = 1

// config is the serialized ConfigProto of a session for Options.Device. Soft
// placement is on, as in TensorFlow 2 itself: a graph that was written on a machine
// with a GPU names devices that need not exist here.
func (o SessionOptions) config(device string) ([]byte, error) {
	c := &tfproto.ConfigProto{
		IntraOpParallelismThreads: int32(o.IntraOpThreads),
		InterOpParallelismThreads: int32(o.InterOpThreads),
		AllowSoftPlacement:        true,
	}
	if onCPU(device) {
		c.DeviceCount = map[string]int32{"GPU": 0}
	}
	if o.GPUMemoryFraction > 0 || o.GPUMemoryGrowth {
		c.GpuOptions = &tfproto.GPUOptions{
			PerProcessGpuMemoryFraction: o.GPUMemoryFraction,
			AllowGrowth:                 o.GPUMemoryGrowth,
		}
	}
	c.GraphOptions = &tfproto.GraphOptions{RewriteOptions: &tfproto.RewriterConfig{
		DisableMetaOptimizer: o.DisableOptimizer,
		// It converts each graph and the whole function library to MLIR and back
		// and changes nothing (meta_optimizer.cc: "it won't run any optimizations
		// right now"); in large models that is a third of the optimizer's time.
		DisableTfgOptimizer: true,
	}}
	if o.XLA { // a CPU wants the second as well
		c.GraphOptions.OptimizerOptions = &tfproto.OptimizerOptions{GlobalJitLevel: jitOn, CpuGlobalJit: true}
	}
	return proto.Marshal(c)
}

// determinism asks the library for it, or finds that the environment has.
func (o SessionOptions) determinism(library *cgo.Library) error {
	if !o.Deterministic || library.RequireDeterminism() || slices.Contains([]string{"1", "true"}, os.Getenv("TF_DETERMINISTIC_OPS")) {
		return nil
	}
	return &OptionError{Field: "Session.Deterministic", Given: "true",
		Wanted: "false: " + library.Path() + " cannot be asked for it; start the process with TF_DETERMINISTIC_OPS=1 instead"}
}
