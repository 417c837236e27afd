package tfexplain_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
	"github.com/tfexplain/tfexplain-go/tfexplain"
)

func loadWith(t *testing.T, model string, o savedmodel.Options) *savedmodel.Model {
	t.Helper()
	m, err := savedmodel.Load(filepath.Join(zoo, "models", model), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

// clusters are the nodes of a Run that XLA has compiled.
func clusters(t *testing.T, m *savedmodel.Model, feed, fetch string, x *tensor.Tensor) []string {
	t.Helper()
	call, err := m.Session().Callable([]cgo.Endpoint{{Node: feed}}, []cgo.Endpoint{{Node: fetch}}, nil)
	require.NoError(t, err)
	_, raw, err := call.RunTraced(context.Background(), []*tensor.Tensor{x})
	require.NoError(t, err)
	var metadata tfproto.RunMetadata
	require.NoError(t, proto.Unmarshal(raw, &metadata))
	var found, all []string
	for _, device := range metadata.GetStepStats().GetDevStats() {
		for _, n := range device.GetNodeStats() {
			all = append(all, n.GetNodeName())
			if strings.Contains(n.GetNodeName(), "xla_run") {
				found = append(found, n.GetNodeName())
			}
		}
	}
	require.NotEmpty(t, all)
	return found
}

// With XLA TensorFlow runs clusters in the place of ops, and the answers are the
// same but for the order of sums.
func TestXLA(t *testing.T) {
	const model = "digits_cnn_k2"
	plain := loadWith(t, model, savedmodel.Options{})
	fast := loadWith(t, model, savedmodel.Options{Session: savedmodel.SessionOptions{XLA: true}})
	x := random(t, tensor.Float32, 1, 6, 8, 8, 1)
	sig, err := fast.Signature("")
	require.NoError(t, err)
	out, err := sig.Output("logits")
	require.NoError(t, err)
	feed, fetch := strings.TrimSuffix(sig.Inputs[0].Name, ":0"), strings.Split(out.Name, ":")[0]
	require.NotEmpty(t, clusters(t, fast, feed, fetch, x))
	require.Empty(t, clusters(t, plain, feed, fetch, x))

	xs, o := map[string]*tensor.Tensor{"image": x}, tfexplain.Options{Target: "logits"}
	want := explain(t, newExplainer(t, plain, tfexplain.DeepLIFT{}, o), xs, nil)
	got := explain(t, newExplainer(t, fast, tfexplain.DeepLIFT{}, o), xs, nil)
	requireNear(t, float64s(t, want.Attributions["image"]), float64s(t, got.Attributions["image"]), 1e-5)
}

// Every way to write a device leads to it.
func TestDeviceNames(t *testing.T) {
	x := map[string]*tensor.Tensor{"image": random(t, tensor.Float32, 1, 2, 8, 8, 1)}
	for _, name := range []string{"cpu", "CPU:0", "/cpu:0", "/CPU:*", "/device:CPU:0", "/job:localhost/replica:0/task:0/device:CPU:0"} {
		m := loadWith(t, "digits_cnn_k2", savedmodel.Options{Device: name})
		explain(t, newExplainer(t, m, tfexplain.Gradient{}, tfexplain.Options{Target: "logits"}), x, nil)
	}
}
