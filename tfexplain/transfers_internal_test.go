package tfexplain

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/tfexplain/tfexplain-go/internal/tfproto"
	"github.com/tfexplain/tfexplain-go/savedmodel"
	"github.com/tfexplain/tfexplain-go/tensor"
)

// What a Run of one call takes from Go and gives back is what crosses the bus to a
// GPU and back: the inputs, the weights and which reference; the attributions and
// the explained numbers.
func TestTransfers(t *testing.T) {
	const rows = 5
	m, err := savedmodel.Load("../testdata/zoo/models/digits_cnn_k2", savedmodel.Options{Session: savedmodel.SessionOptions{GPUMemoryGrowth: true}})
	require.NoError(t, err)
	defer m.Close()
	x, err := tensor.New(slices.Repeat([]float32{.25}, rows*64), rows, 8, 8, 1)
	require.NoError(t, err)
	ys, err := tensor.New(slices.Repeat([]float32{1}, rows*10), rows, 10)
	require.NoError(t, err)
	reference, err := tensor.New([]int32{0}, 1)
	require.NoError(t, err)
	for _, c := range []struct {
		method        Method
		feeds         []*tensor.Tensor
		fetches, runs int
	}{
		{GradientInput{}, []*tensor.Tensor{x, ys}, 2, 1},
		{EpsilonLRP{}, []*tensor.Tensor{x, ys}, 2, 1},
		{DeepLIFT{}, []*tensor.Tensor{x, ys, reference}, 3, 1},
	} {
		t.Run(c.method.Name(), func(t *testing.T) {
			ex, err := New(context.Background(), m, c.method, Options{Target: "logits"})
			require.NoError(t, err)
			defer ex.Close()
			before := ex.Stats().Runs
			_, err = ex.Explain(context.Background(), map[string]*tensor.Tensor{"image": x}, Weights(ys))
			require.NoError(t, err)
			require.EqualValues(t, c.runs, ex.Stats().Runs-before)
			out, raw, err := ex.program.explain.RunTraced(context.Background(), c.feeds) // an error if it takes another number
			require.NoError(t, err)
			require.Len(t, out, c.fetches)
			var metadata tfproto.RunMetadata
			require.NoError(t, proto.Unmarshal(raw, &metadata))
			copies := map[string]int{} // by device: none on a CPU
			for _, device := range metadata.GetStepStats().GetDevStats() {
				for _, n := range device.GetNodeStats() {
					if strings.Contains(n.GetNodeName(), "MEMCPY") {
						copies[device.GetDevice()]++
					}
				}
			}
			t.Logf("%d feeds and %d fetches in a Run; copies to and from devices: %v", len(c.feeds), len(out), copies)
		})
	}
}
