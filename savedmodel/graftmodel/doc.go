// Package graftmodel explains models that an application has loaded with
// github.com/wamuir/graft, in the application's own session: the weights exist
// once.
//
//	saved, err := tf.LoadSavedModel("model/", []string{"serve"}, nil)
//	m, err := graftmodel.Attach(saved, "model/", savedmodel.Options{})
//	defer m.Close()
//	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
//
// graft needs TensorFlow's C headers and library to build, so everything in
// this package is behind the build tag graft:
//
//	go build -tags graft
//
// go doc does not look behind build tags. There are
//
//	func Attach(saved *tf.SavedModel, dir string, o savedmodel.Options) (*savedmodel.Model, error)
//	func FromTensor(t *tf.Tensor) (*tensor.Tensor, error) // copies a tensor of graft
//	func ToTensor(t *tensor.Tensor) (*tf.Tensor, error)   // and back
//
// and the errors *StructError, when the version of graft is one whose structs are not
// known, and *ClosedError, which matches savedmodel.ErrClosed, when the application
// has closed its session: it waits for calls on their way, and later ones fail.
//
// A program can hold either graft or tfgo, not both: their C parts define the
// same functions, and they register the same protocol buffers.
package graftmodel
