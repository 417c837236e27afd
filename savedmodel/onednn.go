package savedmodel

import (
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// Kernels are what TensorFlow computes with.
type Kernels int

// On a CPU TensorFlow has two sets of kernels; OtherKernels are those of a GPU, or
// not known.
const (
	OtherKernels Kernels = iota
	EigenKernels
	OneDNNKernels
)

// Kernels are what the model runs on.
func (m *Model) Kernels() Kernels {
	oneDNN, ok := m.library.OneDNN()
	devices, err := m.session.Devices()
	switch {
	case !ok || err != nil || slices.ContainsFunc(devices, func(d cgo.Device) bool { return d.Type != "CPU" }):
		return OtherKernels
	case oneDNN:
		return OneDNNKernels
	}
	return EigenKernels
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
