package tfexplain_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

// onGPU makes sessions that leave memory to others.
func onGPU(device string) savedmodel.Options {
	return savedmodel.Options{Device: device, Session: savedmodel.SessionOptions{GPUMemoryGrowth: true}}
}

// needGPU skips a test where TensorFlow sees no GPU.
func needGPU(t *testing.T) {
	t.Helper()
	m := loadWith(t, "digits_cnn_k2", onGPU(""))
	devices, err := m.Session().Devices()
	require.NoError(t, err)
	var names []string
	for _, d := range devices {
		if d.Type == "GPU" {
			return
		}
		names = append(names, d.Name)
	}
	t.Skipf("no GPU: %s sees only %s", m.Library().Path(), strings.Join(names, ", "))
}

// The same models and methods give the same on a CPU and on a GPU, wherever the
// nodes of the explanation are put.
func TestGPUAgreesWithCPU(t *testing.T) {
	needGPU(t)
	methods := []tfexplain.Method{
		tfexplain.Gradient{}, tfexplain.GradientInput{}, tfexplain.EpsilonLRP{}, tfexplain.DeepLIFT{}, tfexplain.DeepLIFT{Rules: tfexplain.DeepExplain},
		tfexplain.IntegratedGradients{Steps: 10}, tfexplain.SmoothGrad{Samples: 4}, tfexplain.Occlusion{},
	}
	models := []string{"digits_cnn", "digits_cnn_k2", "digits_mlp_relu", "dna_conv1d", "gru_k2", "lstm_k3", "mobilenet_k3", "multi_k3",
		"resnet_k3", "tabular_multi", "transformer_patches_k3", "transformer_tokens_k3", "unet"}
	for _, z := range zooModels(t) {
		if !slices.Contains(models, z.Model) {
			continue
		}
		t.Run(z.Model, func(t *testing.T) {
			for i, suite := range z.Suites {
				cpu := loadWith(t, z.Model, withTag(onGPU("cpu"), suite.Tag))
				sig, err := cpu.Signature(suite.Signature)
				require.NoError(t, err)
				xs := z.inputs(t, sig, suite)
				for _, device := range []string{"", "gpu"} {
					gpu := loadWith(t, z.Model, withTag(onGPU(device), suite.Tag))
					for _, method := range methods {
						about := fmt.Sprintf("%s %d on %q by %s", suite.Signature, i, device, method.Name())
						agree(t, cpu, gpu, method, tfexplain.Options{Signature: suite.Signature, Target: suite.Target}, xs, about)
					}
				}
			}
		})
	}
}

func withTag(o savedmodel.Options, tag string) savedmodel.Options {
	o.Tags = []string{tag}
	return o
}

// agree explains on both and compares. What is refused on the CPU must be refused
// on the GPU.
func agree(t *testing.T, cpu, gpu *savedmodel.Model, method tfexplain.Method, o tfexplain.Options, xs map[string]*tensor.Tensor, about string) {
	t.Helper()
	ctx := context.Background()
	a, err := tfexplain.New(ctx, cpu, method, o)
	if err != nil {
		_, other := tfexplain.New(ctx, gpu, method, o)
		require.IsType(t, err, other, about)
		return
	}
	defer a.Close()
	want, err := a.Explain(ctx, xs, nil)
	b := newExplainer(t, gpu, method, o)
	if err != nil {
		_, other := b.Explain(ctx, xs, nil)
		require.IsType(t, err, other, about)
		return
	}
	got, err := b.Explain(ctx, xs, nil)
	require.NoError(t, err, about)
	for key, w := range want.Attributions {
		// 1e-4 of the largest beside it: elements that are sums of terms that cancel.
		requireClose(t, w, got.Attributions[key], 1e-3, 1e-4*largest(float64s(t, w)))
	}
	requireNear(t, want.Target, got.Target, 1e-3, about)
	requireNear(t, want.BaselineTarget, got.BaselineTarget, 1e-3, about)
}
