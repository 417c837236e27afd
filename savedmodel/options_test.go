package savedmodel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

func TestOptionsValidate(t *testing.T) {
	for _, o := range []Options{
		{},
		{Tags: []string{}},
		{Tags: []string{"serve", "gpu"}, Device: "/GPU:1", Session: SessionOptions{IntraOpThreads: 4, InterOpThreads: 1, GPUMemoryFraction: 1}},
		{Limits: Limits{MaxTensorBytes: math.MaxInt64, MaxGraphNodes: math.MaxInt32, MaxFunctionDepth: 2000}},
	} {
		require.NoError(t, o.Validate())
	}
	for _, c := range []struct {
		options Options
		want    OptionError
	}{
		{Options{Tags: []string{"serve", ""}}, OptionError{"Tags[1]", `""`, `a tag such as "serve"`}},
		{Options{Session: SessionOptions{IntraOpThreads: -1}}, OptionError{"Session.IntraOpThreads", "-1", "0 (the default) to 2147483647"}},
		{Options{Session: SessionOptions{InterOpThreads: math.MaxInt32 + 1}}, OptionError{"Session.InterOpThreads", "2147483648", "0 (the default) to 2147483647"}},
		{Options{Session: SessionOptions{GPUMemoryFraction: 1.5}}, OptionError{"Session.GPUMemoryFraction", "1.5", "0 (the default) to 1"}},
		{Options{Session: SessionOptions{GPUMemoryFraction: -0.1}}, OptionError{"Session.GPUMemoryFraction", "-0.1", "0 (the default) to 1"}},
		{Options{Session: SessionOptions{GPUMemoryFraction: math.NaN()}}, OptionError{"Session.GPUMemoryFraction", "NaN", "0 (the default) to 1"}},
		{Options{Device: "second GPU"}, OptionError{"Device", `"second GPU"`, `a name such as "/GPU:0" or "/device:CPU:0"`}},
		{Options{Limits: Limits{MaxTensorBytes: -1}}, OptionError{"Limits.MaxTensorBytes", "-1", "0 (the default) to 9223372036854775807"}},
		{Options{Limits: Limits{MaxGraphNodes: -1}}, OptionError{"Limits.MaxGraphNodes", "-1", "0 (the default) to 2147483647"}},
		{Options{Limits: Limits{MaxFunctionDepth: 2001}}, OptionError{"Limits.MaxFunctionDepth", "2001", "0 (the default) to 2000"}},
	} {
		require.Equal(t, &c.want, c.options.Validate())
		_, err := Load("nowhere", c.options)
		require.Equal(t, &c.want, err)
	}
}

func TestSessionConfig(t *testing.T) {
	graph := &tfproto.GraphOptions{RewriteOptions: &tfproto.RewriterConfig{DisableTfgOptimizer: true}}
	for _, c := range []struct {
		options SessionOptions
		device  string
		want    *tfproto.ConfigProto
	}{
		{SessionOptions{}, "", &tfproto.ConfigProto{AllowSoftPlacement: true, GraphOptions: graph}},
		{SessionOptions{IntraOpThreads: 3, InterOpThreads: 2, DisableOptimizer: true}, "",
			&tfproto.ConfigProto{AllowSoftPlacement: true, IntraOpParallelismThreads: 3, InterOpParallelismThreads: 2,
				GraphOptions: &tfproto.GraphOptions{RewriteOptions: &tfproto.RewriterConfig{DisableMetaOptimizer: true, DisableTfgOptimizer: true}}}},
		{SessionOptions{GPUMemoryFraction: 0.25, GPUMemoryGrowth: true}, "/GPU:0",
			&tfproto.ConfigProto{AllowSoftPlacement: true, GraphOptions: graph,
				GpuOptions: &tfproto.GPUOptions{PerProcessGpuMemoryFraction: 0.25, AllowGrowth: true}}},
		{SessionOptions{XLA: true}, "",
			&tfproto.ConfigProto{AllowSoftPlacement: true, GraphOptions: &tfproto.GraphOptions{RewriteOptions: graph.RewriteOptions,
				OptimizerOptions: &tfproto.OptimizerOptions{GlobalJitLevel: 1, CpuGlobalJit: true}}}},
		{SessionOptions{}, "/cpu:0", &tfproto.ConfigProto{AllowSoftPlacement: true, GraphOptions: graph, DeviceCount: map[string]int32{"GPU": 0}}},
	} {
		data, err := c.options.config(c.device)
		require.NoError(t, err)
		var got tfproto.ConfigProto
		require.NoError(t, proto.Unmarshal(data, &got))
		require.True(t, proto.Equal(c.want, &got), "%v", &got)
	}
}

func TestDevices(t *testing.T) {
	const host = "/job:localhost/replica:0/task:0"
	available := []string{host + "/device:CPU:0", host + "/device:GPU:0", host + "/device:GPU:1"}
	cpu, first, second := available[0], available[1], available[2]
	for name, want := range map[string]string{"": "", "/CPU:0": cpu, "/cpu:0": cpu, "cpu": cpu, "CPU:0": cpu, "/device:CPU:0": cpu,
		"/device:GPU:1": second, "/GPU:1": second, "GPU": first, "gpu": first, "/GPU:*": first, second: second} {
		got, err := findDevice(name, available)
		require.NoError(t, err, name)
		require.Equal(t, want, got, name)
	}
	for _, name := range []string{"/CPU:1", "/GPU:2", "/TPU:0", "/job:worker/replica:0/task:0/device:CPU:0", "/GPU:99999999999999999999"} {
		_, err := findDevice(name, available)
		require.Equal(t, &DeviceError{Given: name, Available: available}, err, name)
	}
}

func TestTF32IsOffUnlessAskedFor(t *testing.T) {
	for _, asked := range []bool{false, true, false} {
		m, err := Load("../testdata/zoo/models/digits_mlp_relu", Options{Session: SessionOptions{TF32: asked}})
		require.NoError(t, err)
		on, ok := m.library.TF32()
		m.Close()
		require.True(t, ok)
		require.Equal(t, asked, on)
	}
}
