package savedmodel

import (
	"slices"
	"strings"

	"github.com/tfexplain/tfexplain-go/internal/cgo"
	"github.com/tfexplain/tfexplain-go/internal/tfproto"
)

// Kernels are what TensorFlow computes with.
type Kernels int

// TensorFlow has two sets of kernels for a CPU.
const (
	OtherKernels  Kernels = iota // of a GPU, or not known
	EigenKernels                 // TensorFlow's default, of the library Eigen
	OneDNNKernels                // of the library oneDNN
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

// suitsOneDNN says whether a graph has convolutions or attention (products of batches
// of matrices). TensorFlow switches its oneDNN kernels on by itself only where the CPU
// has AVX-512. On others, with two cores of AVX2, they were measured to take half the
// time of the default ones for a small convolutional net (256 rows), a seventh for the
// gradient of a ResNet-18 (32 rows), and for that of transformers 0.7 and 0.4 (256
// wide, 1 and 8 rows) and 1.3 and 0.6 (64 wide), but three times as long for a net of
// dense layers and one row. The first model that a process loads decides.
func suitsOneDNN(g *graph) bool {
	found := false
	_ = g.imported(func(_ string, n *tfproto.NodeDef) error { // visit gives no error
		op := n.GetOp()
		found = found || strings.Contains(op, "Conv2") || strings.Contains(op, "Conv3") || strings.Contains(op, "BatchMatMul") || op == "Einsum"
		return nil
	})
	return found
}
