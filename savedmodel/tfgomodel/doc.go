// Package tfgomodel explains models that an application has loaded with
// github.com/galeone/tfgo, or with the TensorFlow binding that tfgo uses
// (github.com/galeone/tensorflow/tensorflow/go), in the application's own
// session: the weights exist once.
//
//	model := tfgo.LoadModel("model/", []string{"serve"}, nil)
//	m, err := tfgomodel.Attach(model, "model/", savedmodel.Options{})
//	defer m.Close()
//	ex, err := tfexplain.New(ctx, m, tfexplain.DeepLIFT{}, tfexplain.Options{})
//
// tfgo needs TensorFlow's C headers and library to build, so everything in this
// package is behind the build tag tfgo:
//
//	go build -tags tfgo
//
// go doc does not look behind build tags. There are
//
//	func Attach(model *tfgo.Model, dir string, o savedmodel.Options) (*savedmodel.Model, error)
//	func AttachSaved(saved *tf.SavedModel, dir string, o savedmodel.Options) (*savedmodel.Model, error)
//	func FromTensor(t *tf.Tensor) (*tensor.Tensor, error) // copies a tensor of the binding
//	func ToTensor(t *tensor.Tensor) (*tf.Tensor, error)   // and back
//
// and the errors *StructError, when the version of tfgo is one whose structs are not
// known, and *ClosedError, which matches savedmodel.ErrClosed, when the application
// has closed its session: it waits for calls on their way, and later ones fail.
//
// A program can hold either tfgo or graft, not both: their C parts define the
// same functions, and they register the same protocol buffers.
package tfgomodel
