package savedmodel

import (
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// UsesEigen says whether the model runs on TensorFlow's Eigen kernels: on a CPU,
// without oneDNN. False where that is not known.
func (m *Model) UsesEigen() bool {
	if oneDNN, ok := m.library.OneDNN(); oneDNN || !ok {
		return false
	}
	devices, err := m.session.Devices()
	return err == nil && !slices.ContainsFunc(devices, func(d cgo.Device) bool { return d.Type == "GPU" })
}

// convolves says whether a graph has convolutions. TensorFlow switches its oneDNN
// kernels on by itself only where the CPU has AVX-512. On others, with two cores
// of AVX2, they were measured to take half the time of the default ones for a
// small convolutional net (256 rows) and a seventh for the gradient of a
// ResNet-18 (32 rows), but three times as long for a net of dense layers and one
// row. The first model that a process loads decides.
func convolves(g *graph) bool {
	found := false
	_ = g.imported(func(_ string, n *tfproto.NodeDef) error { // visit gives no error
		found = found || strings.Contains(n.GetOp(), "Conv2") || strings.Contains(n.GetOp(), "Conv3")
		return nil
	})
	return found
}
